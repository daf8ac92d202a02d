/** Inspection-bypass: hosts marked must-bypass are not re-signed on this network. Each marked entry of the claim must have shown a chain. */
import type { Check, Exercise, Question } from '../check.ts';
import { destinationsUnder, entriesOf } from '../relevant.ts';

export const inspectionBypass: Check = {
  name: 'inspection-bypass',
  needs: ['start-covered', 'tls-visible'],
  exercise,
};

function exercise(question: Question): Exercise {
  const marked = entriesOf(question.run.policy, question.claim).filter((entry) => entry.inspection === 'must-bypass').map((entry) => entry.id);
  const shown = destinationsUnder(question).filter(({ tls }) => tls?.chain !== undefined);
  const done = marked.filter((id) => shown.some(({ verdict }) => verdict.entry === id));
  const unsure = question.run.entries.filter(({ id, interception }) => marked.includes(id) && (interception === 'possible' || interception === 'likely')).map(({ id }) => id);
  return {
    done,
    of: marked,
    saw: `the chains of ${done.join(', ')} lead to public or added roots`,
    supply: 'record a run that uses the entries marked `inspection: must-bypass` under TLS 1.2, which shows their chains',
    ...(unsure.length === 0 ? {} : { doubt: `TLS inspection of ${unsure.join(', ')} is not ruled out: tls-intercepted says on what grounds` }),
  };
}
