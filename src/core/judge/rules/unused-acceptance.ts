/** Unused-acceptance: an `accept:` line that matched nothing in this recording. */
import type { AcceptanceRule } from '../rule.ts';

export const unusedAcceptance: AcceptanceRule = {
  reads: 'acceptances',
  id: 'unused-acceptance',
  severity: 'note',
  title: 'An acceptance that matches nothing',
  why: 'What was tolerated no longer happens, or never did under this name: a line left behind would hide it when it comes back.',
  breaks: [],
  since: '0.1.0',
  *check(_run, uses) {
    for (const { acceptance, matched, expired } of uses) {
      if (matched.length > 0) continue;
      const on = acceptance.host ?? acceptance.entry;
      const [first, rest] = on === undefined ? ['names neither host nor entry', 'and so accepts nothing'] : [`for ${on}`, 'matched no finding'];
      yield {
        about: { subject: acceptance.rule, name: on ?? '', detail: acceptance.rule },
        confidence: 'high',
        seen: `The acceptance of ${acceptance.rule} ${first} (until ${acceptance.until}${expired ? ', which has passed' : ''}) ${rest}.`,
        do: `Delete the line, or correct its \`host:\` or \`entry:\`: ${acceptance.at.file}:${acceptance.at.line}`,
        sure: 'high for this recording; a run that exercises more of the product may still need it.',
        evidence: [],
        evidenceCount: 0,
        policyAt: acceptance.at,
      };
    }
  },
};
