/** What `--record` names: a file for a recording, or a folder for the bundle of a live run. */
import { UsageError } from '../../core/base/errors.ts';
import { BundleWriter } from '../bundle/writer.ts';
import type { AuditOptions } from '../pipeline-types.ts';
import type { World } from '../world.ts';
import { RedactingTap } from '../redact/tap.ts';
import { Recorder } from './recorder.ts';
import type { Tap } from './tap.ts';

/** Opens it before the work begins. Throws UsageError and MachineError. */
export async function openTap({ record, live, redact }: AuditOptions, world: World): Promise<Tap | undefined> {
  if (record === undefined) return undefined;
  if (!/[/\\]$/.test(record) && world.kindOf(record) !== 'folder') {
    if (live?.rotation !== undefined) throw new UsageError('--rotate and --keep are for a bundle, and --record names a file', `write --record ${record}/ to keep the run in a folder`);
    const recorder = await Recorder.open(record, world);
    return redact === undefined ? recorder : new RedactingTap(recorder, redact);
  }
  if (live === undefined) throw new UsageError(`--record ${record} names a folder, and only a live run is kept in one`, 'name a file: --record FILE');
  const { mode, words, rotation } = live;
  if (words === undefined) return BundleWriter.open(record, { mode }, rotation, world);
  const program = await world.hashProgram(words[0] ?? '');
  return BundleWriter.open(record, { mode, command: { words, ...program } }, rotation, world);
}
