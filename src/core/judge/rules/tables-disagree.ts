/** Tables-disagree: a published list of the vendor and the inventory say different things. */
import type { TrafficRule } from '../rule.ts';
import { tableDifferences } from '../tables.ts';

export const tablesDisagree: TrafficRule = {
  reads: 'run',
  id: 'tables-disagree',
  severity: 'note',
  title: "Two of the vendor's lists disagree",
  why: 'A firewall opened by one list breaks what only the other one names, or opens more than the other one needs.',
  breaks: ['tables-agree'],
  since: '0.1.0',
  *check(run) {
    for (const difference of tableDifferences(run.policy)) {
      yield {
        about: { subject: `${difference.list}: ${difference.about}`, name: difference.about, detail: `${difference.list}/${difference.kind}` },
        confidence: 'high',
        seen: difference.says,
        do: difference.fix,
        sure: 'high: both lists stand in the policy; an error in writing either of them down would lower it.',
        evidence: [],
        evidenceCount: 0,
        policyAt: difference.at,
      };
    }
  },
};
