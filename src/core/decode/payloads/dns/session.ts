/**
 * The DNS decoders: resolver traffic over UDP and TCP, told as lookups, and
 * multicast DNS and LLMNR, which are only named: they ask the link, not a
 * resolver. Damaged messages become problems; what could be read still counts.
 */
import type { Micros } from '../../../base/time.ts';
import type { Decoder, PayloadFacts, Session, SessionSink, Side } from '../session.ts';
import { Framing } from './framing.ts';
import { decodeMessage } from './message.ts';
import { Pairing } from './pairing.ts';
import { LLMNR_PORT, MDNS_PORT, recogniseDatagram, recogniseOnPort, recogniseStream } from './recognise.ts';

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

/** Multicast DNS (RFC 6762): named, never a lookup. */
export const mdnsDecoder: Decoder = namedOnly('mdns', MDNS_PORT);

/** Link-local multicast name resolution (RFC 4795): named, never a lookup. */
export const llmnrDecoder: Decoder = namedOnly('llmnr', LLMNR_PORT);

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

  constructor(sink: SessionSink) {
    this.listener.open(sink);
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    if (this.lost) return false;
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

  facts(): PayloadFacts {
    return this.listener.close();
  }
}

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

  close(): PayloadFacts {
    this.pairing.flush();
    return FACTS;
  }
}

function namedOnly(protocol: string, port: number): Decoder {
  const session: Session = { push: () => false, gap: () => false, facts: () => ({ protocol }) };
  return { protocol, transport: 'udp', recognise: (data, ports) => recogniseOnPort(port, data, ports), open: () => session };
}

const FACTS: PayloadFacts = { protocol: 'dns' };
const NOBODY: SessionSink = { lookup: () => undefined, problem: () => undefined };
/** Sessions that wait for a flow, some 300 bytes each: as many questions as are asked in the time that their flows live. */
const spare: DatagramSession[] = [];
const SPARE_CAP = 8192;
