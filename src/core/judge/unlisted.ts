/** How bad it is that something is not in the list, by `defaults.unlisted`, and whose traffic the list speaks of. */
import type { Policy, Severity } from '../policy/policy.ts';

/** `violation` gives what the rule asks for, `review` a note, `allow` nothing, unless the list is promised to be complete. */
export function severityOfUnlisted(policy: Policy, atMost: Severity): Severity | undefined {
  const { unlisted } = policy.defaults;
  if (unlisted === 'violation') return atMost;
  if (unlisted === 'review') return 'note';
  return policy.claims.some((claim) => claim.check === 'complete-list') ? 'note' : undefined;
}

/** Whether the list speaks of the component; `covered: false` takes it out, an unknown one is in. */
export function isCovered(policy: Policy, component: string | undefined): boolean {
  return component === undefined || policy.components.get(component)?.covered !== false;
}
