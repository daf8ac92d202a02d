/**
 * JA4, the client fingerprint that FoxIO defines over a ClientHello: takes the
 * lists of a hello (GREASE already gone), gives `t13d1516h2_…_…`. Says nothing
 * of who the client is. Its two hashes are remembered by list, because a
 * capture holds few kinds of clients and many hellos.
 */
import { sha256Hex } from '../../../base/fingerprint.ts';

/** TLS over TCP, QUIC, DTLS. */
export type Ja4Transport = 't' | 'q' | 'd';

export interface Ja4Input {
  readonly transport: Ja4Transport;
  /** Every offered version without GREASE: supported_versions, else the hello's own. */
  readonly versions: readonly number[];
  /** The server_name extension was there, whatever it held. */
  readonly named: boolean;
  readonly ciphers: readonly number[];
  /** Types in the order sent, server_name and ALPN included. */
  readonly extensions: readonly number[];
  /** First protocol of the ALPN list, one char per byte. */
  readonly alpn?: string | undefined;
  readonly signatures: readonly number[];
}

/** The fingerprint `a_b_c`: shape, hash of the sorted ciphers, hash of sorted extensions and signature schemes as sent. */
export function ja4(input: Ja4Input): string {
  const shape = `${input.transport}${versionMark(input)}${input.named ? 'd' : 'i'}`;
  const counts = `${twoDigits(input.ciphers.length)}${twoDigits(input.extensions.length)}`;
  const ciphers = hashOf(cipherHashes, input.ciphers, NONE);
  return `${shape}${counts}${alpnMark(input.alpn)}_${ciphers}_${hashOf(extensionHashes, input.extensions, input.signatures)}`;
}

function versionMark(input: Ja4Input): string {
  // DTLS counts downwards: 0xfefc is newer than 0xfeff.
  const highest = input.transport === 'd' && input.versions.some(isDtls)
    ? Math.min(...input.versions.filter(isDtls))
    : input.versions.reduce((best, version) => Math.max(best, version), 0);
  return VERSION_MARKS.get(highest) ?? '00';
}

function alpnMark(protocol: string | undefined): string {
  if (protocol === undefined || protocol === '') return '00';
  const first = protocol.charCodeAt(0);
  const last = protocol.charCodeAt(protocol.length - 1);
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last);
  return `${(first >>> 4).toString(16)}${(last & 0x0f).toString(16)}`;
}

/** Clients of one capture are few, so the lists seen last are compared as they were sent, before anything is sorted or hashed. */
function hashOf(memory: Memory, sent: readonly number[], signatures: readonly number[]): string {
  for (const recent of memory.recent) if (isSameList(recent.sent, sent) && isSameList(recent.signatures, signatures)) return recent.hash;
  const sorted = memory.order(sent);
  const found = sorted.length + signatures.length > MEMORY_LIST ? hash(sorted, signatures) : rememberedHash(memory, sorted, signatures);
  memory.recent[memory.next] = { sent, signatures, hash: found };
  memory.next = (memory.next + 1) % RECENT;
  return found;
}

function rememberedHash(memory: Memory, sorted: readonly number[], signatures: readonly number[]): string {
  const key = String.fromCharCode(sorted.length, ...sorted, ...signatures);
  const known = memory.hashes.get(key);
  if (known !== undefined) return known;
  if (memory.hashes.size >= MEMORY) memory.hashes.clear();
  const fresh = hash(sorted, signatures);
  memory.hashes.set(key, fresh);
  return fresh;
}

function isSameList(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

function extensionOrder(sent: readonly number[]): number[] {
  return ascending(sent.filter((type) => type !== SERVER_NAME && type !== ALPN));
}

function hash(sorted: readonly number[], signatures: readonly number[]): string {
  if (sorted.length === 0) return '000000000000';
  const tail = signatures.length === 0 ? '' : `_${hexList(signatures)}`;
  return sha256Hex(`${hexList(sorted)}${tail}`).slice(0, 12);
}

function hexList(values: readonly number[]): string {
  return values.map((value) => value.toString(16).padStart(4, '0')).join(',');
}

function ascending(values: readonly number[]): number[] {
  // A typed array sorts by number without a callback: a third of the time of a hello.
  return [...Uint16Array.from(values).sort()];
}

function twoDigits(count: number): string {
  return String(Math.min(count, 99)).padStart(2, '0');
}

function isDtls(version: number): boolean {
  return version >>> 8 === 0xfe;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

const SERVER_NAME = 0;
const ALPN = 16;
const NONE: readonly number[] = [];

const VERSION_MARKS: ReadonlyMap<number, string> = new Map([
  [0x0304, '13'],
  [0x0303, '12'],
  [0x0302, '11'],
  [0x0301, '10'],
  [0x0300, 's3'],
  [0x0002, 's2'],
  [0xfeff, 'd1'],
  [0xfefd, 'd2'],
  [0xfefc, 'd3'],
]);

/** Lists whose hash is remembered: far more than kinds of clients; a flood of made-up lists only costs time. */
const MEMORY = 4096;
/** Longest list remembered: real ones stay under 200; bounds the memory at about 2 MB. */
const MEMORY_LIST = 256;
/** Lists compared first; clients that shuffle their extensions miss here and are found by the sorted list. */
const RECENT = 8;

interface Memory {
  /** The list in the order that is hashed. */
  readonly order: (sent: readonly number[]) => number[];
  readonly hashes: Map<string, string>;
  readonly recent: { readonly sent: readonly number[]; readonly signatures: readonly number[]; readonly hash: string }[];
  next: number;
}

const cipherHashes: Memory = { order: ascending, hashes: new Map(), recent: [], next: 0 };
const extensionHashes: Memory = { order: extensionOrder, hashes: new Map(), recent: [], next: 0 };
