/** The rows that are on the list, in its order. Remembers the last answer: most frames change bytes and ages, not the order. */
import { seenHost } from '../core/base/host-name.ts';
import { type Row, stanceOf, verdictOf, weightOf } from './row.ts';
import type { Rows } from './rows.ts';
import type { State } from './state.ts';

export class Visible {
  private readonly rows: Rows;
  private made: { readonly version: number; readonly sort: string; readonly show: string; readonly query: string; readonly list: readonly Row[] } | undefined;
  private counted = { version: -1, broken: 0 };

  constructor(rows: Rows) {
    this.rows = rows;
  }

  /** How many rows are against the policy. */
  get broken(): number {
    if (this.counted.version !== this.rows.version) this.counted = { version: this.rows.version, broken: this.rows.list.filter((row) => stanceOf(row) === 'broken').length };
    return this.counted.broken;
  }

  /** What the state lets through, worst or newest first. */
  of({ sort, show, query }: State): readonly Row[] {
    const { version } = this.rows;
    const { made } = this;
    if (made !== undefined && made.version === version && made.sort === sort && made.show === show && made.query === query) return made.list;
    const list = this.rows.list.filter((row) => (show === 'all' || stanceOf(row) === show) && (query === '' || fits(row, query.toLowerCase())));
    list.reverse();
    if (sort === 'worst') byWeight(list);
    this.made = { version, sort, show, query, list };
    return list;
  }
}

/** Worst first, in one weighing of each row; the newest of equals stays first. */
function byWeight(list: Row[]): void {
  const weights = new Map(list.map((row) => [row, weightOf(row)]));
  list.sort((one, other) => (weights.get(other) ?? 0) - (weights.get(one) ?? 0));
}

function fits(row: Row, query: string): boolean {
  const { host, port, addresses, process, component } = row;
  const verdict = verdictOf(row);
  return [`${seenHost(host)}:${port}`, ...addresses, process, component, verdict?.entry, verdict?.kind].some((text) => text?.toLowerCase().includes(query) === true);
}
