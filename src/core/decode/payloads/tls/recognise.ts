/**
 * Tells from the first bytes of a sender whether it speaks TLS, and in which
 * role: what a ClientHello begins with can only be a client, any other
 * handshake message or an alert comes from a server. Ports do not matter.
 */
import type { Recognition } from '../session.ts';
import { isRecordHeader, isSslv2Hello, RECORD, SSLV2_LEAST } from './record-reader.ts';

/** Recognition of the first bytes of one sender; `more` while fewer than six to eleven bytes fit so far. */
export function recogniseTls(data: Uint8Array): Recognition {
  const [type, major = 3, minor = 0, high = 0, low = 2] = data;
  if (type === undefined) return 'more';
  if ((type & 0x80) !== 0) return recogniseSslv2(data);
  if (type !== RECORD.handshake && type !== RECORD.alert) return 'no';
  const length = (high << 8) | low;
  if (!isRecordHeader(type, major, minor, length)) return 'no';
  if (type === RECORD.alert) return recogniseAlert(data, length);
  if (data.length < 6) return data.length === 5 && length === 0 ? 'no' : 'more';
  return recogniseMessage(data, length);
}

function recogniseMessage(data: Uint8Array, length: number): Recognition {
  const [, , , , , message = 0, lengthHigh = 0] = data;
  // A hello of 64 KB or more does not exist; a record of one byte ends before the message's length.
  if (message === CLIENT_HELLO || message === SERVER_HELLO) {
    if (length > 1 && lengthHigh !== 0) return 'no';
    return message === CLIENT_HELLO ? 'client' : 'server';
  }
  return LATER_FROM_SERVER.has(message) ? 'server' : LATER_FROM_CLIENT.has(message) ? 'client' : 'no';
}

function recogniseAlert(data: Uint8Array, length: number): Recognition {
  if (length !== 2) return 'no';
  if (data.length < 7) return 'more';
  return data[5] === 1 || data[5] === 2 ? 'server' : 'no';
}

function recogniseSslv2(data: Uint8Array): Recognition {
  const [high = 0, low = 0, message = 1, major = 3, minor = 0] = data;
  if (!isSslv2Hello(high, message, major, minor)) return 'no';
  if (data.length < SSLV2_LENGTHS) return 'more';
  const at = (index: number): number => ((data[index] ?? 0) << 8) | (data[index + 1] ?? 0);
  const length = ((high & 0x7f) << 8) | low;
  const fits = length >= SSLV2_LEAST && at(5) % 3 === 0 && at(5) > 0 && 9 + at(5) + at(7) + at(9) === length;
  return fits ? 'client' : 'no';
}

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
/** When a capture begins inside a handshake: HelloRequest, NewSessionTicket, Certificate … ServerHelloDone, CertificateStatus. */
const LATER_FROM_SERVER: ReadonlySet<number> = new Set([0, 4, 11, 12, 13, 14, 22]);
/** CertificateVerify, ClientKeyExchange. */
const LATER_FROM_CLIENT: ReadonlySet<number> = new Set([15, 16]);
/** The three length fields of an SSL 2.0 hello end here. */
const SSLV2_LENGTHS = 11;
