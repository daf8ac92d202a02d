/**
 * One attempt to reach a host, stopped by one cause, as packets: lookups, the
 * TCP handshake as far as it comes, a hello, and what ends it. For tests that
 * cross inventory rows with causes through the real readers.
 */
import * as dns from 'dns-packet';
import { bytes } from './bytes.ts';
import { ethernet } from './frames.ts';
import { icmp, tcp, type TcpFields, udp } from './packets.ts';
import { START } from './pcap.ts';
import { clientHello, extension, message, record, serverHello } from './tls-bytes.ts';

export interface Target {
  readonly name: string;
  /** Of the server; its family decides which lookup is answered. */
  readonly address: string;
  /** Of this attempt alone. */
  readonly clientPort: number;
}

export interface TimedFrame {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** The packets of one attempt; `script` says what happens, from the second that it is given. */
export type Script = (attempt: AttemptPackets) => void;

export function attemptFrames(target: Target, second: number, script: Script): readonly TimedFrame[] {
  const attempt = new AttemptPackets(target, second);
  script(attempt);
  return attempt.frames;
}

/** Writes the packets of an attempt, each some milliseconds after the one before. */
class AttemptPackets {
  readonly frames: TimedFrame[] = [];
  readonly #target: Target;
  #now: number;
  #id = 0;
  #up = 1000;
  #down = 5000;

  constructor(target: Target, second: number) {
    this.#target = target;
    this.#now = START + second * SECOND;
  }

  wait(seconds: number): void {
    this.#now += seconds * SECOND;
  }

  asks(type: 'A' | 'AAAA' = this.#type): void {
    const { name, clientPort } = this.#target;
    const query = dns.encode({ type: 'query', id: this.#dnsId(type), flags: dns.RECURSION_DESIRED, questions: [{ type, name }] });
    this.#frame(udp({ from: `${APP}:${clientPort}`, to: `${RESOLVER}:53`, payload: query, id: this.#next() }));
  }

  /** With this rcode, or NOERROR and these addresses. */
  answers(reply: { readonly rcode?: number; readonly addresses?: readonly string[] }, type: 'A' | 'AAAA' = this.#type): void {
    const { name, clientPort } = this.#target;
    const answer = dns.encode({
      type: 'response', id: this.#dnsId(type), flags: dns.RECURSION_DESIRED | dns.RECURSION_AVAILABLE | (reply.rcode ?? 0),
      questions: [{ type, name }], answers: (reply.addresses ?? []).map((data) => ({ type, name, ttl: 300, data })),
    });
    this.#frame(udp({ from: `${RESOLVER}:53`, to: `${APP}:${clientPort}`, payload: answer, id: this.#next() }));
  }

  resolves(): void {
    this.asks();
    this.answers({ addresses: [this.#target.address] });
  }

  syn(): void {
    this.#client({ flags: 'S', seq: 999 });
  }

  connects(): void {
    this.syn();
    this.#server({ flags: 'SA', seq: 4999, ack: 1000 });
    this.#client({ flags: 'A', seq: this.#up, ack: this.#down });
  }

  hello(...versions: readonly number[]): void {
    const extensions = [extension.serverName(this.#target.name), extension.versions(...(versions.length === 0 ? [0x0304, 0x0303] : versions))];
    this.says(record(22, message(1, clientHello({ ciphers: [0x1301, 0xc02f], extensions }))));
  }

  serverHello13(): void {
    this.hears(record(22, message(2, serverHello(0x1301, [extension.selected(0x0304)]))));
  }

  serverHello12(): void {
    this.hears(record(22, message(2, serverHello(0xc02f, []))));
  }

  says(payload: Uint8Array): void {
    this.#client({ flags: 'PA', seq: this.#up, ack: this.#down, payload });
    this.#up += payload.length;
  }

  hears(payload: Uint8Array): void {
    this.#server({ flags: 'PA', seq: this.#down, ack: this.#up, payload });
    this.#down += payload.length;
  }

  serverResets(): void {
    this.#server({ flags: 'RA', seq: this.frames.length <= 4 ? 0 : this.#down, ack: this.#up });
  }

  /** The server closes, and the client with it. */
  closes(): void {
    this.#server({ flags: 'FA', seq: this.#down, ack: this.#up });
    this.#client({ flags: 'FA', seq: this.#up, ack: this.#down + 1 });
    this.#server({ flags: 'A', seq: this.#down + 1, ack: this.#up + 1 });
  }

  /** A router's error about the SYN. */
  rejectsSyn(type: number, code: number): void {
    const [from, to] = this.#target.address.includes(':') ? [ROUTER_6, APP_6] : [ROUTER, APP];
    this.#frame(icmp({ from, to, type, code, payload: tcp({ from: this.#from, to: this.#to, flags: 'S', seq: 999 }), id: this.#next() }));
  }

  /** A datagram to this port of the host. */
  datagram(port: number, payload: Uint8Array): void {
    this.#frame(udp({ from: this.#from, to: `${this.#target.address}:${port}`, payload, id: this.#next() }));
  }

  rejectsDatagram(port: number, payload: Uint8Array, code: number): void {
    this.#frame(icmp({ from: ROUTER, to: APP, type: 3, code, payload: udp({ from: this.#from, to: `${this.#target.address}:${port}`, payload }), id: this.#next() }));
  }

  get #type(): 'A' | 'AAAA' {
    return this.#target.address.includes(':') ? 'AAAA' : 'A';
  }

  get #from(): string {
    return this.#target.address.includes(':') ? `[${APP_6}]:${this.#target.clientPort}` : `${APP}:${this.#target.clientPort}`;
  }

  get #to(): string {
    return this.#target.address.includes(':') ? `[${this.#target.address}]:${this.#port}` : `${this.#target.address}:${this.#port}`;
  }

  /** A proxy is reached at its own port. */
  get #port(): number {
    return this.#target.address === PROXY.address ? PROXY.port : 443;
  }

  #dnsId(type: string): number {
    return this.#target.clientPort + (type === 'A' ? 0 : 1);
  }

  #client(fields: Omit<TcpFields, 'from' | 'to'>): void {
    this.#frame(tcp({ from: this.#from, to: this.#to, id: this.#next(), ...fields }));
  }

  #server(fields: Omit<TcpFields, 'from' | 'to'>): void {
    this.#frame(tcp({ from: this.#to, to: this.#from, id: this.#next(), ...fields }));
  }

  #next(): number {
    this.#id += 1;
    return this.#id;
  }

  #frame(packet: Uint8Array): void {
    this.frames.push({ bytes: ethernet(packet), at: this.#now });
    this.#now += 20_000;
  }
}

/** A record as long as an alert under AES-128-GCM in TLS 1.3: two bytes, the content type and the tag. */
export const ENCRYPTED_ALERT: Uint8Array = record(23, new Uint8Array(19).fill(3));
/** A server's encrypted flight. */
export const ENCRYPTED_FLIGHT: Uint8Array = record(23, new Uint8Array(900).fill(4));
export const alert = (code: number): Uint8Array => record(21, bytes(2, code));

export const PROXY = { address: '203.0.113.80', port: 3128 } as const;
const SECOND = 1_000_000;
const APP = '10.77.0.2';
const APP_6 = '2001:db8:77::2';
const ROUTER = '10.77.0.1';
const ROUTER_6 = '2001:db8:77::1';
const RESOLVER = '203.0.113.53';
