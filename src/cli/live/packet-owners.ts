/**
 * Whose the flows of a captured machine are: legs of egret's own tunnels, which
 * the ledger joins with them; those of the app and of others, where something can ask the system;
 * and those nobody is known for, which stay and are counted.
 */
import { contains, formatEndpoint, type Cidr, type Endpoint } from '../../core/base/address.ts';
import { SECOND, type Micros } from '../../core/base/time.ts';
import type { Transport } from '../../core/base/transport.ts';
import type { FlowOwner, FlowOwners, OpenedFlow } from '../../core/observe/flow-owners.ts';

/** Asks the system whose a flow is that has just begun, by who sent its first packet to whom. */
export type Attribute = (from: Endpoint, to: Endpoint, transport: Transport) => Promise<FlowOwner | undefined>;

export interface OwnersChoice {
  /** Where egret's proxy listens. */
  readonly proxy: Endpoint;
  /** The machine's own addresses. */
  readonly local: readonly Cidr[];
  readonly now: () => Micros;
  /** The capture began before the app: what was there already is another's. */
  readonly isBeforeApp: boolean;
  /** Nothing but the app is in the capture. */
  readonly holdsOnlyApp: boolean;
  readonly attribute?: Attribute | undefined;
}

export class PacketOwners implements FlowOwners {
  private readonly choice: OwnersChoice;
  /** Connections that the proxy made, own end and server, and when it last did. */
  private readonly dials = new Map<string, Micros>();
  private readonly known = new Map<number, FlowOwner>();

  constructor(choice: OwnersChoice) {
    this.choice = choice;
  }

  /** The proxy is making a connection: the leg behind it is told by the proxy. */
  dialled(own: Endpoint, server: Endpoint): void {
    const key = pairOf(own, server);
    // The latest last, so that the oldest goes first.
    this.dials.delete(key);
    this.dials.set(key, this.choice.now());
    if (this.dials.size <= DIALLED_CAP) return;
    for (const oldest of this.dials.keys()) {
      this.dials.delete(oldest);
      return;
    }
  }

  opened(flow: number, from: Endpoint, to: Endpoint, transport: Transport): void {
    const { attribute } = this.choice;
    if (attribute === undefined || this.isOfProxy(from) || this.isOfProxy(to)) return;
    attribute(from, to, transport).then((owner) => owner !== undefined && this.known.size < KNOWN_CAP && this.known.set(flow, owner), () => {});
  }

  judge({ number, client, server, opened, isOld }: OpenedFlow): FlowOwner {
    if (this.isOfProxy(server) || this.isOfProxy(client) || this.isDialled(client, server, opened)) return LEG;
    // A socket that sends to itself contacts nobody: so do the sentinels of another run of egret.
    if (client.port === server.port && client.address === server.address) return OTHERS;
    const found = this.known.get(number) ?? UNKNOWN;
    // Somebody opened it before the app was there; unless it was handed on to the app, which writes to it now.
    if (isOld && this.choice.isBeforeApp && (found.whose !== 'own' || found.process === undefined)) return OTHERS;
    return this.choice.holdsOnlyApp ? { whose: 'own', process: found.process } : found;
  }

  sealed(flow: number): void {
    this.known.delete(flow);
  }

  private isOfProxy({ address, port }: Endpoint): boolean {
    const { proxy, local } = this.choice;
    if (port !== proxy.port) return false;
    return address === proxy.address || (EVERYWHERE.has(proxy.address) && local.some((cidr) => contains(cidr, address)));
  }

  /** By both ends and the time: the app may come by the same port later. */
  private isDialled(client: Endpoint, server: Endpoint, opened: Micros): boolean {
    if (this.dials.size === 0) return false;
    const at = this.dials.get(pairOf(client, server));
    return at !== undefined && Math.abs(at - opened) <= DIAL_WINDOW;
  }
}

function pairOf(own: Endpoint, server: Endpoint): string {
  return `${formatEndpoint(own.address, own.port)} ${formatEndpoint(server.address, server.port)}`;
}

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const LEG: FlowOwner = { whose: 'leg', process: undefined };
const OTHERS: FlowOwner = { whose: 'others', process: undefined };
const UNKNOWN: FlowOwner = { whose: 'unknown', process: undefined };
/** Connections remembered that the proxy made: four times as many as it has open at once. */
const DIALLED_CAP = 65_536;
/** Between a packet's time and egret's knowing of its connection. */
const DIAL_WINDOW: Micros = 2 * SECOND;
/** Owners remembered: of as many flows as are followed at once. */
const KNOWN_CAP = 1 << 19;
