/**
 * Whose the flows of a captured machine are: egret's own legs, which its proxy
 * tells; those of the app and of others, where something can ask the system;
 * and those nobody is known for, which stay and are counted.
 */
import { formatEndpoint, type Endpoint } from '../../core/base/address.ts';
import type { Transport } from '../../core/base/transport.ts';
import type { FlowOwner, FlowOwners } from '../../core/observe/flow-owners.ts';
import type { Observation } from '../../core/observe/observation.ts';

/** Asks the system whose a flow is that has just begun, by who sent its first packet to whom. */
export type Attribute = (from: Endpoint, to: Endpoint, transport: Transport) => Promise<FlowOwner | undefined>;

export interface OwnersChoice {
  /** Where egret's proxy listens. */
  readonly proxy: Endpoint;
  /** The capture began before the app: what was there already is another's. */
  readonly isBeforeApp: boolean;
  /** Nothing but the app is in the capture. */
  readonly holdsOnlyApp: boolean;
  readonly attribute?: Attribute | undefined;
}

export class PacketOwners implements FlowOwners {
  private readonly choice: OwnersChoice;
  /** The proxy's own ends towards servers, and when they are forgotten. */
  private readonly dialled = new Set<string>();
  private readonly known = new Map<number, FlowOwner>();

  constructor(choice: OwnersChoice) {
    this.choice = choice;
  }

  /** Learns from what the proxy tells which ends are its own. */
  heard(observation: Observation): void {
    const from = observation.kind === 'flow' ? observation.dialled?.from : undefined;
    if (from === undefined) return;
    const key = formatEndpoint(from.address, from.port);
    // The latest last, so that the oldest goes first.
    this.dialled.delete(key);
    this.dialled.add(key);
    if (this.dialled.size <= DIALLED_CAP) return;
    for (const oldest of this.dialled) {
      this.dialled.delete(oldest);
      return;
    }
  }

  opened(flow: number, from: Endpoint, to: Endpoint, transport: Transport): void {
    const { attribute } = this.choice;
    if (attribute === undefined || this.isOfProxy(from) || this.isOfProxy(to)) return;
    attribute(from, to, transport).then((owner) => owner !== undefined && this.known.size < KNOWN_CAP && this.known.set(flow, owner), () => {});
  }

  judge(flow: number, client: Endpoint, server: Endpoint, isOld: boolean): FlowOwner {
    if (this.isOfProxy(server) || this.isOfProxy(client) || this.isDialled(client) || this.isDialled(server)) return TOLD;
    if (isOld && this.choice.isBeforeApp) return OTHERS;
    const found = this.known.get(flow);
    if (found !== undefined && found.whose !== 'unknown') return found;
    return this.choice.holdsOnlyApp ? { whose: 'own', process: found?.process } : (found ?? UNKNOWN);
  }

  sealed(flow: number): void {
    this.known.delete(flow);
  }

  private isOfProxy({ address, port }: Endpoint): boolean {
    const { proxy } = this.choice;
    return port === proxy.port && (address === proxy.address || proxy.address === '0.0.0.0' || proxy.address === '::');
  }

  private isDialled({ address, port }: Endpoint): boolean {
    return this.dialled.size > 0 && this.dialled.has(formatEndpoint(address, port));
  }
}

const TOLD: FlowOwner = { whose: 'told', process: undefined };
const OTHERS: FlowOwner = { whose: 'others', process: undefined };
const UNKNOWN: FlowOwner = { whose: 'unknown', process: undefined };
/** Ends remembered: all ports of one address; a captured flow is told within seconds of its tunnel. */
const DIALLED_CAP = 65_536;
/** Owners remembered: of as many flows as are followed at once. */
const KNOWN_CAP = 1 << 19;
