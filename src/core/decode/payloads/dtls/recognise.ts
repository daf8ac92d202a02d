/**
 * Tells DTLS by the first datagram of either end: a whole record with a full
 * header, in clear, whose handshake message says whose it is. What begins
 * encrypted (a capture from the middle) is told by records that fill the datagram.
 */
import { u16be } from '../../numbers.ts';
import type { Recognition } from '../session.ts';
import { FRAGMENT_HEADER, u24be } from './fragments.ts';
import { HANDSHAKE } from './handshake.ts';
import { CONTENT, recordEnd } from './records.ts';

export function recogniseDtls(data: Uint8Array, [from, to]: readonly [from: number, to: number]): Recognition {
  const end = recordEnd(data, 0);
  if (end === 0) return 'no';
  const isClear = u16be(data, 3) === 0;
  if (isClear && data[0] === CONTENT.handshake) return end - BODY < FRAGMENT_HEADER ? 'no' : handshakeSender(data, end);
  if (isClear || !fills(data, end)) return 'no';
  return from !== 0 && (to === 0 || from < to) ? 'server' : 'client';
}

function handshakeSender(data: Uint8Array, end: number): Recognition {
  const size = u24be(data, BODY + 9);
  if (BODY + FRAGMENT_HEADER + size > end || u24be(data, BODY + 6) + size > u24be(data, BODY + 1)) return 'no';
  const type = data[BODY] ?? 0;
  if (type === HANDSHAKE.clientHello || FROM_CLIENT.has(type)) return 'client';
  return FROM_SERVER.has(type) ? 'server' : 'no';
}

function fills(data: Uint8Array, first: number): boolean {
  let at = first;
  while (at > 0 && at < data.length) at = recordEnd(data, at);
  return at === data.length;
}

const BODY = 13;
/** CertificateVerify, ClientKeyExchange. */
const FROM_CLIENT: ReadonlySet<number> = new Set([15, 16]);
/** HelloRequest, ServerHello, HelloVerifyRequest, Certificate … ServerHelloDone. */
const FROM_SERVER: ReadonlySet<number> = new Set([0, 2, 3, 11, 12, 13, 14]);
