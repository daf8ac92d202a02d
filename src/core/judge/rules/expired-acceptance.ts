/** Expired-acceptance: an `accept:` line whose day has passed and that still matches. */
import type { AcceptanceRule } from '../rule.ts';
import { plural } from '../tell.ts';

export const expiredAcceptance: AcceptanceRule = {
  reads: 'acceptances',
  id: 'expired-acceptance',
  severity: 'warning',
  title: 'An acceptance whose time has passed',
  why: 'Somebody agreed to look at this deviation again by a day that has passed; until then its findings count again.',
  breaks: [],
  since: '0.1.0',
  *check(_run, uses) {
    for (const { acceptance, matched, expired } of uses) {
      if (!expired || matched.length === 0) continue;
      const owner = acceptance.owner === undefined ? '' : ` by ${acceptance.owner}`;
      yield {
        about: { subject: acceptance.rule, name: acceptance.host ?? acceptance.entry ?? '', detail: acceptance.rule },
        confidence: 'high',
        seen: `The acceptance of ${acceptance.rule} for ${acceptance.host ?? acceptance.entry ?? 'nothing'} ("${acceptance.reason}"${owner}) ended on ${acceptance.until}; ${plural(matched.length, 'finding')} came back: ${matched.slice(0, 3).join(', ')}.`,
        do: `Settle what was accepted, or give the line a new \`until:\` and reason: ${acceptance.at.file}:${acceptance.at.line}`,
        sure: "high: the day is compared with the recording's last packet, not with a clock.",
        evidence: [],
        evidenceCount: 0,
        policyAt: acceptance.at,
      };
    }
  },
};
