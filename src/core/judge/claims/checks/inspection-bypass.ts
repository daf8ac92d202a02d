/** Inspection-bypass: hosts marked must-bypass are not re-signed on this network. */
import type { Check } from '../check.ts';
import { byDestinations } from '../exercises.ts';

export const inspectionBypass: Check = {
  name: 'inspection-bypass',
  needs: ['start-covered', 'tls-visible'],
  exercise: (question) => {
    const marked = new Set(question.run.policy.entries.filter((entry) => entry.inspection === 'must-bypass').map((entry) => entry.id));
    return byDestinations(question, ({ tls, verdict }) => tls !== undefined && verdict.entry !== undefined && marked.has(verdict.entry), 'TLS connection to a host marked must-bypass', 'record a run that uses the entries marked `inspection: must-bypass`');
  },
};
