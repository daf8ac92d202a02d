/** Budget-exceeded: more was sent under an entry than its `upload` allows. */
import type { Entry } from '../../policy/policy.ts';
import type { JudgedRun } from '../context.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { acceptLine } from '../suggest.ts';
import { plural } from '../tell.ts';
import type { UploadUse } from '../upload-meter.ts';

export const budgetExceeded: TrafficRule = {
  reads: 'run',
  id: 'budget-exceeded',
  severity: 'warning',
  title: 'More was sent than the entry allows',
  why: 'What is inside TLS cannot be read, but its size can: more bytes up than the stated content needs means that something else was sent too.',
  breaks: ['as-declared', 'no-log-upload'],
  since: '0.1.0',
  *check(run) {
    for (const judged of run.entries) {
      const entry = run.policy.entries.find(({ id }) => id === judged.id);
      if (entry?.upload !== undefined && judged.upload !== undefined && judged.upload.over > 0) yield draftOf(run, entry, entry.upload, judged.upload);
    }
  },
};

function draftOf(run: JudgedRun, entry: Entry, { max, per, assumed }: NonNullable<Entry['upload']>, use: UploadUse): Draft {
  const limit = `${max} bytes`;
  return {
    about: { subject: entry.id, entry: entry.id },
    confidence: assumed ? 'medium' : 'high',
    seen: `${entry.name}: ${use.over} of ${plural(use.measured, per)} sent more than the ${limit} up that the entry allows for one; the most was ${use.most} bytes.`,
    do: `Ask the vendor what was sent. If it belongs there, raise \`upload: { max: ${max}, per: ${per} }\` of entry ${entry.id}; to live with it for a while, add under \`accept:\`: ${acceptLine(run, 'budget-exceeded', { entry: entry.id })}`,
    sure: assumed
      ? 'medium: the bytes are counted exactly, TLS and headers included, but the budget is an assumption of the policy and not a number of the vendor.'
      : 'high: the bytes are counted in TCP sequence numbers and UDP lengths, so repeated and cut packets do not change them; TLS and headers are included.',
    evidence: use.evidence,
    evidenceCount: use.evidenceCount,
    policyAt: entry.at,
  };
}
