/**
 * Messages of SOCKS 4, 4a and 5 (RFC 1928, RFC 1929) as far as they tell who
 * was asked for. Each reader takes the bytes so far and gives the message with
 * its length, `undefined` while it is cut, `bad` when it is no such message.
 */
import { formatWords } from '../../../base/address.ts';
import { latin1 } from '../../../base/bytes.ts';

export interface Request {
  /** What was asked: only a connection leads anywhere. */
  readonly command: 'connect' | 'other';
  readonly host: string;
  readonly port: number;
  readonly length: number;
}

export interface Reply {
  readonly granted: boolean;
  readonly code: number;
  readonly length: number;
}

export type Read<T> = T | 'bad' | undefined;

/** SOCKS 4 and 4a: an address, or 0.0.0.x and a name behind the user id. */
export function readRequest4(data: Uint8Array): Read<Request> {
  if (data.length < 9) return undefined;
  const user = data.indexOf(0, 8);
  if (user < 0) return data.length > TEXT_CAP ? 'bad' : undefined;
  const command = data[1] === 1 ? 'connect' : 'other';
  const port = word(data, 2);
  const named = data[4] === 0 && data[5] === 0 && data[6] === 0 && data[7] !== 0;
  if (!named) return { command, host: address4(data, 4), port, length: user + 1 };
  const end = data.indexOf(0, user + 1);
  if (end < 0) return data.length > user + TEXT_CAP ? 'bad' : undefined;
  return { command, host: latin1(data, user + 1, end), port, length: end + 1 };
}

export function readReply4(data: Uint8Array): Read<Reply> {
  if (data.length < 8) return undefined;
  return data[0] === 0 ? { granted: data[1] === 0x5a, code: data[1] ?? 0, length: 8 } : 'bad';
}

/** The client's list of ways to authenticate; gives its length. */
export function readMethods(data: Uint8Array): Read<number> {
  return data.length < 2 || data.length < 2 + (data[1] ?? 0) ? undefined : 2 + (data[1] ?? 0);
}

/** User name and password (RFC 1929 §2); passed over, never kept. */
export function readPassword(data: Uint8Array): Read<number> {
  const user = 2 + (data[1] ?? 0);
  if (data.length <= user) return undefined;
  const length = user + 1 + (data[user] ?? 0);
  return data.length < length ? undefined : length;
}

export function readRequest5(data: Uint8Array): Read<Request> {
  if (data.length >= 3 && (data[0] !== 5 || data[2] !== 0)) return 'bad';
  const end = addressEnd(data);
  if (typeof end !== 'number') return end;
  return { command: data[1] === 1 ? 'connect' : 'other', host: hostOf(data, end - 2), port: word(data, end - 2), length: end };
}

export function readReply5(data: Uint8Array): Read<Reply> {
  if (data.length >= 3 && (data[0] !== 5 || data[2] !== 0)) return 'bad';
  const end = addressEnd(data);
  return typeof end === 'number' ? { granted: data[1] === 0, code: data[1] ?? 0, length: end } : end;
}

/** RFC 1928 §4: three bytes, the kind of address, the address, the port. */
function addressEnd(data: Uint8Array): Read<number> {
  if (data.length < 5) return undefined;
  const kind = data[3];
  const length = kind === IPV4 ? 4 : kind === IPV6 ? 16 : kind === NAME ? 1 + (data[4] ?? 0) : undefined;
  if (length === undefined) return 'bad';
  return data.length < 6 + length ? undefined : 6 + length;
}

function hostOf(data: Uint8Array, end: number): string {
  if (data[3] === NAME) return latin1(data, 5, end);
  if (data[3] === IPV4) return address4(data, 4);
  const at = (index: number): number => (word(data, 4 + index * 4) * 0x1_0000 + word(data, 6 + index * 4)) >>> 0;
  return formatWords(at(0), at(1), at(2), at(3));
}

function address4(data: Uint8Array, at: number): string {
  return `${data[at]}.${data[at + 1]}.${data[at + 2]}.${data[at + 3]}`;
}

function word(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
}

const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
/** Bytes of a user id or a name with its end: names have 255 at most. */
const TEXT_CAP = 512;
