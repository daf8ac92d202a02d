/**
 * The DNS decoders: resolver traffic over UDP and TCP, told as lookups.
 * Damaged messages become problems; what could be read still counts. What asks
 * the link and not a resolver is read by local-names.ts.
 */
import type { Micros } from '../../../base/time.ts';
import type { Decoder, PayloadFacts, Session, SessionSink, Side } from '../session.ts';
import { Framing } from './framing.ts';
import { decodeMessage } from './message.ts';
import { Pairing } from './pairing.ts';
import { recogniseDatagram, recogniseStream } from './recognise.ts';

/** DNS over UDP (RFC 1035 §4.2.1). */
export const dnsUdpDecoder: Decoder = {
  protocol: 'dns',
  transport: 'udp',
  recognise: recogniseDatagram,
  open: openDatagrams,
};

/** DNS over TCP (RFC 7766). */
export const dnsTcpDecoder: Decoder = {
  protocol: 'dns',
  transport: 'tcp',
  recognise: recogniseStream,
  open: (sink) => new StreamSession(sink),
};

/** A session that served another flow where one waits: most flows ask one question. */
function openDatagrams(sink: SessionSink): Session {
  const session = spare.pop() ?? new DatagramSession();
  session.listener.open(sink);
  return session;
}

class DatagramSession implements Session {
  readonly listener = new Listener();

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    this.listener.hear(side, data, at, frame);
    return true;
  }

  gap(): boolean {
    return true;
  }

  held(): number {
    return this.listener.held;
  }

  get isIdle(): boolean {
    return this.listener.isIdle;
  }

  facts(): PayloadFacts {
    return this.listener.close();
  }

  recycle(): void {
    if (spare.length < SPARE_CAP) spare.push(this);
  }
}

class StreamSession implements Session {
  private readonly listener = new Listener();
  private readonly framing = { up: new Framing(), down: new Framing() };
  private lost = false;
  private at: Micros = 0;
  private frame = 0;

  constructor(sink: SessionSink) {
    this.listener.open(sink);
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    if (this.lost) return false;
    this.at = at;
    this.frame = frame;
    this.framing[side].push(data, (message) => this.listener.hear(side, message, at, frame));
    return true;
  }

  /** Lengths chain the messages together: after a hole no later byte can be known to start one. */
  gap(): boolean {
    this.lost = true;
    return false;
  }

  held(): number {
    return this.listener.held + this.framing.up.size + this.framing.down.size;
  }

  /** A message that its length promised and that never came whole is damage; the question in it was asked all the same. */
  facts(): PayloadFacts {
    for (const side of SIDES) this.framing[side].rest((part) => this.listener.hearPart(side, part, this.at, this.frame));
    return this.listener.close();
  }
}

const SIDES: readonly Side[] = ['up', 'down'];

/** Decodes and pairs the messages of one flow. */
class Listener {
  private sink: SessionSink = NOBODY;
  private readonly pairing = new Pairing();

  /** Hears for another flow from now on. */
  open(sink: SessionSink): void {
    this.sink = sink;
    this.pairing.open(sink);
  }

  hear(side: Side, data: Uint8Array, at: Micros, frame: number): void {
    const message = decodeMessage(data);
    if (message === undefined) {
      this.sink.problem({ code: 'dns-damaged', offset: data.length, detail: 'header' });
      return;
    }
    if (message.damage !== undefined) this.sink.problem({ code: 'dns-damaged', ...message.damage });
    this.pairing.hear(side, message, at, frame);
  }

  get held(): number {
    return this.pairing.size;
  }

  get isIdle(): boolean {
    return this.pairing.isIdle;
  }

  /** A message whose end is missing. */
  hearPart(side: Side, part: Uint8Array, at: Micros, frame: number): void {
    this.sink.problem({ code: 'dns-damaged', offset: part.length, detail: 'cut' });
    const message = decodeMessage(part);
    if (message !== undefined) this.pairing.hear(side, message, at, frame);
  }

  close(): PayloadFacts {
    this.pairing.flush();
    return FACTS;
  }
}

const FACTS: PayloadFacts = { protocol: 'dns' };
const NOBODY: SessionSink = { lookup: () => undefined, problem: () => undefined };
/** Sessions that wait for a flow, some 300 bytes each: as many questions as are asked in the time that their flows live. */
const spare: DatagramSession[] = [];
const SPARE_CAP = 8192;
