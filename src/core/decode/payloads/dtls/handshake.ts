/**
 * One DTLS association as far as it is in clear (RFC 6347, RFC 9147): takes the
 * datagrams of both ends, gives what TLS gives for a stream. A second hello
 * behind a cookie is joined with the first. Decrypts nothing.
 */
import type { Problem } from '../../../base/problem.ts';
import { joinHellos } from '../tls/joined-facts.ts';
import { readCertificateMessage } from '../tls/certificate.ts';
import { readClientHello, type ClientHelloReading } from '../tls/client-hello.ts';
import type { AlertFacts, CertificateFacts, TlsFacts } from '../tls/facts.ts';
import { keyExchangeGroup, readServerHello, type ServerHelloReading } from '../tls/server-hello.ts';
import type { Side } from '../session.ts';
import type { DtlsFacts } from './facts.ts';
import { Fragments, type MessageSink } from './fragments.ts';
import { CONTENT, walkRecords, type RecordSink } from './records.ts';
import { profileChosen, profilesOffered } from './use-srtp.ts';

export class DtlsHandshake implements RecordSink, MessageSink {
  /** A record was read. */
  seen = false;
  private readonly problem: (problem: Problem) => void;
  private readonly fragments = { up: new Fragments(this), down: new Fragments(this) };
  private readonly carried = { up: false, down: false };
  private side: Side = 'up';
  private clientSide: Side | undefined;
  private hello: ClientHelloReading | undefined;
  private server: ServerHelloReading | undefined;
  private isFinal = false;
  private verified = false;
  private chain: readonly CertificateFacts[] | undefined;
  private group: number | undefined;
  private resumed: boolean | undefined;
  private alert: AlertFacts | undefined;
  private srtp: readonly number[] | undefined;
  private srtpChosen: number | undefined;

  constructor(problem: (problem: Problem) => void) {
    this.problem = problem;
  }

  /** Nothing that may still come would change what is known. */
  get isSettled(): boolean {
    return this.alert !== undefined || (this.carried.up && this.carried.down);
  }

  /** Memory that unfinished messages take. */
  get held(): number {
    return this.fragments.up.size + this.fragments.down.size;
  }

  /** A datagram whose first byte says DTLS; false when no record begins it. */
  datagram(side: Side, data: Uint8Array): boolean {
    this.side = side;
    // RFC 9147 §4: the short header is DTLS 1.3's; where an older version was agreed on it is text, or anything.
    if ((data[0] ?? 0) >>> 5 === 1 && this.server?.tls13 === false) return false;
    const before = this.seen;
    this.seen = false;
    const whole = walkRecords(data, this);
    const found = this.seen;
    this.seen ||= before;
    if (!whole && found) this.problem({ code: 'dtls-damaged', detail: 'record' });
    return found;
  }

  clear(type: number, data: Uint8Array, from: number, to: number): void {
    this.seen = true;
    if (type === CONTENT.handshake) {
      if (!this.fragments[this.side].record(data, from, to)) this.problem({ code: 'dtls-damaged', detail: 'handshake fragment' });
    } else if (type === CONTENT.alert && to - from === 2) this.takeAlert(data[from] ?? 0, data[from + 1] ?? 0);
    else if (type === CONTENT.changeCipherSpec && this.server !== undefined && this.side !== this.clientSide && !this.server.tls13) this.resumed ??= true;
  }

  sealed(application: boolean): void {
    this.seen = true;
    if (application) this.carried[this.side] = true;
  }

  wants(type: number): boolean {
    return WANTED.has(type);
  }

  capped(): void {
    this.problem({ code: 'dtls-cap' });
  }

  message(type: number, body: Uint8Array): void {
    if (type === HANDSHAKE.clientHello) this.takeClientHello(body);
    else if (type === HANDSHAKE.serverHello) this.takeServerHello(body);
    else if (type === HANDSHAKE.helloVerifyRequest) this.verified = true;
    else if (this.side === this.clientSide) return;
    else if (type === HANDSHAKE.certificate) this.takeChain(body);
    else if (type === HANDSHAKE.serverKeyExchange) this.group ??= keyExchangeGroup(body);
    else this.resumed = false;
  }

  /** What TLS shows too; undefined when no record was read. */
  tlsFacts(): TlsFacts | undefined {
    if (!this.seen) return undefined;
    const { up, down } = this.carried;
    return {
      hello: this.hello?.facts, server: this.serverFacts(), chain: this.chain, alert: this.alert, encryptedAlert: undefined,
      applicationData: up && down ? 'both' : up || down ? 'one-way' : 'none', startedIn: undefined,
    };
  }

  facts(): DtlsFacts | undefined {
    if (!this.seen) return undefined;
    const { clientSide, verified, srtp, srtpChosen } = this;
    return { helloFrom: clientSide === undefined ? undefined : clientSide === 'up' ? 'client' : 'server', verified, srtp, srtpChosen };
  }

  private takeClientHello(body: Uint8Array): void {
    const reading = readClientHello(body, 'd');
    if (reading === undefined) {
      this.problem({ code: 'dtls-damaged', detail: 'ClientHello' });
      return;
    }
    this.clientSide ??= this.side;
    this.srtp ??= profilesOffered(body);
    if (this.hello === undefined) this.hello = reading;
    else if (this.side === this.clientSide) this.hello = joinHellos(this.hello, reading, this.problem, 'dtls-damaged');
  }

  private takeServerHello(body: Uint8Array): void {
    const reading = readServerHello(body);
    if (reading === undefined) {
      this.problem({ code: 'dtls-damaged', detail: 'ServerHello' });
      return;
    }
    if (this.isFinal) return;
    this.clientSide ??= this.side === 'up' ? 'down' : 'up';
    const retried = this.server?.facts.helloRetry === true;
    this.isFinal = !reading.facts.helloRetry;
    if (reading.facts.helloRetry) this.verified = true;
    this.server = retried ? { ...reading, facts: { ...reading.facts, helloRetry: true } } : reading;
    this.srtpChosen ??= profileChosen(body);
  }

  private takeChain(body: Uint8Array): void {
    const { chain, damaged, capped } = readCertificateMessage(body);
    this.resumed = false;
    if (chain.length > 0) this.chain ??= chain;
    if (damaged) this.problem({ code: 'dtls-damaged', detail: 'Certificate' });
    else if (capped) this.problem({ code: 'dtls-cap', detail: 'Certificate' });
  }

  private takeAlert(level: number, code: number): void {
    if (level !== FATAL || this.alert !== undefined) return;
    this.alert = { from: this.side === 'up' ? 'client' : 'server', level, code };
  }

  private serverFacts(): TlsFacts['server'] {
    const { server, group, resumed } = this;
    if (server === undefined) return undefined;
    return { ...server.facts, group: server.tls13 ? server.facts.group : (group ?? server.facts.group), resumed: server.tls13 ? undefined : resumed };
  }
}

/** HandshakeType (RFC 6347 §4.3.2, RFC 5246 §7.4). */
export const HANDSHAKE = { clientHello: 1, serverHello: 2, helloVerifyRequest: 3, certificate: 11, serverKeyExchange: 12, serverHelloDone: 14 } as const;
const WANTED: ReadonlySet<number> = new Set(Object.values(HANDSHAKE));
const FATAL = 2;
