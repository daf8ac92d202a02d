/**
 * Folds judged connections into destinations (design §4), so that 300,000
 * flows stay a few thousand rows. Past {@link DESTINATION_CAP} rows, new ones
 * fold by registrable domain or network; a verdict is never dropped.
 */
import { canonicalAddress, formatWords } from '../base/address.ts';
import { registrableDomain } from '../base/host-name.ts';
import type { ProblemCode } from '../base/problem.ts';
import { wireText, type WireText } from '../base/wire-text.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { Connection } from '../observe/connection.ts';
import { isSameDestination, rowKey } from './destination-key.ts';
import { extendRow, finishRow, openRow, type Row } from './destination-row.ts';
import { losersAmong } from './losers.ts';
import type { Destination } from './destination.ts';

/** Rows before folding harder (design §4). */
const DESTINATION_CAP = 20_000;

export class Destinations {
  private readonly rows = new Map<string, Row>();
  /** The rows of a subject, the one opened last first: most connections to a host are alike, and comparing costs less than a key. */
  private readonly latest = new Map<string, Row>();
  private readonly problem: (code: ProblemCode) => void;

  constructor(problem: (code: ProblemCode) => void) {
    this.problem = problem;
  }

  /** Counts a connection, and gives the row that others like it with this verdict may be counted in by {@link extendRow}. */
  add(connection: Connection, verdict: Verdict): Row {
    const name = shownName(connection, verdict);
    const subject = name ?? connection.to.address;
    let steps = 0;
    for (let row = this.latest.get(subject); row !== undefined && steps < COMPARED_CAP; row = row.sibling, steps++) {
      if (!isSameDestination(row, connection, verdict)) continue;
      extendRow(row, connection);
      return row;
    }
    const key = rowKey(connection, verdict, subject);
    let row = this.rows.get(key);
    if (row === undefined) {
      row = this.rows.size < DESTINATION_CAP ? this.open(key, connection, verdict, name) : this.openFolded(connection, verdict, name);
      if (!row.isFolded) {
        row.sibling = this.latest.get(subject);
        this.latest.set(subject, row);
      }
    }
    extendRow(row, connection);
    return row;
  }

  /** All destinations in order of scope, first sight and key. Call once: the rows are given up. */
  list(): Destination[] {
    const rows = this.sorted();
    this.rows.clear();
    this.latest.clear();
    return finished(rows);
  }

  /** The same as far as it goes, for a look before the end. */
  soFar(): Destination[] {
    return finished(this.sorted());
  }

  private sorted(): Row[] {
    return [...this.rows.values()].sort((one, other) => one.scope - other.scope || one.first - other.first || (one.key < other.key ? -1 : 1));
  }

  private openFolded(connection: Connection, verdict: Verdict, name: WireText | undefined): Row {
    this.problem('destination-cap');
    const folded = wireText(name === undefined ? networkOf(connection.to.address) : (registrableDomain(name) ?? name));
    const key = rowKey(connection, verdict, `…${folded}`);
    return this.rows.get(key) ?? this.open(key, connection, verdict, name === undefined ? undefined : folded, true);
  }

  private open(key: string, connection: Connection, verdict: Verdict, name: WireText | undefined, isFolded = false): Row {
    const row = openRow(key, connection, verdict, name, isFolded);
    this.rows.set(key, row);
    return row;
  }
}

function finished(rows: readonly Row[]): Destination[] {
  const losers = losersAmong(rows);
  return rows.map((row) => finishRow(row, losers.has(row)));
}

/** The name that decided, else the first one claimed. */
function shownName(connection: Connection, verdict: Verdict): WireText | undefined {
  return verdict.name === undefined ? connection.names[0]?.name : wireText(verdict.name);
}

/** The /24 or /48 of an address. */
function networkOf(address: string): string {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) return address;
  if (!canonical.includes(':')) return `${canonical.split('.').slice(0, 3).join('.')}.0/24`;
  const groups = canonical.split('::')[0]?.split(':') ?? [];
  const [a = '0', b = '0', c = '0'] = groups;
  return `${formatWords((Number.parseInt(a, 16) << 16) | Number.parseInt(b, 16), Number.parseInt(c, 16) << 16, 0, 0)}/48`;
}

/** Rows of one subject compared before a key is put together: a subject with many rows must not cost time for each of them. */
const COMPARED_CAP = 8;
