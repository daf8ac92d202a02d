/**
 * One resource record (RFC 1035 §4.1.3): addresses, aliases and service
 * bindings with their data, every other type by its number. Takes a reader in
 * the answer section, moves it behind the record; undefined when it is damaged.
 */
import { formatV4, formatWords } from '../../../base/address.ts';
import type { Bytes } from '../../../base/bytes.ts';
import type { ServiceFacts } from './facts.ts';
import { TYPE_A, TYPE_AAAA, TYPE_CNAME, TYPE_DNAME, TYPE_HTTPS, TYPE_SVCB } from './mnemonics.ts';
import { readName, type DnsName } from './name.ts';
import { readService } from './service.ts';

interface RecordHead {
  readonly owner: DnsName;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
}

export type DnsRecord = RecordHead &
  (
    | { readonly kind: 'address'; readonly address: string }
    | { readonly kind: 'cname' | 'dname'; readonly target: DnsName }
    | { readonly kind: 'service'; readonly service: ServiceFacts }
    | { readonly kind: 'other'; readonly length: number }
  );

/** `first` is the name of the first question, to which nearly every answer points back: it is then not read again. */
export function readRecord(bytes: Bytes, first: DnsName | undefined): DnsRecord | undefined {
  const owner = readOwner(bytes, first);
  if (owner === undefined) return undefined;
  const start = bytes.at;
  const type = bytes.u16();
  const klass = bytes.u16();
  const ttl = bytes.u32();
  const data = bytes.sub(bytes.u16());
  if (bytes.short) return undefined;
  // RFC 2181 §8: a TTL with the top bit set is zero.
  const seconds = ttl > MAX_TTL ? 0 : ttl;
  const record = klass === CLASS_IN ? readData(owner, type, seconds, data) : other(owner, type, seconds, data.left);
  if (record === undefined) bytes.at = start;
  return record;
}

function readOwner(bytes: Bytes, first: DnsName | undefined): DnsName | undefined {
  if (first !== undefined && bytes.left >= 2 && bytes.data[bytes.at] === 0xc0 && bytes.data[bytes.at + 1] === 0x0c) {
    bytes.at += 2;
    return first;
  }
  return readName(bytes);
}

/** Objects are written out field by field: spreading a common head made answers five times slower. */
function readData(owner: DnsName, type: number, ttl: number, data: Bytes): DnsRecord | undefined {
  switch (type) {
    case TYPE_A:
      return data.left === 4 ? { kind: 'address', owner, type, ttl, address: formatV4(data.u32()) } : undefined;
    case TYPE_AAAA:
      if (data.left !== 16) return undefined;
      return { kind: 'address', owner, type, ttl, address: formatWords(data.u32(), data.u32(), data.u32(), data.u32()) };
    case TYPE_CNAME:
    case TYPE_DNAME: {
      const target = readName(data);
      if (target === undefined || data.left !== 0) return undefined;
      return { kind: type === TYPE_CNAME ? 'cname' : 'dname', owner, type, ttl, target };
    }
    case TYPE_SVCB:
    case TYPE_HTTPS: {
      const service = readService(data, ttl);
      return service === undefined ? undefined : { kind: 'service', owner, type, ttl, service };
    }
    default:
      return other(owner, type, ttl, data.left);
  }
}

function other(owner: DnsName, type: number, ttl: number, length: number): DnsRecord {
  return { kind: 'other', owner, type, ttl, length };
}

const CLASS_IN = 1;
const MAX_TTL = 0x7fff_ffff;
