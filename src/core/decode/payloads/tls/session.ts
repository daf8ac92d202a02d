/**
 * TLS over TCP: takes the contiguous bytes of both sides from the first record
 * on, gives what the handshake shows in clear, and ends as soon as it knows
 * whether application data followed. Decrypts nothing and holds no
 * application data. Damage ends it with a problem; what was read stays.
 */
import type { ProblemCode } from '../../../base/problem.ts';
import type { Micros } from '../../../base/time.ts';
import type { Decoder, PayloadFacts, Session, SessionSink, Side } from '../session.ts';
import { Assembly } from './assembly.ts';
import { readCertificateMessage } from './certificate.ts';
import { readClientHello, readSslv2Hello, type ClientHelloReading } from './client-hello.ts';
import type { AlertFacts, CertificateFacts, TlsFacts } from './facts.ts';
import { contextOf, joinHellos, serverFactsOf } from './joined-facts.ts';
import { MESSAGE, MessageReader, type MessageSink } from './message-reader.ts';
import { recogniseTls } from './recognise.ts';
import { RECORD, RecordReader, type RecordSink } from './record-reader.ts';
import { SealedRecords, type SealedContext } from './sealed-records.ts';
import { countSctsOfStaple, sctPlaces } from './sct.ts';
import { keyExchangeGroup, readServerHello, type ServerHelloReading } from './server-hello.ts';

export const tlsDecoder: Decoder = {
  protocol: 'tls',
  transport: 'tcp',
  recognise: (data) => recogniseTls(data),
  open: openSession,
};

/** A session that served another flow where one waits: hundreds of thousands of handshakes need a few dozen. */
function openSession(sink: SessionSink): Session {
  const session = spare.pop() ?? new TlsSession();
  session.open(sink);
  return session;
}

class TlsSession implements Session, RecordSink, MessageSink {
  done = false;
  private sink: SessionSink = NOBODY;
  private readonly records = { up: new RecordReader('up', this), down: new RecordReader('down', this) };
  private readonly messages = { up: new MessageReader('up', this), down: new MessageReader('down', this) };
  private readonly sealed = new SealedRecords();
  /** ChangeCipherSpec was seen on the side. */
  private readonly changed = { up: false, down: false };
  private readonly clearBytes = { up: 0, down: 0 };
  private readonly laterBytes = { up: 0, down: 0 };
  /** A hello in SSL 2.0 format or an alert, which stand in records of their own. */
  private readonly pieces = { up: new Assembly(), down: new Assembly() };
  private hello: ClientHelloReading | undefined;
  private server: ServerHelloReading | undefined;
  /** A ServerHello that is no retry request was read. */
  private isFinal = false;
  private chain: readonly CertificateFacts[] | undefined;
  /** Timestamps in the stapled OCSP response. */
  private stapled = 0;
  private group: number | undefined;
  private resumed: boolean | undefined;
  private alert: AlertFacts | undefined;
  /** What lengths are read by: changes with the hellos, asked for at every record. */
  private context: SealedContext = UNKNOWN;

  /** Takes over a connection from its first byte on. */
  open(sink: SessionSink): void {
    this.sink = sink;
    this.done = this.isFinal = false;
    this.hello = this.server = this.chain = this.group = this.resumed = this.alert = undefined;
    this.stapled = 0;
    this.context = UNKNOWN;
  }

  recycle(): void {
    if (spare.length >= SPARE_CAP) return;
    this.sink = NOBODY;
    this.sealed.reset();
    for (const side of SIDES) {
      this.records[side].reset();
      this.messages[side].reset();
      this.pieces[side].begin(0);
      this.changed[side] = false;
      this.clearBytes[side] = this.laterBytes[side] = 0;
    }
    spare.push(this);
  }

  push(side: Side, data: Uint8Array, _at: Micros, _frame: number): boolean {
    if (this.done) return false;
    const reader = this.records[side];
    if (reader.lost) this.passLater(side, data.length);
    else reader.push(data);
    return !this.done;
  }

  gap(side: Side, length: number): boolean {
    if (this.done) return false;
    this.records[side].gap(length);
    this.settle();
    return !this.done;
  }

  held(): number {
    return this.messages.up.held + this.messages.down.held + this.pieces.up.size + this.pieces.down.size;
  }

  facts(): PayloadFacts {
    const { alert, chain } = this;
    const [leaf] = chain ?? [];
    const server = serverFactsOf(this.server, this.group, this.resumed);
    const up = this.sealed.carried('up', this.context);
    const down = this.sealed.carried('down', this.context);
    const tls: TlsFacts = {
      hello: this.hello?.facts,
      server,
      chain,
      scts: leaf === undefined ? undefined : sctPlaces(leaf.scts ?? 0, this.server?.scts ?? 0, this.stapled),
      alert,
      encryptedAlert: this.wasRefused() ? true : undefined,
      applicationData: up && down ? 'both' : up || down ? 'one-way' : 'none',
    };
    return { protocol: 'tls', tls };
  }

  record(side: Side, type: number, length: number): boolean {
    switch (type) {
      case RECORD.changeCipherSpec:
        this.changeCipher(side);
        return false;
      case RECORD.alert:
        // Two bytes are an alert in clear; an encrypted one is always longer.
        this.pieces[side].begin(length);
        return length === 2;
      case RECORD.applicationData:
        this.sealed.add(side, length, this.context);
        this.passLater(side, RECORD_HEADER + length);
        return false;
      case RECORD.sslv2Hello:
        this.pieces[side].begin(length);
        return true;
      case RECORD.handshake:
        if (this.isOpaque(side)) return false;
        this.clearBytes[side] += length;
        if (this.clearBytes[side] > LONGEST_HANDSHAKE) this.end('tls-cap', 'handshake');
        return !this.done;
      default:
        return false;
    }
  }

  body(side: Side, type: number, data: Uint8Array, from: number, to: number): void {
    if (type === RECORD.handshake) {
      this.messages[side].feed(data, from, to);
      return;
    }
    const whole = this.pieces[side].add(data, from, to);
    if (whole === undefined) return;
    if (type === RECORD.alert) this.takeAlert(side, whole[0] ?? 0, whole[1] ?? 0);
    else this.takeClientHello(readSslv2Hello(whole));
  }

  noRecord(side: Side): void {
    this.end('tls-damaged', side === 'up' ? 'client record' : 'server record');
  }

  isOpaque(side: Side): boolean {
    const server = this.server;
    if (server === undefined) return this.changed[side];
    // RFC 8446 §D.4: after a HelloRetryRequest both second hellos come in clear behind a ChangeCipherSpec without meaning.
    if (server.facts.helloRetry && !this.isFinal) return false;
    return server.tls13 || this.changed[side];
  }

  begin(side: Side, type: number, length: number): boolean {
    if (side === 'down' && (type === MESSAGE.certificate || type === MESSAGE.serverHelloDone)) this.resumed = false;
    const wanted = side === 'up'
      ? type === MESSAGE.clientHello
      : type === MESSAGE.serverHello || type === MESSAGE.certificate || type === MESSAGE.serverKeyExchange || type === MESSAGE.certificateStatus;
    if (!wanted || length <= LONGEST_MESSAGE) return wanted;
    // A chain may be passed over; a connection without its hellos makes no sense.
    if (type === MESSAGE.clientHello || type === MESSAGE.serverHello) this.end('tls-cap', 'hello');
    else this.sink.problem({ code: 'tls-cap', detail: 'Certificate, CertificateStatus or ServerKeyExchange' });
    return false;
  }

  message(side: Side, type: number, body: Uint8Array): void {
    if (side === 'up') this.takeClientHello(readClientHello(body, 't'));
    else if (type === MESSAGE.serverHello) this.takeServerHello(readServerHello(body));
    else if (type === MESSAGE.certificate) this.takeChain(body);
    else if (type === MESSAGE.certificateStatus) this.stapled ||= countSctsOfStaple(body);
    else this.group ??= keyExchangeGroup(body);
  }

  private takeClientHello(reading: ClientHelloReading | undefined): void {
    if (reading === undefined) {
      this.end('tls-damaged', 'ClientHello');
      return;
    }
    this.hello = this.hello === undefined ? reading : joinHellos(this.hello, reading, (problem) => this.sink.problem(problem), 'tls-damaged');
    this.updateContext();
  }

  private takeServerHello(reading: ServerHelloReading | undefined): void {
    if (reading === undefined) {
      this.end('tls-damaged', 'ServerHello');
      return;
    }
    // A second one in clear would be a renegotiation: what was agreed first is what the connection began with.
    if (this.isFinal) return;
    const retried = this.server?.facts.helloRetry === true;
    this.isFinal = !reading.facts.helloRetry;
    this.server = retried ? { ...reading, facts: { ...reading.facts, helloRetry: true } } : reading;
    this.updateContext();
  }

  private takeChain(body: Uint8Array): void {
    const { chain, damaged, capped } = readCertificateMessage(body);
    this.chain ??= chain;
    if (damaged) this.end('tls-damaged', 'Certificate');
    else if (capped) this.sink.problem({ code: 'tls-cap', detail: 'Certificate' });
  }

  /** RFC 5246 §7.3: a server that changes ciphers without having shown a certificate or ServerHelloDone resumes a session. */
  private changeCipher(side: Side): void {
    this.changed[side] = true;
    if (side === 'down' && this.server !== undefined && !this.server.tls13) this.resumed ??= true;
  }

  private takeAlert(side: Side, level: number, code: number): void {
    const closing = code === CLOSE_NOTIFY && !this.sealed.carried('up', this.context) && !this.sealed.carried('down', this.context);
    if (level !== FATAL && !closing) return;
    this.alert = { from: side === 'up' ? 'client' : 'server', level, code };
    this.done = true;
  }

  private passLater(side: Side, length: number): void {
    this.laterBytes[side] += length;
    this.settle();
  }

  /** Ends when nothing that may still come would change the facts, or too much has passed to go on waiting for it. */
  private settle(): void {
    const context = this.context;
    const up = this.records.up.lost || this.sealed.carried('up', context);
    const down = this.records.down.lost || this.sealed.carried('down', context);
    const enough = this.laterBytes.up > LATER_LIMIT || this.laterBytes.down > LATER_LIMIT;
    if ((up && down) || enough || this.wasRefused()) this.done = true;
  }

  private wasRefused(): boolean {
    return this.isFinal && this.sealed.refused(this.context);
  }

  private updateContext(): void {
    this.context = contextOf(this.hello, this.server);
  }

  private end(code: ProblemCode, detail: string): void {
    this.sink.problem({ code, detail });
    this.done = true;
  }
}

const SIDES: readonly Side[] = ['up', 'down'];
const NOBODY: SessionSink = { lookup: () => undefined, problem: () => undefined };
const UNKNOWN: SealedContext = { tls13: true, cipher: 0, earlyData: false, ticketsWelcome: true };
/** Sessions that wait for a flow, some 8 KB each at most: a handshake needs one for a few packets. */
const spare: TlsSession[] = [];
const SPARE_CAP = 256;
const RECORD_HEADER = 5;
const FATAL = 2;
const CLOSE_NOTIFY = 0;
/** Longest message kept: hellos of post-quantum clients have 2 KB, chains of certificates rarely 20 KB. */
const LONGEST_MESSAGE = 65_536;
/** Handshake bytes in clear of one side that are waited through: test servers with thousands of names in a certificate send 340 KB. */
const LONGEST_HANDSHAKE = 524_288;
/** Application bytes of one side while the other is silent: a request and its body's beginning; then it counts as one-way. */
const LATER_LIMIT = 65_536;
