/** Required-not-seen: an entry marked as required was never tried in the recording. */
import { plural } from '../tell.ts';
import type { TrafficRule } from '../rule.ts';

export const requiredNotSeen: TrafficRule = {
  reads: 'run',
  id: 'required-not-seen',
  severity: 'warning',
  title: 'A required connection was never tried',
  why: 'The policy says that the product needs this connection; a run without it either did not exercise the product or was not seen whole, so it says little about the rest.',
  breaks: [],
  since: '0.1.0',
  *check(run) {
    const hidden = run.destinations.filter(({ verdict }) => verdict.kind === 'cannot-judge').length + run.coverage.midStream;
    for (const judged of run.entries) {
      const entry = run.policy.entries.find(({ id }) => id === judged.id);
      if (entry === undefined || !entry.required || judged.standing !== 'missing') continue;
      yield {
        about: { subject: entry.id, entry: entry.id },
        confidence: hidden > 0 ? 'low' : 'medium',
        seen: `No connection and no lookup for ${entry.name} (entry ${entry.id}) among ${plural(run.coverage.connections, 'connection')}.`,
        do: `Record a run that uses it${entry.text === undefined ? '' : ` ("${entry.text}")`} from the start of the app; if the product works without it, set \`required: false\` on entry ${entry.id}.`,
        sure:
          hidden > 0
            ? 'low: some connections have no name or began before the capture, and one of them may be it.'
            : 'medium: every connection seen has a name; a recording that is too short would look the same.',
        evidence: [],
        evidenceCount: 0,
        policyAt: entry.at,
      };
    }
  },
};
