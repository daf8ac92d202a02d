/**
 * What a TURN client has relayed (RFC 8656 §11, §12): to whom, how many bytes,
 * and how many of them are no STUN. Connectivity checks through the relay are
 * gathering; media and data are what a promise of "directly where possible"
 * speaks of. Holds no payload.
 */
import { formatEndpoint, type Endpoint } from '../../../base/address.ts';
import { SECOND, type Micros } from '../../../base/time.ts';
import type { Side } from '../session.ts';
import type { RelayFacts } from './facts.ts';
import { relayedKind } from './relayed-kind.ts';

export class Relay {
  /** TURN was spoken on this flow. */
  seen = false;
  allocated = false;
  private readonly relayed = new Map<string, Endpoint>();
  private readonly permitted = new Set<string>();
  private readonly peers = new Map<string, { readonly peer: Endpoint; up: number; down: number }>();
  private readonly channels = new Map<number, Endpoint>();
  private morePeers = 0;
  private readonly bytes = { up: 0, down: 0 };
  private readonly media = { up: 0, down: 0 };
  private readonly carries = new Set<string>();
  private samples: [at: Micros, bytes: number][] = [];
  private due: Micros = Number.NEGATIVE_INFINITY;
  private step: Micros = FIRST_STEP;

  /** Things kept: addresses, channels, samples. */
  get kept(): number {
    return this.relayed.size + this.permitted.size + this.peers.size + this.channels.size + this.samples.length;
  }

  /** The server gave the client an address for its peers. */
  allocate(relayed: Endpoint | undefined): void {
    this.allocated = true;
    if (relayed !== undefined && this.relayed.size < RELAYED_CAP) this.relayed.set(formatEndpoint(relayed.address, relayed.port), relayed);
  }

  /** The client asked that these may reach it. */
  permit(peers: readonly Endpoint[]): void {
    for (const { address } of peers) if (this.permitted.size < PEER_CAP) this.permitted.add(address);
  }

  /** From now on the channel stands for the peer. */
  bind(channel: number, peer: Endpoint): void {
    if (this.channels.has(channel) || this.channels.size < CHANNEL_CAP) this.channels.set(channel, peer);
  }

  /** Whether a channel of this number was bound here. */
  hasChannel(channel: number): boolean {
    return this.channels.has(channel);
  }

  /** `data[from, to)` was relayed; a peer that is not known (bound before the capture) counts in the sums only. */
  pass(side: Side, peer: Endpoint | undefined, data: Uint8Array, from: number, to: number, at: Micros): void {
    const length = to - from;
    this.bytes[side] += length;
    if (peer !== undefined) this.credit(peer, side, length);
    const kind = relayedKind(data, from, to);
    this.carries.add(kind);
    if (kind === 'stun') return;
    if (at >= this.due) this.sample(at);
    this.media[side] += length;
  }

  peerOf(channel: number): Endpoint | undefined {
    return this.channels.get(channel);
  }

  /** Undefined when nobody spoke TURN. */
  facts(): RelayFacts | undefined {
    if (!this.seen) return undefined;
    const { bytes, media } = this;
    return {
      allocated: this.allocated,
      relayed: [...this.relayed.values()],
      permitted: [...this.permitted],
      peers: [...this.peers.values()].map(({ peer, up, down }) => ({ address: peer.address, port: peer.port, up, down })),
      morePeers: this.morePeers,
      bytes: [bytes.up, bytes.down],
      media: [media.up, media.down],
      mediaBy: this.samples,
      carries: [...this.carries],
    };
  }

  private credit(peer: Endpoint, side: Side, length: number): void {
    const key = formatEndpoint(peer.address, peer.port);
    let known = this.peers.get(key);
    if (known === undefined) {
      if (this.peers.size >= PEER_CAP) {
        this.morePeers++;
        return;
      }
      this.peers.set(key, (known = { peer, up: 0, down: 0 }));
    }
    known[side] += length;
  }

  /** Notes what had been relayed before this moment; when the list is full every other one goes and the step doubles. */
  private sample(at: Micros): void {
    if (this.samples.length >= MEDIA_SAMPLE_CAP) {
      this.samples = this.samples.filter((_, index) => index % 2 === 0);
      this.step *= 2;
    }
    this.samples.push([at, this.media.up + this.media.down]);
    this.due = at + this.step;
  }
}

/** Peers told apart on one flow: an agent offers a dozen candidates, a conference server one. */
const PEER_CAP = 32;
/** Addresses of one allocation: one for each family, and again after a refresh. */
const RELAYED_CAP = 4;
/** Channels of one allocation; each is a peer. */
const CHANNEL_CAP = 64;
/** Samples of relayed media: they bound "relayed after a moment" to a thirty-second of the time. */
export const MEDIA_SAMPLE_CAP = 64;
/** A quarter of a second of video is far more than the 4 KiB that are judged; what was before a sample is known exactly. */
const FIRST_STEP: Micros = SECOND / 4;
