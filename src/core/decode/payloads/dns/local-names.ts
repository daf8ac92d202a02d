/**
 * Names asked of the link and not of a resolver: multicast DNS (RFC 6762),
 * LLMNR (RFC 4795) and the NetBIOS name service (RFC 1002). Takes datagrams,
 * tells each question once a flow. Answers are never read: any neighbour can
 * give one, so they name no address, and they come in flows of their own.
 */
import type { Micros } from '../../../base/time.ts';
import { wireText, type WireText } from '../../../base/wire-text.ts';
import type { Decoder, PayloadFacts, Session, SessionSink, Side } from '../session.ts';
import { decodeMessage, type DnsQuestion } from './message.ts';
import { typeName } from './mnemonics.ts';
import { LLMNR_PORT, MDNS_PORT, recogniseNetbios, recogniseOnPort } from './recognise.ts';

export const mdnsDecoder: Decoder = {
  protocol: 'mdns',
  transport: 'udp',
  recognise: (data, ports) => recogniseOnPort(MDNS_PORT, data, ports),
  open: (sink) => new LinkSession('mdns', sink, typeName, (name) => name.text),
};

export const llmnrDecoder: Decoder = {
  protocol: 'llmnr',
  transport: 'udp',
  recognise: (data, ports) => recogniseOnPort(LLMNR_PORT, data, ports),
  open: (sink) => new LinkSession('llmnr', sink, typeName, (name) => name.text),
};

export const nbnsDecoder: Decoder = {
  protocol: 'nbns',
  transport: 'udp',
  recognise: recogniseNetbios,
  open: (sink) => new LinkSession('nbns', sink, netbiosType, netbiosName),
};

class LinkSession implements Session {
  private readonly protocol: string;
  private readonly sink: SessionSink;
  private readonly typeOf: (type: number) => string;
  private readonly nameOf: (name: DnsQuestion['name']) => WireText;
  private readonly told = new Set<string>();
  private damaged = false;

  constructor(protocol: string, sink: SessionSink, typeOf: (type: number) => string, nameOf: (name: DnsQuestion['name']) => WireText) {
    this.protocol = protocol;
    this.sink = sink;
    this.typeOf = typeOf;
    this.nameOf = nameOf;
  }

  push(_side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    // The QR bit, before anything is decoded: announcements are most of this traffic.
    if (((data[2] ?? 0) & 0x80) !== 0) return true;
    const message = decodeMessage(data, QUESTIONS_KEPT_CAP);
    if (message === undefined || message.damage !== undefined) this.tellDamage();
    if (message?.opcode === 0) for (const question of message.questions) this.ask(question, { at, frame });
    return true;
  }

  gap(): boolean {
    return true;
  }

  facts(): PayloadFacts {
    return { protocol: this.protocol };
  }

  /** Hosts ask the same again and again: once a flow says all there is to say. */
  private ask(question: DnsQuestion, asked: { readonly at: Micros; readonly frame: number }): void {
    const key = `${question.type}/${question.name.key}`;
    if (this.told.has(key)) return;
    if (this.told.size >= TOLD_CAP) this.told.clear();
    this.told.add(key);
    this.sink.lookup({
      name: this.nameOf(question.name),
      type: this.typeOf(question.type),
      typeNumber: question.type,
      cnames: [],
      addresses: [],
      services: [],
      rcode: 'unseen',
      answers: 0,
      truncated: false,
      unasked: false,
      asked,
      answered: undefined,
      tries: 1,
    });
  }

  /** Devices of a link send odd messages by the hour; names of hosts are not lost by them. */
  private tellDamage(): void {
    if (this.damaged) return;
    this.damaged = true;
    this.sink.problem({ code: 'dns-damaged', detail: this.protocol });
  }
}

/** The 15 letters of a NetBIOS name, then its scope; the 16th byte follows as `<1b>` where it does not mean a plain host (RFC 1001 §14.1). */
function netbiosName({ labels, text }: DnsQuestion['name']): WireText {
  const [coded = '', ...scope] = labels;
  if (!CODED.test(coded)) return text;
  let name = '';
  for (let at = 0; at < 30; at += 2) name += show(byteAt(coded, at));
  const suffix = byteAt(coded, 30);
  const shown = name.replace(PADDING, '') + (HOST_SUFFIXES.has(suffix) ? '' : `<${suffix.toString(16).padStart(2, '0')}>`);
  return wireText([shown, ...scope].join('.'));
}

function netbiosType(type: number): string {
  return type === 0x20 ? 'NB' : type === 0x21 ? 'NBSTAT' : typeName(type);
}

function byteAt(coded: string, at: number): number {
  return ((coded.charCodeAt(at) - LETTER_A) << 4) | (coded.charCodeAt(at + 1) - LETTER_A);
}

/** As in other names (RFC 4343 §2.1): nothing in a label can pass for a separator or reach a terminal. */
function show(byte: number): string {
  const char = String.fromCharCode(byte);
  if (byte === 0x20 || (byte > 0x20 && byte < 0x7f && char !== '.' && char !== '\\')) return char;
  return char === '.' || char === '\\' ? `\\${char}` : `\\${String(byte).padStart(3, '0')}`;
}

const CODED = /^[A-P]{32}$/;
const LETTER_A = 65;
/** Names are filled with spaces; the wildcard of a status request with zeros. */
const PADDING = /(?: |\\000)+$/;
/** Workstation and file server: a host as people name it. */
const HOST_SUFFIXES: ReadonlySet<number> = new Set([0x00, 0x20]);
/** Real multicast queries pack some dozens of questions. */
const QUESTIONS_KEPT_CAP = 64;
/** Questions told of one flow before all may be told again: more than a browsing host asks of a link. */
const TOLD_CAP = 256;
