/** The dynamic table of one side's HPACK (RFC 7541 §2.3.2, §4). Sizes are those of the real fields; of values only what egret reads is held. */

export interface Entry {
  /** Empty for names that egret does not read. */
  readonly name: string;
  readonly nameLength: number;
  readonly value: string;
  /** Length of name and value as sent, and 32 (RFC 7541 §4.1). */
  readonly size: number;
}

export class DynamicTable {
  private entries: Entry[] = [];
  /** Entries at the front that were evicted. */
  private gone = 0;
  private size = 0;
  private limit = DEFAULT_SIZE;

  /** Memory it takes, about: of most values only the length is held. */
  get held(): number {
    return this.entries.length * ENTRY_SIZE + this.size;
  }

  /** The entry at an index from 1, the newest. */
  at(index: number): Entry | undefined {
    const place = this.entries.length - index;
    return place < this.gone ? undefined : this.entries[place];
  }

  add(entry: Entry): void {
    this.size += entry.size;
    this.entries.push(entry);
    this.evict();
  }

  /** A size update (RFC 7541 §6.3). False when it is more than egret follows. */
  resize(limit: number): boolean {
    if (limit > TABLE_CAP) return false;
    this.limit = limit;
    this.evict();
    return true;
  }

  private evict(): void {
    while (this.size > this.limit) this.size -= this.entries[this.gone++]?.size ?? this.size;
    if (this.gone <= this.entries.length / 2) return;
    this.entries = this.entries.slice(this.gone);
    this.gone = 0;
  }
}

/** Bytes that an entry takes beside its text. */
const ENTRY_SIZE = 96;
/** RFC 9113 §6.5.2: SETTINGS_HEADER_TABLE_SIZE until said otherwise. */
const DEFAULT_SIZE = 4096;
/** Bytes of a table that are followed: browsers' servers and Go's use 4096, Chromium and Firefox allow 65,536. */
const TABLE_CAP = 65_536;
