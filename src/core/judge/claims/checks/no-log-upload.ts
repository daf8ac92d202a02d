/** No-log-upload: logs are not sent anywhere by themselves. What was sent without a budget could have been a log. */
import { sayList } from '../../tell.ts';
import type { Check, Exercise, Question } from '../check.ts';
import { byTraffic } from '../exercises.ts';
import { outward } from '../relevant.ts';

export const noLogUpload: Check = {
  name: 'no-log-upload',
  needs: ['start-covered', 'end-covered', 'wire-complete', 'bytes-complete', 'scope-known'],
  exercise: byBudgets,
};

/** Traffic, with the doubt that uploads without a budget bring. */
function byBudgets(question: Question): Exercise {
  const bounded = new Set(question.run.policy.entries.filter(({ upload }) => upload !== undefined).map(({ id }) => id));
  const sent = outward(question).filter(({ up, verdict }) => up > 0 && !OWN.has(verdict.kind) && !(verdict.entry !== undefined && bounded.has(verdict.entry)));
  if (sent.length === 0) return byTraffic(question);
  const entries = [...new Set(sent.flatMap(({ verdict }) => verdict.entry ?? []))].sort();
  const places = sent.some(({ verdict }) => verdict.entry === undefined) ? ['hosts outside the list', ...entries] : entries;
  return { ...byTraffic(question), doubt: `${sent.reduce((sum, { up }) => sum + up, 0)} bytes were sent without an upload budget (${sayList(places)}), and TLS hides whether a log was among them; state \`upload:\` on those entries` };
}

/** Resolvers and the proxy that was set. */
const OWN: ReadonlySet<string> = new Set(['infrastructure']);
