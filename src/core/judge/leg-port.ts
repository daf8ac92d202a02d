/** Whether somebody outside came to the port of a declared local leg: what the check loopback-leg and the rule inbound-accepted both go by. */
import type { JudgedRun } from './context.ts';
import type { Destination } from './destination.ts';

/** An inbound destination, off loopback, on a port on which the same scope holds a leg that the policy declares as local. */
export function isLegPort(run: Pick<JudgedRun, 'destinations'>, { inbound, addressClass, scope, port, transport }: Destination): boolean {
  if (!inbound || addressClass === 'loopback') return false;
  return run.destinations.some((leg) => leg.verdict.kind === 'local' && leg.addressClass === 'loopback' && leg.scope === scope && leg.port === port && leg.transport === transport);
}
