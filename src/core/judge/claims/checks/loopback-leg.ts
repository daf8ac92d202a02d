/**
 * Loopback-leg: the leg between two components stays on loopback. That it was
 * used there says nothing of other interfaces: somebody outside must have
 * tried its port and been refused by the host itself.
 */
import { legPorts } from '../../leg-port.ts';
import type { Check, Exercise, Question } from '../check.ts';
import { destinationsOf } from '../relevant.ts';

export const loopbackLeg: Check = {
  name: 'loopback-leg',
  needs: ['wire-complete', 'scope-known', 'process-complete'],
  exercise,
};

function exercise(question: Question): Exercise {
  const own = destinationsOf(question);
  const isLeg = legPorts(question.run);
  const used = own.filter(({ verdict }) => verdict.kind === 'local').reduce((sum, { count }) => sum + count, 0);
  const refused = own.filter((destination) => (destination.outcomes.refused ?? 0) > 0 && isLeg(destination)).reduce((sum, { count }) => sum + count, 0);
  return {
    done: [...(used > 0 ? [USED] : []), ...(refused > 0 ? [REFUSED] : [])],
    of: [USED, REFUSED],
    saw: `${used} × ${USED}, ${refused} × ${REFUSED}`,
    supply: 'record loopback too (capture `any`), and while it runs try its port from another machine (nc -vz HOST PORT)',
  };
}

const USED = 'connection on a declared local leg';
const REFUSED = 'a try from outside that the host refused';
