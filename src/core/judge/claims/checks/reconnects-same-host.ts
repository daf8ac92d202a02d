/** Reconnects-same-host: after a drop the entries come back to the same host. What was broken off and never tried again says nothing. */
import { plural } from '../../tell.ts';
import type { Check } from '../check.ts';
import { entriesOf } from '../relevant.ts';

export const reconnectsSameHost: Check = {
  name: 'reconnects-same-host',
  needs: ['start-covered', 'wire-complete', 'names-complete', 'scope-known'],
  exercise({ run, scope, claim }) {
    const entries = entriesOf(run.policy, claim).filter(({ reconnects }) => reconnects === 'same-host' || claim.entries.length > 0).map(({ id }) => id);
    const drops = run.entries.flatMap(({ id, drops: use }) => (use === undefined || !entries.includes(id) ? [] : use.drops.filter((drop) => drop.scope === scope.scope).map(({ isBack }) => ({ id, isBack }))));
    const back = drops.filter(({ isBack }) => isBack);
    return {
      done: entries.filter((id) => back.some((drop) => drop.id === id)),
      of: entries,
      saw: `${back.length} of ${plural(drops.length, 'connection')} that broke off came back to the same host`,
      supply: 'record a run in which established connections of these entries are broken off, by a reset on the path or at the server',
    };
  },
};
