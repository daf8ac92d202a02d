/** All that is fuzzed. */
import { corpusCaptures, talks } from '../corpus.ts';
import type { Target } from '../target.ts';
import { auditTargets } from './audits.ts';
import { fileTargets } from './files.ts';
import { headerTargets } from './headers.ts';
import { metamorphicTarget } from './metamorphic.ts';
import { payloadTargets } from './payloads.ts';
import { textTargets } from './texts.ts';

/** `samples`: also begin from captures that are no part of the project, where they are. */
export async function allTargets({ samples, audited }: { readonly samples: boolean; readonly audited: { readonly captures: number; readonly frames: number } }): Promise<Target[]> {
  const captures = corpusCaptures(samples);
  return [...fileTargets(captures), ...headerTargets(captures), ...payloadTargets(talks(captures)), ...(await textTargets()), ...(await auditTargets(captures, audited)), metamorphicTarget()];
}
