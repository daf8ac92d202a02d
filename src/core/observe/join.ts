/**
 * Which captured flows and lookups are the doing of egret's own proxy: takes
 * what the proxy tells of its tunnels as they go, and says of a flow whether it
 * is one of their legs, by the two ends of its sockets and the time. Judges
 * nothing; keeps tunnels while they are open and some of those that have ended.
 */
import type { Endpoint } from '../base/address.ts';
import { seenHost } from '../base/host-name.ts';
import { SECOND, type Micros } from '../base/time.ts';
import type { FlowObservation, LookupObservation, TickObservation, TunnelObservation } from './observation.ts';
import { openFlow } from './open-flow.ts';

/** A tunnel of egret's proxy, and what else was seen of it. */
export interface Tunnel {
  readonly source: number;
  readonly flow: number;
  /** The last that the proxy told of it while it goes on. */
  told: TunnelObservation | undefined;
  moved: readonly [up: number, down: number];
  ended: Micros | undefined;
  /** Nobody asks for its legs any more. */
  isHanded: boolean;
  /** Captured flows of the same sockets; a few. */
  readonly legs: FlowObservation[];
  readonly keys: string[];
}

/** A socket of a tunnel. */
interface Use {
  readonly at: Micros;
  readonly tunnel: Tunnel;
  /** A flow was captured from its start: another one by the same ports is another socket, whoever's. */
  isTaken: boolean;
}

export class Join {
  private readonly isLate: () => boolean;
  /** By `source.flow`. */
  private readonly open = new Map<string, Tunnel>();
  /** Oldest first. */
  private readonly ended = new Map<string, Tunnel>();
  /** By both ends of a socket: when it was opened for which tunnel, latest last. */
  private readonly sockets = new Map<string, Use[]>();
  /** When egret last looked a name up. */
  private readonly lookups = new Map<string, Micros[]>();

  /** `isLate`: packets are read when everything else was told, so that no tunnel may be forgotten for its age. */
  constructor(isLate: () => boolean) {
    this.isLate = isLate;
  }

  /** Tunnels, sockets and names that it remembers. */
  get held(): number {
    return this.open.size + this.ended.size + this.sockets.size + this.lookups.size;
  }

  /** A tunnel has begun something. */
  tell(seen: TunnelObservation): void {
    const tunnel = this.tunnelOf(seen.from[0], seen.flow);
    if (tunnel.keys.length === 0) this.register(tunnel, seen.client, seen.server, seen.opened);
    if (tunnel.ended === undefined && (tunnel.told === undefined || seen.at >= tunnel.told.at)) tunnel.told = seen;
    if (seen.leg !== undefined) this.register(tunnel, seen.leg.from, seen.leg.to, seen.at);
    if (seen.looksUp !== undefined) this.noteLookup(seenHost(seen.looksUp), seen.at);
  }

  /** Bytes of tunnels that go on. */
  tick({ from: [source], moved = [] }: TickObservation): void {
    for (const [flow, up, down] of moved) {
      const tunnel = this.open.get(`${source}.${flow}`);
      if (tunnel !== undefined) tunnel.moved = [up, down];
    }
  }

  /** The proxy told a flow, which ends its tunnel. */
  end(seen: FlowObservation): Tunnel {
    const tunnel = this.tunnelOf(seen.from[0], seen.flow);
    // A client that asked for nothing was never told of.
    if (tunnel.keys.length === 0) this.register(tunnel, seen.client, seen.server, seen.opened);
    const key = `${tunnel.source}.${tunnel.flow}`;
    tunnel.ended = seen.at;
    tunnel.told = undefined;
    this.open.delete(key);
    this.ended.set(key, tunnel);
    this.forget(seen.at - ENDED_LIFE);
    return tunnel;
  }

  /** The tunnel that a captured flow is a leg of. */
  tunnelWith({ transport, client, server, opened, startSeen }: FlowObservation): Tunnel | undefined {
    if (transport !== 'tcp' || this.sockets.size === 0) return undefined;
    // A guessed direction may have the ends the other way round.
    return this.find(client, server, opened, startSeen) ?? (startSeen ? undefined : this.find(server, client, opened, false));
  }

  /** Whether egret's proxy looked that name up at that moment; it asks the resolver of the machine. */
  asked({ name, asked, at }: LookupObservation): boolean {
    const times = this.lookups.get(seenHost(name));
    const moment = asked?.at ?? at;
    return times?.some((time) => moment >= time - WINDOW && moment <= time + LOOKUP_WAIT) === true;
  }

  /** Tunnels whose end was never told, as they stood: the run broke off. */
  cut(): { readonly flow: FlowObservation; readonly legs: readonly FlowObservation[] }[] {
    return [...this.open.values()].flatMap(({ told, moved, legs }) => (told === undefined ? [] : [{ flow: openFlow(told, moved, legs), legs }]));
  }

  private find(client: Endpoint, server: Endpoint, opened: Micros, startSeen: boolean): Tunnel | undefined {
    const uses = this.sockets.get(keyOf(client, server));
    if (uses === undefined) return undefined;
    if (startSeen) {
      const use = nearest(uses.filter(({ at, isTaken }) => !isTaken && Math.abs(opened - at) <= WINDOW), opened);
      if (use !== undefined) use.isTaken = true;
      return use?.tunnel;
    }
    const latest = uses.findLast(({ at }) => at <= opened + WINDOW);
    // A flow without its start may have been under way for hours, but not after its tunnel had ended.
    return latest !== undefined && (latest.tunnel.ended ?? Number.POSITIVE_INFINITY) + WINDOW >= opened ? latest.tunnel : undefined;
  }

  private tunnelOf(source: number, flow: number): Tunnel {
    const key = `${source}.${flow}`;
    const known = this.open.get(key) ?? this.ended.get(key);
    if (known !== undefined) return known;
    const tunnel: Tunnel = { source, flow, told: undefined, moved: [0, 0], ended: undefined, isHanded: false, legs: [], keys: [] };
    this.open.set(key, tunnel);
    return tunnel;
  }

  private register(tunnel: Tunnel, from: Endpoint, to: Endpoint, at: Micros): void {
    if (tunnel.keys.length >= SOCKETS_PER_TUNNEL_CAP) return;
    const key = keyOf(from, to);
    const uses = this.sockets.get(key) ?? [];
    uses.push({ at, tunnel, isTaken: false });
    if (uses.length > 1) uses.sort((one, other) => one.at - other.at);
    this.sockets.set(key, uses);
    tunnel.keys.push(key);
  }

  private noteLookup(name: string, at: Micros): void {
    const times = this.lookups.get(name);
    if (times === undefined) {
      this.lookups.set(name, [at]);
      if (this.lookups.size > NAME_CAP) for (const oldest of this.lookups.keys()) { this.lookups.delete(oldest); break; }
    } else {
      times.push(at);
      if (times.length > TIMES_CAP) times.shift();
    }
  }

  private forget(before: Micros): void {
    for (const [key, tunnel] of this.ended) {
      if (this.ended.size <= ENDED_CAP && (this.isLate() || (tunnel.ended ?? 0) >= before)) return;
      this.ended.delete(key);
      for (const socket of tunnel.keys) {
        const rest = (this.sockets.get(socket) ?? []).filter((use) => use.tunnel !== tunnel);
        if (rest.length === 0) this.sockets.delete(socket);
        else this.sockets.set(socket, rest);
      }
    }
  }
}

function nearest(uses: readonly Use[], opened: Micros): Use | undefined {
  let best: Use | undefined;
  for (const use of uses) if (best === undefined || Math.abs(use.at - opened) < Math.abs(best.at - opened)) best = use;
  return best;
}

function keyOf(one: Endpoint, other: Endpoint): string {
  return `${one.address} ${one.port} ${other.address} ${other.port}`;
}

/** Two clocks, and the way from a socket to the wire (design §2). */
const WINDOW: Micros = 2 * SECOND;
/** Resolvers try again for that long. */
const LOOKUP_WAIT: Micros = 10 * SECOND;
/** Tunnels are remembered this long after their end: an attempt is told when it was silent for 130 s, anything else within seconds. */
const ENDED_LIFE: Micros = 300 * SECOND;
/** And no more than these, about 60 MB: packets that are read from a file come behind all of them. */
const ENDED_CAP = 65_536;
/** The client's, and one for each address that the proxy tries. */
const SOCKETS_PER_TUNNEL_CAP = 9;
/** Names that egret looked up, and the last times of each. */
const NAME_CAP = 20_000;
const TIMES_CAP = 64;
