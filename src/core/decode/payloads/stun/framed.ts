/**
 * ICE over TCP (RFC 6544 §3, RFC 4571 §2): STUN, DTLS and media of one pair,
 * each message behind a length of two bytes. Takes the stream apart and hands
 * every message to what reads them as datagrams. Believes only a stream whose
 * first message is STUN that fills its frame.
 */
import type { Micros } from '../../../base/time.ts';
import { u16be } from '../../numbers.ts';
import { HeldBytes } from '../held-bytes.ts';
import { MediaSession } from '../media.ts';
import type { Decoder, PayloadFacts, Recognition, Session, SessionSink, Side } from '../session.ts';
import { stunLength } from './message.ts';
import { recogniseStream } from './recognise.ts';

export const framedDecoder: Decoder = {
  protocol: 'ice-tcp',
  transport: 'tcp',
  recognise: recogniseFramed,
  open: (sink) => new FramedMedia(sink),
};

/** ICE begins with a connectivity check (RFC 6544 §7.1): its header stands behind the length that it tells too. */
function recogniseFramed(data: Uint8Array, ports: readonly [from: number, to: number]): Recognition {
  if (data.length < FRAME_HEADER) return 'more';
  if (data.length >= FRAME_HEADER + STUN_START && stunLength(data, FRAME_HEADER) !== u16be(data, 0)) return 'no';
  return recogniseStream(data.subarray(FRAME_HEADER), ports, false);
}

class FramedMedia implements Session {
  private readonly sink: SessionSink;
  private readonly media: MediaSession;
  private readonly heads = { up: new HeldBytes(LARGEST_FRAME), down: new HeldBytes(LARGEST_FRAME) };
  private readonly lost = { up: false, down: false };

  constructor(sink: SessionSink) {
    this.sink = sink;
    this.media = new MediaSession(sink, 'ice-tcp');
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    if (this.lost[side]) return true;
    const held = this.heads[side];
    for (let from = 0; from < data.length;) {
      from = data.length - held.add(data, from, data.length);
      if (!this.take(side, held, at, frame)) return false;
    }
    return true;
  }

  gap(side: Side): boolean {
    // Where the next frame begins nobody can say.
    if (!this.lost[side]) this.sink.problem({ code: 'stun-damaged', detail: 'stream' });
    this.lost[side] = true;
    this.heads[side].release();
    return !(this.lost.up && this.lost.down);
  }

  held(): number {
    return this.heads.up.size + this.heads.down.size;
  }

  facts(): PayloadFacts {
    const facts = this.media.facts();
    // A frame that its length promised and that never came whole may be anything.
    if (facts.media === undefined || this.heads.up.length + this.heads.down.length === 0) return facts;
    return { ...facts, media: { ...facts.media, beside: [...new Set([...facts.media.beside, 'other'])] } };
  }

  /** Hands on the whole frames at the front of what is held; false when no more are wanted. */
  private take(side: Side, held: HeldBytes, at: Micros, frame: number): boolean {
    const data = held.view();
    let read = 0;
    let isWanted = true;
    while (isWanted && data.length - read >= FRAME_HEADER) {
      const end = read + FRAME_HEADER + u16be(data, read);
      if (end > data.length) break;
      if (end > read + FRAME_HEADER) isWanted = this.media.push(side, data.subarray(read + FRAME_HEADER, end), at, frame);
      read = end;
    }
    if (read > 0) {
      const rest = data.slice(read);
      held.restart();
      held.add(rest, 0, rest.length);
    }
    return isWanted;
  }
}

const FRAME_HEADER = 2;
/** Bytes by which STUN is told: type, length, cookie. */
const STUN_START = 8;
/** A frame of the largest length with its header. */
const LARGEST_FRAME = 65_537;
