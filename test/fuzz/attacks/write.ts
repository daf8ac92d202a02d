/** Packets of attack captures, written fast: the bench's capture file with ends made from numbers. */
import { ACK, CaptureFile, type Ends, PSH, SYN } from '../../bench/capture-file.ts';
import { SeededRandom } from '../../bench/random.ts';

export class AttackFile {
  readonly file: CaptureFile;

  constructor(path: string) {
    this.file = new CaptureFile(path, new SeededRandom(1));
    this.file.at = 1_767_225_600_000_000;
  }

  /** Microseconds until the next packet; may be negative. */
  wait(micros: number): this {
    this.file.at += micros;
    return this;
  }

  syn(flow: Ends): void {
    this.file.tcp(flow, true, SYN, NONE, 0, 0);
  }

  /** A handshake, so that the stream's start is known. */
  open(flow: Ends): void {
    this.file.tcp(flow, true, SYN, NONE, 0, 0);
    this.file.tcp(flow, false, SYN | ACK, NONE, 0, 0);
  }

  up(flow: Ends, data: Uint8Array): void {
    for (let at = 0; at < data.length; at += SEGMENT) this.file.tcp(flow, true, ACK | PSH, data, at, Math.min(SEGMENT, data.length - at));
  }

  down(flow: Ends, data: Uint8Array): void {
    for (let at = 0; at < data.length; at += SEGMENT) this.file.tcp(flow, false, ACK | PSH, data, at, Math.min(SEGMENT, data.length - at));
  }

  ask(flow: Ends, query: Uint8Array): void {
    this.file.udp(flow, true, query, 0, query.length);
  }

  answer(flow: Ends, reply: Uint8Array): void {
    this.file.udp(flow, false, reply, 0, reply.length);
  }
}

/** The n-th of many flows to one port: addresses of 100.64.0.0/10 to 203.0.113.0/24. */
export function ends(n: number, serverPort: number): Ends {
  return {
    client: Uint8Array.of(100, 64 + ((n >>> 24) & 63), (n >>> 16) & 255, (n >>> 8) & 255), server: Uint8Array.of(203, 0, 113, 1 + ((n >>> 4) % 250)),
    clientPort: 1024 + (n % 60_000), serverPort, clientSequence: 1000, serverSequence: 5000,
  };
}

const NONE = new Uint8Array(0);
const SEGMENT = 1400;
