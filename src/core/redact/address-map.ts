/**
 * Addresses in place of addresses: one for each, always the same within a run,
 * of the same class, and alike in their first bits where the real ones were.
 * The key is handed in and kept nowhere; without it the way back is closed.
 * What has a meaning of its own (loopback, multicast, well-known resolvers)
 * stays. Pure.
 */
import { classOf, formatWords, parseCidr, type AddressClass } from '../base/address.ts';
import { findResolver } from '../knowledge/find-resolver.ts';
import { findSinkhole } from '../knowledge/sinkholes.ts';

/** 32 bits that nobody can foretell without the key. */
export type KeyedHash = (text: string) => number;

export class AddressMap {
  private readonly hash: KeyedHash;
  private readonly named: (address: string) => boolean;
  private readonly known = new Map<string, string>();

  /** `named`: what else stays, because the policy names it. */
  constructor(hash: KeyedHash, named: (address: string) => boolean) {
    this.hash = hash;
    this.named = named;
  }

  /** The address in place of a canonical one. */
  of(address: string): string {
    const known = this.known.get(address);
    if (known !== undefined) return known;
    const mapped = this.make(address);
    if (this.known.size >= KNOWN_CACHE) this.known.clear();
    this.known.set(address, mapped);
    return mapped;
  }

  /** The network in place of one; its addresses are in place of that one's. */
  network(text: string): string {
    const cidr = parseCidr(text);
    if (cidr === undefined) return text;
    const base = cidr.base.toString();
    const fixed = fixedBits(base);
    if (this.stays(base) || fixed === undefined || cidr.length <= fixed) return text;
    const bits = bitsOf(base);
    const kept = this.flipped(bits, fixed).slice(0, cidr.length).padEnd(bits.length, '0');
    return `${textOf(kept)}${text.includes('/') ? `/${cidr.length}` : ''}`;
  }

  private stays(address: string): boolean {
    return findResolver(undefined, address) !== undefined || findSinkhole(address) !== undefined || this.named(address);
  }

  private make(address: string): string {
    const fixed = fixedBits(address);
    if (fixed === undefined || this.stays(address)) return address;
    const kind = classOf(address);
    // Out of the class, or onto what stays, and on from there: so that no two become one.
    let bits = bitsOf(address);
    for (let step = 0; step < STEPS_MOST; step++) {
      bits = this.flipped(bits, fixed);
      const mapped = textOf(bits);
      if (classOf(mapped) === kind && !this.stays(mapped)) return mapped;
    }
    return address;
  }

  /** Each bit behind the fixed ones is turned or not, by the bits before it: what had one beginning still has. */
  private flipped(bits: string, fixed: number): string {
    let made = bits.slice(0, fixed);
    for (let at = fixed; at < bits.length; at++) made += ((this.hash(`${bits.length} ${bits.slice(0, at)}`) & 1) === 1) === (bits[at] === '1') ? '0' : '1';
    return made;
  }
}

/** Bits that the class rests on; undefined: the address is nobody's in particular. */
function fixedBits(address: string): number | undefined {
  const isSix = address.includes(':');
  const kind: AddressClass = classOf(address);
  if (kind === 'public') return isSix ? 16 : 4;
  if (kind === 'link-local') return isSix ? 64 : 16;
  if (kind === 'carrier-nat') return 10;
  if (kind !== 'private') return undefined;
  if (isSix) return 8;
  return address.startsWith('10.') ? 8 : address.startsWith('172.') ? 12 : 16;
}

function bitsOf(address: string): string {
  if (!address.includes(':')) return address.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0')).join('');
  const [head = '', tail] = address.split('::');
  const behind = tail === undefined ? [] : groupsOf(tail);
  const before = groupsOf(head);
  const all = [...before, ...Array.from({ length: GROUPS - before.length - behind.length }, () => '0'), ...behind];
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}

function textOf(bits: string): string {
  const word = (from: number): number => Number.parseInt(bits.slice(from, from + 32), 2);
  return bits.length === 32 ? formatWords(0, 0, 0xffff, word(0)) : formatWords(word(0), word(32), word(64), word(96));
}

const GROUPS = 8;
/** Nearly all are done after one or two; the bound keeps a broken hash from going round. */
const STEPS_MOST = 1000;
/** Addresses whose place is remembered; it is found again when they are forgotten. */
const KNOWN_CACHE = 100_000;
