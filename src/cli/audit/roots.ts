/**
 * Root certificates that somebody vouches for: PEM files named by a run sheet
 * on this machine or by `--ca-file`, read into names and key hashes. Never
 * called for what a recording names: whoever wrote it would choose what is opened.
 */
import { type Mistake, UsageError } from '../../core/base/errors.ts';
import { readPem } from '../../core/decode/payloads/tls/pem.ts';
import type { AddedRoot } from '../../core/policy/sheet.ts';
import { readUserText } from '../files.ts';
import type { World } from '../world.ts';

/** What these files hold. Throws UsageError for files that cannot be read or hold no whole certificate. */
export async function readRoots(files: readonly string[], world: World): Promise<readonly AddedRoot[]> {
  const mistakes: Mistake[] = [];
  const roots: AddedRoot[] = [];
  for (const file of files) {
    const { certificates, damaged } = readPem(await readUserText(file, 'the root certificates', world));
    if (damaged || certificates.length === 0) mistakes.push({ message: `${file} ${damaged ? 'holds a certificate that cannot be read' : 'holds no certificate'}`, help: 'it should be PEM text: -----BEGIN CERTIFICATE----- and what follows' });
    for (const { subject, spki } of certificates) roots.push({ cn: subject['CN'] ?? '', o: subject['O'] ?? '', ou: subject['OU'] ?? '', spki });
  }
  if (mistakes.length > 0) throw new UsageError(mistakes);
  return roots;
}
