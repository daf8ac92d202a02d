/**
 * Whether "looked up only" can be said (design §6): HTTP/2 and HTTP/3 let a
 * client use an open connection for any name its certificate covers (RFC 9113
 * §9.1.1), so a name may have been used without a connection that bears it.
 */
import type { Destination } from './destination.ts';
import type { JudgedLookup, JudgedRun } from './context.ts';

/**
 * A connection of the same scope and component, to an address answered for the
 * lookup, that could carry requests for its name: h2 or h3 offered (TLS 1.3
 * hides what was chosen, so the offer counts) and open at or after the lookup.
 */
export function carrierOf(run: JudgedRun, lookup: JudgedLookup): Destination | undefined {
  const answered = new Set(lookup.addresses);
  return run.destinations.find(
    (destination) =>
      destination.scope === lookup.scope &&
      mayBeOne(destination.component, lookup.component) &&
      destination.last >= lookup.first &&
      CARRYING.has(destination.reached) &&
      destination.addresses.some((address) => answered.has(address)) &&
      multiplexes(destination),
  );
}

/** Lookups often have no known component (a resolver asks for the program), so unknown may be any. */
function mayBeOne(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

function multiplexes(destination: Destination): boolean {
  if (destination.protocol === 'quic') return true;
  return destination.tls?.alpn.some((offer) => MULTIPLEXING.test(offer)) ?? false;
}

const CARRYING: ReadonlySet<string> = new Set(['established', 'sent']);
/** h2, h3 and the drafts of h3 (`h3-29`). */
const MULTIPLEXING = /^h[23](?:-|$)/;
