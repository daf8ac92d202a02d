/**
 * HPACK (RFC 7541) of one side: takes whole header blocks in order, gives the
 * few fields that egret reads. Every other value is measured, for the dynamic
 * table, and never made into text; of a credential only the scheme is.
 */
import { latin1 } from '../../../base/bytes.ts';
import { HOST_CAP } from '../http/authority.ts';
import { schemeOf } from '../http/fields.ts';
import { DynamicTable } from './dynamic-table.ts';
import { readHuffman, type Decoded } from './huffman.ts';
import { STATIC_FIELDS } from './tables/static-fields.ts';

export class Hpack {
  private readonly table = new DynamicTable();
  private data: Uint8Array = new Uint8Array(0);
  private at = 0;
  private end = 0;

  /** Memory that its table takes. */
  get held(): number {
    return this.table.held;
  }

  /** Reads the block `data[start, end)`; calls `field` for each field that egret reads. False when it breaks the format: the table is then lost. */
  read(data: Uint8Array, start: number, end: number, field: (name: string, value: string) => void): boolean {
    this.data = data;
    this.at = start;
    this.end = end;
    while (this.at < this.end) if (!this.representation(field)) return false;
    return true;
  }

  /** RFC 7541 §6. */
  private representation(field: (name: string, value: string) => void): boolean {
    const first = this.data[this.at] ?? 0;
    if (first >= 0x80) return this.indexed(field);
    if ((first & 0xe0) === 0x20) {
      const size = this.integer(5);
      return size !== undefined && this.table.resize(size);
    }
    return this.literal(first >= 0x40, field);
  }

  private indexed(field: (name: string, value: string) => void): boolean {
    const index = this.integer(7);
    if (index === undefined || index === 0) return false;
    const [name, value = ''] = STATIC_FIELDS[index - 1] ?? [];
    if (name !== undefined) {
      if (KEPT.has(name)) field(name, value);
      return true;
    }
    const entry = this.table.at(index - STATIC_FIELDS.length);
    if (entry === undefined) return false;
    if (KEPT.has(entry.name)) field(entry.name, entry.value);
    return true;
  }

  /** With incremental indexing, without, or never indexed: name by index or as text, then the value. */
  private literal(indexes: boolean, field: (name: string, value: string) => void): boolean {
    const index = this.integer(indexes ? 6 : 4);
    if (index === undefined) return false;
    const name = index === 0 ? this.text(NAME_CAP) : this.nameAt(index);
    if (name === undefined) return false;
    const keep = KEPT.get(name.length > NAME_CAP ? '' : name.text);
    const value = this.text(keep ?? 0);
    if (value === undefined) return false;
    const kept = name.text.endsWith('authorization') ? schemeOf(value.text) : value.text;
    if (keep !== undefined) field(name.text, kept);
    if (indexes) this.table.add({ name: keep === undefined ? '' : name.text, value: keep === undefined ? '' : kept, size: name.length + value.length + ENTRY_SIZE, nameLength: name.length });
    return true;
  }

  private nameAt(index: number): Decoded | undefined {
    const [name] = STATIC_FIELDS[index - 1] ?? [];
    if (name !== undefined) return { text: name, length: name.length };
    const entry = this.table.at(index - STATIC_FIELDS.length);
    return entry === undefined ? undefined : { text: entry.name, length: entry.nameLength };
  }

  /** A string literal (§5.2), its first `keep` characters as text. */
  private text(keep: number): Decoded | undefined {
    const coded = ((this.data[this.at] ?? 0) & 0x80) !== 0;
    const length = this.integer(7);
    if (length === undefined || length > this.end - this.at) return undefined;
    const from = this.at;
    this.at += length;
    return coded ? readHuffman(this.data, from, this.at, keep) : { text: latin1(this.data, from, from + Math.min(length, keep)), length };
  }

  /** An integer behind a prefix of `bits` (§5.1). */
  private integer(bits: number): number | undefined {
    if (this.at >= this.end) return undefined;
    const mask = (1 << bits) - 1;
    let value = (this.data[this.at++] ?? 0) & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.at >= this.end) return undefined;
      const byte = this.data[this.at++] ?? 0;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  }
}

/** Overhead of an entry (§4.1). */
const ENTRY_SIZE = 32;
/** Longest name that is read, `proxy-authorization`; longer ones are only measured. */
const NAME_CAP = 19;
/** Longest scheme of a credential, and the blank that tells that it is one. */
const SCHEME_ROOM = 21;
/** Fields that are read, and how many characters of each. */
const KEPT: ReadonlyMap<string, number> = new Map([
  [':authority', HOST_CAP * 2],
  [':method', 32],
  [':protocol', 32],
  [':scheme', 8],
  [':status', 3],
  ['host', HOST_CAP * 2],
  ['content-type', 24],
  ['authorization', SCHEME_ROOM],
  ['proxy-authorization', SCHEME_ROOM],
]);
