/** Whether somebody outside came to the port of a declared local leg: what the check loopback-leg and the rule inbound-accepted both go by. */
import type { JudgedRun } from './context.ts';
import type { Destination } from './destination.ts';

/** Tells of a destination whether it is inbound, off loopback, on a port on which the same scope holds a leg that the policy declares as local. */
export function legPorts(run: Pick<JudgedRun, 'destinations'>): (destination: Destination) => boolean {
  const legs = new Set(run.destinations.filter(({ verdict, addressClass }) => verdict.kind === 'local' && addressClass === 'loopback').map(placeOf));
  return (destination) => destination.inbound && destination.addressClass !== 'loopback' && legs.has(placeOf(destination));
}

function placeOf({ scope, port, transport }: Destination): string {
  return `${scope}|${port}/${transport}`;
}
