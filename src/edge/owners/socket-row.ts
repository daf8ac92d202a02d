/**
 * A socket as the kernel's tables write it (proc(5), /proc/net/tcp): which
 * text its row begins with, and what the row says. Pure.
 */
import { canonicalAddress, type Endpoint } from '../../core/base/address.ts';

/** Both ends as the owner of the socket sees them. */
export interface SocketEnds {
  readonly transport: 'tcp' | 'udp';
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

/** Where a socket may stand, and the ends that its row then begins with. */
export interface Place {
  readonly table: 'tcp' | 'tcp6' | 'udp' | 'udp6';
  readonly ends: string;
}

export interface SocketRow {
  readonly uid: number;
  /** 0: no process holds it any more. */
  readonly inode: number;
}

/** The places of a socket, likeliest first: an IPv4 one may have been made as IPv6, and a UDP one may be bound to no address and connected to nobody. */
export function placesOf({ transport, local, remote }: SocketEnds): readonly Place[] {
  const isV4 = !local.address.includes(':');
  const tables = isV4 ? [[transport, inV4] as const, [`${transport}6` as const, inMapped] as const] : [[`${transport}6` as const, inV6] as const];
  return tables.flatMap(([table, write]) => {
    const pairs = transport === 'tcp' ? [[local, remote] as const] : [[local, remote] as const, [local, NOBODY] as const, [{ ...NOBODY, port: local.port }, NOBODY] as const];
    return pairs.map(([mine, theirs]) => ({ table, ends: `${written(mine, write)} ${written(theirs, write)}` }));
  });
}

/** The row of these ends in a piece of a table. */
export function rowOf(text: string, ends: string): SocketRow | undefined {
  const at = text.indexOf(`: ${ends} `);
  if (at < 0) return undefined;
  const end = text.indexOf('\n', at);
  const [, , , , , , , uid, , inode] = text.slice(at, end < 0 ? text.length : end).trim().split(/\s+/);
  return uid === undefined || inode === undefined ? undefined : { uid: Number(uid), inode: Number(inode) };
}

function written({ address, port }: Endpoint, write: (address: string) => string): string {
  return `${write(address)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}

function inV4(address: string): string {
  return words(address === ANY ? [0, 0, 0, 0] : bytesOf(address));
}

function inMapped(address: string): string {
  return address === ANY ? ZEROS : `${MAPPED}${inV4(address)}`;
}

function inV6(address: string): string {
  return address === ANY ? ZEROS : words(bytesOf(address));
}

/** An address in network order, 4 or 16 bytes. */
export function bytesOf(address: string): readonly number[] {
  if (!address.includes(':')) return address.split('.').map(Number);
  const [head = '', tail] = (canonicalAddress(address) ?? address).split('::');
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back].flatMap((group) => [group >> 8, group & 0xff]);
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** The kernel prints network-order words as its own numbers. */
function words(bytes: readonly number[]): string {
  const hex = bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  let text = '';
  for (let at = 0; at < hex.length; at += 4) {
    const word = hex.slice(at, at + 4);
    text += (IS_LITTLE ? word.toReversed() : word).join('');
  }
  return text;
}

const ANY = '';
const NOBODY: Endpoint = { address: ANY, port: 0 };
const ZEROS = '0'.repeat(32);
const IS_LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const MAPPED = words([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
