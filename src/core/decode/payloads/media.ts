/**
 * The one session of a UDP 5-tuple that STUN, TURN, DTLS, RTP and what is named
 * beside them share (RFC 7983 §7): hands each datagram to the reader of its
 * kind, and reads on until nothing new can come. Holds no payload.
 */
import type { Micros } from '../../base/time.ts';
import { u16be } from '../numbers.ts';
import { kindOf } from './demultiplex.ts';
import { DtlsHandshake } from './dtls/handshake.ts';
import { RtpCount } from './rtp.ts';
import type { PayloadFacts, Session, SessionSink, Side } from './session.ts';
import { StunReader } from './stun/reader.ts';

export class MediaSession implements Session {
  private readonly sink: SessionSink;
  private readonly recognised: string;
  private readonly stun = new StunReader();
  private readonly dtls: DtlsHandshake;
  private readonly rtp = new RtpCount();
  private readonly beside = new Set<string>();
  /** Datagrams since the last that could still teach something. */
  private idle = 0;

  /** `recognised`: what its first datagram looked like, until something was read. */
  constructor(sink: SessionSink, recognised: string) {
    this.sink = sink;
    this.recognised = recognised;
    this.dtls = new DtlsHandshake((problem) => sink.problem(problem));
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    // RFC 5766 §11 let channels go up to 0x7fff, which the first byte alone would not tell.
    const kind = this.stun.relay.hasChannel(u16be(data, 0)) ? 'turn-channel' : kindOf(data, 0, data.length);
    switch (kind) {
      case 'stun':
        if (!this.stun.message(side, data, 0, data.length, at, frame)) this.sink.problem({ code: 'stun-damaged' });
        break;
      case 'dtls':
        if (!this.dtls.datagram(side, data)) this.note('other');
        break;
      case 'turn-channel':
        this.channel(side, data, at);
        break;
      case 'rtp':
      case 'rtcp':
        if (!this.isTrusted() || !this.rtp.packet(side, data, kind === 'rtcp')) this.note('other');
        break;
      default:
        this.note(kind);
    }
    return this.isWanted(kind);
  }

  gap(): boolean {
    return true;
  }

  held(): number {
    return MEDIA_SIZE + this.dtls.held + this.stun.held;
  }

  facts(): PayloadFacts {
    const stun = this.stun.facts();
    const relay = this.stun.relay.facts();
    const dtls = this.dtls.facts();
    const rtp = this.rtp.facts();
    const media = { stun, relay, dtls, rtp, beside: [...this.beside] };
    return { protocol: this.nameOf(relay !== undefined, rtp !== undefined), tls: this.dtls.tlsFacts(), media };
  }

  /** What was carried decides. STUN in front of bytes that nothing knows makes them no STUN. */
  private nameOf(isRelay: boolean, isRtp: boolean): string {
    if (isRelay) return 'turn';
    if (this.dtls.seen) return 'dtls';
    if (isRtp) return 'rtp';
    if (this.beside.has('zrtp')) return 'zrtp';
    if (this.beside.size > 0) return 'unknown';
    return this.stun.seen ? 'stun' : this.recognised;
  }

  /** RFC 7983 calls 64 to 79 a channel only where TURN is spoken; elsewhere it is QUIC (RFC 9443 §3) or nobody knows. */
  private channel(side: Side, data: Uint8Array, at: Micros): void {
    const { relay } = this.stun;
    if ((this.stun.seen && !relay.seen) || !this.stun.channelData(side, data, 0, data.length, at)) this.note('other');
  }

  private isTrusted(): boolean {
    return this.stun.ice.isProven || this.dtls.seen;
  }

  private note(kind: string): void {
    this.beside.add(kind);
  }

  /** What is relayed is counted as long as it flows; a handshake or checks may take their time, media behind them needs only a look. */
  private isWanted(kind: string): boolean {
    if (this.stun.relay.seen) return true;
    if (kind === 'stun' || (kind === 'dtls' && !this.dtls.isSettled)) return true;
    return ++this.idle < LOOK_CAP;
  }
}

/** Bytes that its readers take, as measured, beside those that every flow is counted with. */
const MEDIA_SIZE = 3072;
/** Datagrams looked at that are neither STUN nor handshake: RTP shows its sources and RTCP within a second or two. */
const LOOK_CAP = 256;
