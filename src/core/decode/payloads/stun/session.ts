/**
 * STUN and TURN as decoders. Over UDP they share the 5-tuple with the media
 * they are for; over TCP a stream holds their messages one behind another, with
 * ChannelData padded to four bytes (RFC 8489 §6.2.2, RFC 8656 §12.5).
 */
import type { Micros } from '../../../base/time.ts';
import { u16be } from '../../numbers.ts';
import { HeldBytes } from '../held-bytes.ts';
import { MediaSession } from '../media.ts';
import type { Decoder, PayloadFacts, Session, SessionSink, Side } from '../session.ts';
import { HEADER, stunLength } from './message.ts';
import { CHANNEL_HEADER, StunReader } from './reader.ts';
import { recogniseDatagram, recogniseStream } from './recognise.ts';

export const stunDecoders: readonly Decoder[] = (['stun', 'turn'] as const).flatMap((protocol): Decoder[] => [
  { protocol, transport: 'udp', recognise: (data, ports) => recogniseDatagram(data, ports, protocol === 'turn'), open: (sink) => new MediaSession(sink, protocol) },
  { protocol, transport: 'tcp', recognise: (data, ports) => recogniseStream(data, ports, protocol === 'turn'), open: (sink) => new StunStream(sink, protocol) },
]);

class StunStream implements Session {
  private readonly sink: SessionSink;
  private readonly recognised: string;
  private readonly reader = new StunReader();
  private readonly heads = { up: new HeldBytes(LONGEST_MESSAGE), down: new HeldBytes(LONGEST_MESSAGE) };
  private readonly lost = { up: false, down: false };
  /** Bytes that are no message stand where one should. */
  private isDamaged = false;

  constructor(sink: SessionSink, recognised: string) {
    this.sink = sink;
    this.recognised = recognised;
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    if (this.reader.isRaw) {
      this.reader.relay.pass(side, undefined, data, 0, data.length, at);
      return true;
    }
    if (this.lost[side]) return true;
    const held = this.heads[side];
    let from = 0;
    // One message at a time: what is held never exceeds the longest.
    while (from < data.length || held.length > 0) {
      const more = held.add(data, from, data.length);
      from = data.length - more;
      const length = this.take(side, held, at, frame);
      if (length < 0) {
        this.isDamaged = true;
        return this.lose(side);
      }
      if (length === 0) break;
    }
    return true;
  }

  gap(side: Side): boolean {
    // A message of unknown length was hit: where the next one begins nobody can say.
    return this.lose(side);
  }

  held(): number {
    return READER_SIZE + this.reader.held + this.heads.up.size + this.heads.down.size;
  }

  facts(): PayloadFacts {
    const relay = this.reader.relay.facts();
    // A message that its length promised and that never came whole may be anything.
    const beside = this.isDamaged || this.heads.up.length + this.heads.down.length > 0 ? ['other'] : [];
    return { protocol: this.nameOf(relay !== undefined), media: { stun: this.reader.facts(), relay, dtls: undefined, rtp: undefined, beside } };
  }

  /** As over UDP: STUN in front of bytes that nothing knows makes them no STUN. */
  private nameOf(isRelay: boolean): string {
    if (isRelay) return 'turn';
    if (this.isDamaged) return 'unknown';
    return this.reader.seen ? 'stun' : this.recognised;
  }

  /** Reads the messages at the front of what is held; the bytes read, 0 when one is not whole yet, -1 when there is none. */
  private take(side: Side, held: HeldBytes, at: Micros, frame: number): number {
    const data = held.view();
    let read = 0;
    for (;;) {
      if (data.length - read < 8) break;
      const isChannel = ((data[read] ?? 0) & 0xc0) === 0x40;
      // Where nobody spoke TURN there are no channels: as first byte of a stream's message it is text, or anything.
      if (isChannel && this.reader.seen && !this.reader.relay.seen) return -1;
      const length = isChannel ? CHANNEL_HEADER + u16be(data, read + 2) : stunLength(data, read);
      if (length < (isChannel ? CHANNEL_HEADER : HEADER)) return -1;
      const whole = isChannel ? (length + 3) & ~3 : length;
      if (data.length - read < whole) break;
      if (isChannel) this.reader.channelData(side, data, read, read + length, at);
      else if (!this.reader.message(side, data, read, read + length, at, frame)) return -1;
      read += whole;
    }
    if (read > 0) {
      const rest = data.slice(read);
      held.release();
      held.add(rest, 0, rest.length);
    }
    return read;
  }

  private lose(side: Side): boolean {
    if (!this.lost[side]) this.sink.problem({ code: 'stun-damaged', detail: 'stream' });
    this.lost[side] = true;
    this.heads[side].release();
    return !(this.lost.up && this.lost.down);
  }
}

/** Bytes that its reader takes, as measured, beside those that every flow is counted with. */
const READER_SIZE = 1536;
/** A message with the largest body that its header can tell, and its header. */
const LONGEST_MESSAGE = 65_560;
