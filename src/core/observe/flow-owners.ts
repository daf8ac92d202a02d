/**
 * Whose a captured flow is: what tells apart, while a capture of a shared
 * machine runs, what is watched from what others do. An interface only; the
 * machine is asked elsewhere.
 */
import type { Endpoint } from '../base/address.ts';
import type { Micros } from '../base/time.ts';
import type { Transport } from '../base/transport.ts';
import type { Process } from './observation.ts';

export interface FlowOwners {
  /** The first packet of a flow, by who sent it to whom: its socket can be asked about now. */
  opened(flow: number, from: Endpoint, to: Endpoint, transport: Transport): void;
  /** Asked when the flow, or a lookup in it, is to be told. */
  judge(flow: OpenedFlow): FlowOwner;
  /** The flow is over. */
  sealed(flow: number): void;
}

export interface OpenedFlow {
  readonly number: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** Time of its first packet. */
  readonly opened: Micros;
  /** A TCP connection that was there before the capture. */
  readonly isOld: boolean;
}

export interface FlowOwner {
  /** `leg`: of a tunnel of egret's own proxy, with which the ledger joins it. What is of others is not told; what is `unknown` is told, and counted. */
  readonly whose: 'own' | 'others' | 'leg' | 'unknown';
  readonly process: Process | undefined;
}
