/**
 * Follows the STUN and TURN messages of one flow, over UDP or TCP alike, and
 * keeps what they show: methods, errors, software, addresses, checks, relayed
 * bytes. Takes whole messages; knows nothing of how they were framed.
 */
import { formatEndpoint, type Endpoint } from '../../../base/address.ts';
import type { Micros } from '../../../base/time.ts';
import type { WireText } from '../../../base/wire-text.ts';
import { u16be } from '../../numbers.ts';
import type { Side } from '../session.ts';
import type { StunFacts } from './facts.ts';
import { IceChecks } from './ice.ts';
import { readStun, type StunClass, type StunMessage } from './message.ts';
import { Relay } from './relay.ts';
import { METHOD, METHODS } from './tables/methods.ts';

export class StunReader {
  readonly ice = new IceChecks();
  readonly relay = new Relay();
  /** A message was read. */
  seen = false;
  /** After ConnectionBind (RFC 6062 §4.4) the bytes of a TCP connection are a peer's. */
  isRaw = false;
  private classic = false;
  private readonly methods = new Set<string>();
  private readonly counts: Record<StunClass, { up: number; down: number }> = { error: { up: 0, down: 0 }, request: { up: 0, down: 0 }, success: { up: 0, down: 0 }, indication: { up: 0, down: 0 } };
  private readonly errors = new Set<number>();
  private readonly software: { up: WireText | undefined; down: WireText | undefined } = { up: undefined, down: undefined };
  private realm: WireText | undefined;
  private integrity = false;
  private fingerprint = false;
  private readonly mapped = new Map<string, Endpoint>();
  /** What a ChannelBind asks for, until it is granted. */
  private readonly binding = new Map<string, { readonly channel: number; readonly peer: Endpoint }>();

  /** Memory that addresses and open requests take, about. */
  get held(): number {
    return (this.relay.kept + this.ice.kept + this.mapped.size + this.binding.size) * KEPT_SIZE;
  }

  /** The STUN message in `data[from, to)`; false when it makes no sense. */
  message(side: Side, data: Uint8Array, from: number, to: number, at: Micros, frame: number): boolean {
    const message = readStun(data, from, to);
    if (message === undefined) return false;
    this.seen = true;
    this.count(side, message);
    if (message.method === METHOD.binding) this.ice.note(side, message, at, frame);
    else if (!message.classic && message.method >= METHOD.allocate && METHODS.has(message.method)) this.turn(side, message, data, at);
    return true;
  }

  /** ChannelData (RFC 8656 §12.4) with its four-byte header at `from`; false when it is cut. */
  channelData(side: Side, data: Uint8Array, from: number, to: number, at: Micros): boolean {
    const end = from + CHANNEL_HEADER + u16be(data, from + 2);
    if (end > to) return false;
    this.relay.seen = true;
    this.relay.pass(side, this.relay.peerOf(u16be(data, from)), data, from + CHANNEL_HEADER, end, at);
    return true;
  }

  /** Undefined when no message was read. */
  facts(): StunFacts | undefined {
    if (!this.seen) return undefined;
    const { request, success, indication, error } = this.counts;
    return {
      classic: this.classic,
      methods: [...this.methods],
      requests: [request.up, request.down],
      answers: [success.up, success.down],
      indications: [indication.up, indication.down],
      failures: [error.up, error.down],
      errors: [...this.errors],
      clientSoftware: this.software.up,
      serverSoftware: this.software.down,
      realm: this.realm,
      integrity: this.integrity,
      fingerprint: this.fingerprint,
      mapped: [...this.mapped.values()],
      ice: this.ice.facts(),
    };
  }

  private count(side: Side, message: StunMessage): void {
    if (message.classic) this.classic = true;
    if (this.methods.size < METHOD_CAP) this.methods.add(METHODS.get(message.method) ?? `0x${message.method.toString(16).padStart(3, '0')}`);
    this.counts[message.class][side]++;
    if (message.class === 'error' && message.error !== undefined && this.errors.size < ERROR_CAP) this.errors.add(message.error);
    this.software[side] ??= message.software;
    this.realm ??= message.realm;
    this.integrity ||= message.integrity;
    this.fingerprint ||= message.fingerprint;
    if (message.class !== 'success' || message.mapped === undefined || this.mapped.size >= MAPPED_CAP) return;
    this.mapped.set(formatEndpoint(message.mapped.address, message.mapped.port), message.mapped);
  }

  private turn(side: Side, message: StunMessage, data: Uint8Array, at: Micros): void {
    const { relay } = this;
    relay.seen = true;
    const { method, channel, transaction } = message;
    const [peer] = message.peers;
    if (method === METHOD.allocate && message.class === 'success') relay.allocate(message.relayed);
    else if (method === METHOD.connectionBind && message.class === 'success') this.isRaw = true;
    else if (message.class === 'indication' && message.dataTo > 0) relay.pass(side, peer, data, message.dataFrom, message.dataTo, at);
    else if (method === METHOD.createPermission && message.class === 'request') relay.permit(message.peers);
    else if (method !== METHOD.channelBind) return;
    else if (message.class === 'request' && channel !== undefined && peer !== undefined) {
      if (this.binding.size >= BINDING_CAP) this.binding.clear();
      this.binding.set(transaction, { channel, peer });
    } else if (message.class === 'success') {
      const granted = this.binding.get(transaction);
      if (granted !== undefined) relay.bind(granted.channel, granted.peer);
    }
  }
}

export const CHANNEL_HEADER = 4;
/** Methods named of one flow: all that RFCs define. */
const METHOD_CAP = 16;
/** Error codes kept of one flow: 401 and 438 come with every TURN session. */
const ERROR_CAP = 8;
/** Addresses that answers gave as the asker's own: one, and another after its network changed. */
const MAPPED_CAP = 8;
/** ChannelBind requests that wait for their answer. */
const BINDING_CAP = 32;
/** Bytes that one of them takes with its key, about. */
const KEPT_SIZE = 192;
