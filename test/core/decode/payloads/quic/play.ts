/** Plays datagrams into a QUIC session and gives what it understood; each is overwritten after use, as a reader's buffer is. */
import type { ProblemCode } from '../../../../../src/core/base/problem.ts';
import type { PayloadFacts, Session, Side } from '../../../../../src/core/decode/payloads/session.ts';
import { quicDecoder } from '../../../../../src/core/decode/payloads/quic/session.ts';
import { join } from '../../../../build/certificate.ts';
import { clientHello, extension, message, serverHello, type HelloWish } from '../../../../build/tls-bytes.ts';

export type Datagram = readonly [side: Side, data: Uint8Array];

export interface Played {
  readonly facts: PayloadFacts;
  readonly problems: readonly ProblemCode[];
  readonly ids: readonly string[];
  readonly session: Session;
}

export function play(datagrams: readonly Datagram[]): Played {
  const problems: ProblemCode[] = [];
  const ids: string[] = [];
  const session = quicDecoder.open({
    lookup: () => undefined, problem: ({ code }) => void problems.push(code), connectionId: (id) => void ids.push(Buffer.from(id).toString('hex')),
  }, 0);
  for (const [side, data] of datagrams) {
    const piece = new Uint8Array(data);
    if (!session.push(side, piece, 0, 1)) break;
    piece.fill(0xee);
  }
  return { facts: session.facts(), problems, ids, session };
}

/** A client's handshake message for a host, `size` bytes or a little more. */
export function helloFor(host: string, options: { readonly alpn?: readonly string[]; readonly size?: number; readonly more?: NonNullable<HelloWish['extensions']> } = {}): Uint8Array {
  const padding: readonly [number, Uint8Array] = [21, new Uint8Array(Math.max(0, (options.size ?? 0) - 200))];
  const extensions = [extension.serverName(host), extension.alpn(...(options.alpn ?? ['h3'])), extension.versions(0x0304), extension.signatures(0x0403), ...(options.more ?? []), ...(options.size === undefined ? [] : [padding])];
  return message(1, clientHello({ ciphers: [0x1301, 0x1302], extensions }));
}

/** A server's ServerHello message choosing X25519. */
export function helloOfServer(): Uint8Array {
  return message(2, serverHello(0x1302, [extension.selected(0x0304), [51, join(Uint8Array.of(0, 29, 0, 32), new Uint8Array(32).fill(5))]]));
}

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
