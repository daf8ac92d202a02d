/**
 * The TLS handshake inside Initial packets (RFC 9001 §4): takes opened
 * packets of both sides, gives the hellos. Begins anew when the client begins
 * anew; never sees more than Initial packets carry.
 */
import type { ProblemCode } from '../../../base/problem.ts';
import type { Side } from '../session.ts';
import { readClientHello, type ClientHelloReading } from '../tls/client-hello.ts';
import type { ClientHelloFacts, ServerHelloFacts } from '../tls/facts.ts';
import { MESSAGE, MessageReader, type MessageSink } from '../tls/message-reader.ts';
import { readServerHello } from '../tls/server-hello.ts';
import { CryptoStream, type OrderedSink } from './crypto-stream.ts';
import type { QuicClose } from './facts.ts';
import { readFrames, type FrameSink } from './frames.ts';

/** Told what makes no sense or is too much. */
export type Complain = (code: ProblemCode, detail: string) => void;

export class Handshake implements MessageSink, FrameSink, OrderedSink {
  /** Nothing more is read: what came made no sense, or was too much. */
  done = false;
  hello: ClientHelloFacts | undefined;
  server: ServerHelloFacts | undefined;
  close: QuicClose | undefined;
  private readonly complain: Complain;
  private side: Side = 'up';
  private streams: Record<Side, CryptoStream> | undefined = freshStreams();
  private messages: Record<Side, MessageReader> | undefined = this.freshReaders();
  /** The hello of this beginning was read; an earlier one may stand in {@link hello}. */
  private isNamed = false;
  /** A ServerHello that is no retry request was read. */
  private isFinal = false;

  constructor(complain: Complain) {
    this.complain = complain;
  }

  /** Both hellos are known. */
  get isComplete(): boolean {
    return this.isNamed && this.isFinal;
  }

  /** The hello of the client, or of its latest beginning, is known. */
  get hasHello(): boolean {
    return this.isNamed;
  }

  /** The client begins anew: after Retry, or with another version. */
  restart(): void {
    this.streams = freshStreams();
    this.messages = this.freshReaders();
    this.isNamed = this.isFinal = false;
    this.server = undefined;
    this.close = undefined;
  }

  /** Gives back what was held; nothing more will be read. */
  release(): void {
    this.streams = undefined;
    this.messages = undefined;
  }

  /** The frames of one opened packet. */
  packet(side: Side, frames: Uint8Array): void {
    this.side = side;
    if (!this.done && !readFrames(frames, this)) this.complain('quic-damaged', 'frames of an Initial packet');
  }

  crypto(offset: number, frames: Uint8Array, from: number, to: number): void {
    if (this.done) return;
    const taken = this.streams?.[this.side].take(offset, frames, from, to, this);
    if (taken === 'cap') this.end('quic-cap', 'handshake');
    else if (taken === 'conflict') this.complain('stream-overlap', 'QUIC CRYPTO frames');
  }

  ordered(data: Uint8Array, from: number, to: number): void {
    this.messages?.[this.side].feed(data, from, to);
  }

  closing(code: number): void {
    this.close ??= { from: this.side === 'up' ? 'client' : 'server', code };
  }

  isOpaque(): boolean {
    return false;
  }

  begin(side: Side, type: number, length: number): boolean {
    const wanted = type === (side === 'up' ? MESSAGE.clientHello : MESSAGE.serverHello);
    // RFC 9001 §4.1.3: nothing else travels in Initial packets.
    if (!wanted) this.end('quic-damaged', side === 'up' ? 'no ClientHello' : 'no ServerHello');
    else if (length > LONGEST_HELLO) this.end('quic-cap', 'hello');
    return wanted && !this.done;
  }

  message(side: Side, _type: number, body: Uint8Array): void {
    if (side === 'up') this.takeHello(readClientHello(body, 'q'));
    else this.takeServer(readServerHello(body)?.facts);
  }

  /** Memory that an unfinished handshake takes. */
  get held(): number {
    const { streams, messages } = this;
    return (streams === undefined ? 0 : streams.up.held + streams.down.held) + (messages === undefined ? 0 : messages.up.held + messages.down.held);
  }

  private takeHello(reading: ClientHelloReading | undefined): void {
    const known = this.hello;
    if (reading === undefined) {
      this.end('quic-damaged', 'ClientHello');
      return;
    }
    const { facts } = reading;
    if (known !== undefined && known.sni !== facts.sni) this.complain('quic-damaged', 'a later ClientHello names another host');
    // RFC 8446 §4.1.2: the second hello after a retry request repeats the first but for its key shares.
    this.hello = this.isNamed && known !== undefined ? { ...known, keyShareGroups: [...new Set([...known.keyShareGroups, ...facts.keyShareGroups])] } : facts;
    this.isNamed = true;
  }

  private takeServer(facts: ServerHelloFacts | undefined): void {
    if (facts === undefined) {
      this.end('quic-damaged', 'ServerHello');
      return;
    }
    this.isFinal = !facts.helloRetry;
    this.server = this.server?.helloRetry === true ? { ...facts, helloRetry: true } : facts;
  }

  private freshReaders(): Record<Side, MessageReader> {
    return { up: new MessageReader('up', this), down: new MessageReader('down', this) };
  }

  private end(code: ProblemCode, detail: string): void {
    this.complain(code, detail);
    this.done = true;
  }
}

function freshStreams(): Record<Side, CryptoStream> {
  return { up: new CryptoStream(), down: new CryptoStream() };
}

/** No hello of a real client comes near; the stream's own bound ends it in any case. */
const LONGEST_HELLO = 16_384;
