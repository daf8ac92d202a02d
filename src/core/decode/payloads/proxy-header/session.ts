/**
 * The PROXY protocol (HAProxy, versions 1 and 2): a header before the first
 * byte of the real protocol, in which a load balancer repeats whom it speaks
 * for. Passes over it and reads what follows; the addresses inside are the
 * sender's own word and name nobody.
 */
import { latin1 } from '../../../base/bytes.ts';
import type { Micros } from '../../../base/time.ts';
import { HeldBytes } from '../held-bytes.ts';
import type { Decoder, PayloadFacts, Recognise, Recognition, Session, SessionSink, Side } from '../session.ts';
import { Tunnel } from '../tunnel.ts';

export function proxyHeaderDecoder(recognise: Recognise): Decoder {
  return { protocol: PROTOCOL, transport: 'tcp', recognise: recogniseHeader, open: (sink, depth) => new ProxyHeaderSession(sink, recognise, depth) };
}

class ProxyHeaderSession implements Session {
  private readonly tunnel: Tunnel;
  private readonly head = new HeldBytes(HEADER_CAP);
  private passed = false;

  constructor(sink: SessionSink, recognise: Recognise, depth: number) {
    this.tunnel = new Tunnel({ sink, recognise, port: 0, depth });
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    if (side === 'down' || this.passed) this.tunnel.push(side, data, at, frame);
    else {
      const over = this.head.add(data, 0, data.length);
      const length = headerLength(this.head.view());
      if (length === undefined) return over === 0;
      this.passed = true;
      this.tunnel.push(side, data.subarray(data.length - over - (this.head.length - length)), at, frame);
      this.head.release();
    }
    return !this.tunnel.done;
  }

  gap(side: Side, length: number): boolean {
    if (!this.passed) return false;
    this.tunnel.gap(side, length);
    return !this.tunnel.done;
  }

  held(): number {
    return this.head.size + this.tunnel.held;
  }

  /** What the header stood before: the flow is of that protocol. */
  facts(): PayloadFacts {
    return this.tunnel.close() ?? { protocol: PROTOCOL };
  }
}

function recogniseHeader(data: Uint8Array): Recognition {
  for (const start of STARTS) {
    const length = Math.min(start.length, data.length);
    if (!start.subarray(0, length).every((byte, at) => byte === data[at])) continue;
    return length < start.length ? 'more' : 'client';
  }
  return 'no';
}

/** Bytes of the header, undefined while its end is not there yet (specification §2.1, §2.2). */
function headerLength(data: Uint8Array): number | undefined {
  if (data[0] === VERSION_2[0]) {
    if (data.length < FIXED) return undefined;
    const length = FIXED + (((data[14] ?? 0) << 8) | (data[15] ?? 0));
    return data.length >= length ? length : undefined;
  }
  const end = latin1(data, 0, Math.min(data.length, LINE_CAP)).indexOf('\r\n');
  return end < 0 ? undefined : end + 2;
}

const PROTOCOL = 'proxy-header';
const VERSION_2 = Uint8Array.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);
const VERSION_1 = ['PROXY TCP4 ', 'PROXY TCP6 ', 'PROXY UNKNOWN'];
const STARTS: readonly Uint8Array[] = [VERSION_2, ...VERSION_1.map((text) => Uint8Array.from(text, (char) => char.charCodeAt(0)))];
/** Bytes of version 2 before its variable part. */
const FIXED = 16;
/** Bytes of the longest line of version 1. */
const LINE_CAP = 107;
/** Bytes of a header: addresses take 216 at most, and balancers add some hundreds of TLVs. */
const HEADER_CAP = 4096;
