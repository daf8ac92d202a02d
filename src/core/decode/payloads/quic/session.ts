/**
 * One QUIC connection, datagram by datagram: takes what both ends send, opens
 * their Initial packets and gives version, names and hellos. Once both hellos
 * are known it looks at long headers only, to notice another connection in
 * the same flow. Whatever is protected by keys of the handshake stays closed.
 */
import type { ProblemCode } from '../../../base/problem.ts';
import type { Micros } from '../../../base/time.ts';
import type { Decoder, PayloadFacts, Session, SessionSink, Side } from '../session.ts';
import { isReadable } from '../readable.ts';
import type { TlsFacts } from '../tls/facts.ts';
import type { QuicClose, QuicFacts } from './facts.ts';
import { googleServerName, googleVersion } from './google.ts';
import { Handshake } from './handshake.ts';
import { InitialKeys, type OpenedPacket } from './initial-keys.ts';
import { LongHeader, word } from './long-header.ts';
import { recogniseQuic } from './recognise.ts';
import { initialScheme, isGoogle, versionLabel } from './versions.ts';

export const quicDecoder: Decoder = {
  protocol: 'quic',
  transport: 'udp',
  recognise: recogniseQuic,
  open: (sink) => new QuicSession(sink),
};

class QuicSession implements Session {
  private readonly sink: SessionSink;
  private readonly handshake = new Handshake((code, detail) => this.complain(code, detail));
  private keys: InitialKeys | undefined;
  private largest = { up: -1, down: -1 };
  /** What the client may address: its own first choice, that of a Retry, those of the server. */
  private readonly ids: Uint8Array[] = [];
  private retryId: Uint8Array | undefined;
  private serverVersions: string[] | undefined;
  private asked: number | undefined;
  private version: number | undefined;
  private googleName: QuicFacts['sni'];
  /** Packets that keys were tried on. */
  private tries = 0;
  private datagrams = 0;
  private isAnswered = false;
  /** Facts were asked for before. */
  private isTold = false;
  private readonly short = { up: false, down: false };
  /** Text came where packets should. */
  private isReadable = false;

  constructor(sink: SessionSink) {
    this.sink = sink;
  }

  /** Nothing but another connection's first packet would tell anything new. */
  get settled(): boolean {
    const { up, down } = this.short;
    return (this.handshake.isComplete && up && down) || this.datagrams > DATAGRAM_CAP;
  }

  push(side: Side, data: Uint8Array, _at: Micros, _frame: number): boolean {
    if (this.settled) return true;
    this.datagrams++;
    const goesOn = this.read(side, data);
    if (this.settled) {
      this.handshake.release();
      this.keys = undefined;
    }
    return goesOn;
  }

  gap(): boolean {
    return true;
  }

  begins(side: Side, data: Uint8Array): boolean {
    if (side === 'down' || !(this.handshake.hasHello || this.settled)) return false;
    if (!HEADER.read(data, 0) || HEADER.type !== 'initial' || this.isKnownId(data)) return false;
    const waits = !this.isAnswered && (HEADER.tokenLength > 0 || HEADER.version !== this.version);
    return !waits && this.tries <= TRY_CAP && this.tryOwn(data) !== undefined;
  }

  held(): number {
    return this.handshake.held;
  }

  facts(): PayloadFacts {
    const { hello, server, close } = this.handshake;
    const isUnread = hello === undefined && this.googleName === undefined;
    if (isUnread && !this.isTold) this.complain('quic-unread', versionText(this.version));
    this.isTold = true;
    const tls: TlsFacts | undefined = hello === undefined && server === undefined ? undefined : {
      hello, server, chain: undefined, alert: alertOf(close), encryptedAlert: undefined,
      applicationData: this.short.up && this.short.down ? 'both' : this.short.up || this.short.down ? 'one-way' : 'none',
    };
    const quic: QuicFacts = {
      version: versionText(this.version),
      asked: this.asked === this.version ? undefined : versionText(this.asked),
      serverVersions: this.serverVersions,
      retry: this.retryId === undefined ? undefined : true,
      close,
      sni: this.googleName,
      continues: undefined,
    };
    return { protocol: this.isReadable ? 'unknown' : isGoogle(this.version ?? 0) ? 'gquic' : 'quic', tls, quic, isGuessed: isUnread ? true : undefined };
  }

  private read(side: Side, data: Uint8Array): boolean {
    if (side === 'up' && this.readGoogle(data)) return true;
    if ((data[0] ?? 0) < 0x80) {
      if (isReadable(data, 0, data.length)) this.isReadable = true;
      else this.short[side] = true;
      return true;
    }
    for (let at = 0; at < data.length && HEADER.read(data, at); at = HEADER.end) {
      this.packet(side, data);
      if (this.tries > TRY_CAP) return false;
    }
    if (this.version === undefined) this.note(word(data, 1));
    return true;
  }

  private packet(side: Side, data: Uint8Array): void {
    switch (HEADER.type) {
      case 'negotiation':
        if (side === 'down') this.takeNegotiation(data);
        break;
      case 'retry':
        if (side === 'down' && !this.isAnswered) this.remember((this.retryId = sourceOf(data)));
        break;
      case 'initial':
        if (!this.handshake.done) this.initial(side, data);
        break;
      case 'unreadable':
        if (side === 'up') this.note(HEADER.version);
        break;
      default:
    }
  }

  private initial(side: Side, data: Uint8Array): void {
    const { version } = HEADER;
    const id = side === 'down' ? sourceOf(data) : undefined;
    const opened = this.tryCurrent(side, data) ?? (side === 'up' && !this.isCurrentId(data) ? this.startAnew(data) : undefined);
    if (opened === undefined) {
      // Without any keys the connection began before the capture: nothing is damaged.
      if (this.keys !== undefined || side === 'up') this.complain('quic-damaged', 'an Initial packet that its keys do not open');
      return;
    }
    this.note(version);
    if (opened.number > this.largest[side]) this.largest[side] = opened.number;
    if (id !== undefined) this.takeServerId(id);
    this.handshake.packet(side, opened.frames);
  }

  /** By the keys at hand, or those of the same identifier in the version that one end changed to (RFC 9368 §2.3). */
  private tryCurrent(side: Side, data: Uint8Array): OpenedPacket | undefined {
    const { keys } = this;
    if (keys === undefined) return undefined;
    if (keys.version === HEADER.version) return this.open(keys, side, data, this.largest[side]);
    const changed = keysFor(HEADER.version, keys.id);
    const opened = changed === undefined ? undefined : this.open(changed, side, data, this.largest[side]);
    if (opened !== undefined) this.keys = changed;
    return opened;
  }

  /** The first packet of a client, of the one that obeys a Retry, or of one that begins again with another version. */
  private startAnew(data: Uint8Array): OpenedPacket | undefined {
    const own = keysFor(HEADER.version, destinationOf(data));
    const opened = own === undefined ? undefined : this.open(own, 'up', data, -1);
    if (own === undefined || opened === undefined) return undefined;
    if (this.keys !== undefined) this.handshake.restart();
    this.keys = own;
    this.largest = { up: -1, down: -1 };
    this.remember(own.id);
    return opened;
  }

  private tryOwn(data: Uint8Array): OpenedPacket | undefined {
    const own = keysFor(HEADER.version, destinationOf(data));
    return own === undefined ? undefined : this.open(own, 'up', data, -1);
  }

  private open(keys: InitialKeys, side: Side, data: Uint8Array, largest: number): OpenedPacket | undefined {
    this.tries++;
    if (this.tries === TRY_CAP + 1) this.complain('quic-cap', 'Initial packets');
    return this.tries > TRY_CAP ? undefined : keys.open(side, data, HEADER, largest);
  }

  /** RFC 9000 §6.2: a negotiation that lists what the client asked for, or comes after an answer, is to be ignored. */
  private takeNegotiation(data: Uint8Array): void {
    if (this.isAnswered || this.serverVersions !== undefined) return;
    const labels: string[] = [];
    for (let at = HEADER.bodyStart; at < HEADER.end && labels.length < VERSION_CAP; at += 4) labels.push(versionLabel(word(data, at)));
    this.serverVersions = labels;
  }

  private readGoogle(data: Uint8Array): boolean {
    const version = googleVersion(data);
    if (version === undefined) return false;
    this.note(version);
    this.googleName ??= googleServerName(data);
    return true;
  }

  private note(version: number): void {
    this.asked ??= version;
    this.version = version;
  }

  private takeServerId(id: Uint8Array): void {
    this.isAnswered = true;
    if (id.length === 0 || this.ids.some((known) => isSame(known, id, 0, id.length))) return;
    this.remember(id);
    this.sink.connectionId?.(id);
  }

  private remember(id: Uint8Array): void {
    if (this.ids.length < ID_CAP) this.ids.push(id);
  }

  private isKnownId(data: Uint8Array): boolean {
    return this.ids.some((id) => isSame(id, data, HEADER.destinationStart, HEADER.destinationEnd));
  }

  private isCurrentId(data: Uint8Array): boolean {
    const { keys } = this;
    return keys !== undefined && keys.version === HEADER.version && isSame(keys.id, data, HEADER.destinationStart, HEADER.destinationEnd);
  }

  private complain(code: ProblemCode, detail: string): void {
    this.sink.problem({ code, detail });
  }
}

function keysFor(version: number, id: Uint8Array): InitialKeys | undefined {
  const scheme = initialScheme(version);
  return scheme === undefined ? undefined : new InitialKeys(version, scheme, id);
}

/** Identifiers of the packet that the header stands at: a view of the one, a copy of the other. */
function destinationOf(data: Uint8Array): Uint8Array {
  return data.subarray(HEADER.destinationStart, HEADER.destinationEnd);
}

function sourceOf(data: Uint8Array): Uint8Array {
  return new Uint8Array(data.subarray(HEADER.sourceStart, HEADER.sourceEnd));
}

function isSame(id: Uint8Array, data: Uint8Array, from: number, to: number): boolean {
  if (id.length !== to - from) return false;
  for (let at = 0; at < id.length; at++) if (id[at] !== data[from + at]) return false;
  return true;
}

function versionText(version: number | undefined): string {
  return version === undefined ? 'unknown' : versionLabel(version);
}

/** RFC 9001 §4.8: transport errors 0x100 to 0x1ff are TLS alerts, all of them fatal. */
function alertOf(close: QuicClose | undefined): TlsFacts['alert'] {
  return close === undefined || close.code >>> 8 !== 1 ? undefined : { from: close.from, level: 2, code: close.code & 0xff };
}

/** The packet being read: nothing else runs meanwhile. */
const HEADER = new LongHeader();
/** Packets of one connection that keys are tried on, about 20 µs each: post-quantum hellos and their repetitions take a dozen. */
const TRY_CAP = 64;
/** Datagrams after which a connection that never showed both hellos is looked at no closer: handshakes take ten. */
const DATAGRAM_CAP = 64;
/** Versions kept of a negotiation: servers list under ten. */
const VERSION_CAP = 16;
/** Identifiers kept of one connection: the client's choice, a Retry's, the server's; more only when a client begins again and again. */
const ID_CAP = 8;
