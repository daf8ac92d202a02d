/**
 * Compares a vendor's published list of rows (a firewall table) with the
 * entries of the policy, which follow another list of the same vendor. Pure
 * inventory work: no traffic. Gives each concrete difference once.
 */
import type { Position } from '../base/errors.ts';
import { isBelow } from '../base/host-name.ts';
import type { Entry, HostPattern, Policy, PortRange, PublishedList } from '../policy/policy.ts';

export interface TableDifference {
  readonly list: string;
  /** Host pattern or entry id that it is about. */
  readonly about: string;
  readonly kind: 'no-row' | 'no-entry' | 'wider' | 'ports';
  readonly says: string;
  readonly fix: string;
  readonly at: Position;
}

/** Every difference between the published lists and the entries; missing rows only for lists that call themselves complete. */
export function tableDifferences(policy: Policy): readonly TableDifference[] {
  const all = policy.published.flatMap((list) => [
    ...(list.complete ? policy.entries.flatMap((entry) => missingRows(list, entry)) : []),
    ...list.rows.flatMap((row) => rowDifferences(policy, list, row)),
  ]);
  // Two entries or rows with one host give one difference.
  return all.filter((one, index) => index === all.findIndex((other) => other.list === one.list && other.about === one.about && other.kind === one.kind));
}

type Row = PublishedList['rows'][number];

function missingRows(list: PublishedList, entry: Entry): readonly TableDifference[] {
  const patterns = entry.hosts.filter((pattern) => !list.rows.some((row) => admits(row.host, pattern)));
  const missing = patterns.map((pattern) => ({
    list: list.id,
    about: pattern.text,
    kind: 'no-row' as const,
    says: `${list.id} has no row for ${pattern.text}, which entry ${entry.id} declares (${entry.name}).`,
    fix: `Have the vendor add ${pattern.text} to ${list.id}: a firewall opened by that table alone blocks ${entry.name}.`,
    at: entry.at,
  }));
  if (entry.hosts.length > 0 || entry.addresses.length > 0) return missing;
  return [
    {
      list: list.id,
      about: entry.id,
      kind: 'no-row',
      says: `${list.id} has no row for entry ${entry.id} (${entry.name}), whose hosts the user configures.`,
      fix: `Have the vendor say in ${list.id} that hosts configured for ${entry.name} must be opened too.`,
      at: entry.at,
    },
  ];
}

function rowDifferences(policy: Policy, list: PublishedList, row: Row): readonly TableDifference[] {
  const covered = policy.entries.filter((entry) => entry.hosts.some((pattern) => admits(row.host, pattern)));
  const base = { list: list.id, about: row.host.text, at: row.at };
  if (covered.length === 0) {
    return [{ ...base, kind: 'no-entry', says: `${list.id} has a row for ${row.host.text}, which no entry declares.`, fix: `Have the vendor add ${row.host.text} to the inventory, or drop the row.` }];
  }
  const found: TableDifference[] = [];
  if (row.host.wildcard && !covered.some((entry) => entry.hosts.some((pattern) => same(pattern, row.host)))) {
    const exact = covered.flatMap((entry) => entry.hosts.filter((pattern) => admits(row.host, pattern)).map((pattern) => pattern.text));
    found.push({ ...base, kind: 'wider', says: `${list.id} gives ${row.host.text} where the inventory gives ${exact.join(', ')}.`, fix: `Open ${exact.join(', ')} instead of ${row.host.text}, and have the vendor list them.` });
  }
  return [...found, ...portDifferences(list, row, covered, base)];
}

/** Ports of an exactly named row against the entry of the same host; other rows of the host are counted together. */
function portDifferences(list: PublishedList, row: Row, covered: readonly Entry[], base: Pick<TableDifference, 'list' | 'about' | 'at'>): readonly TableDifference[] {
  const entries = covered.filter((entry) => entry.hosts.some((pattern) => same(pattern, row.host)));
  const rows = list.rows.filter((other) => same(other.host, row.host));
  if (entries.length === 0 || rows[0] !== row) return [];
  const declared = entries.flatMap((entry) => entry.legs.flatMap((leg) => leg.ports));
  const given = rows.flatMap((other) => other.ports);
  // A wider row of the list may give the port; it does not make the list disagree.
  const elsewhere = list.rows.filter((other) => !same(other.host, row.host) && admits(other.host, row.host)).flatMap((other) => other.ports);
  const lacking = declared.filter((range) => ![...given, ...elsewhere].some((other) => includes(other, range)));
  const extra = given.filter((range) => !declared.some((other) => includes(other, range)));
  if (lacking.length === 0 && extra.length === 0) return [];
  const parts = [
    ...(lacking.length === 0 ? [] : [`lacks ${lacking.map(portText).join(', ')}`]),
    ...(extra.length === 0 ? [] : [`adds ${extra.map(portText).join(', ')}`]),
  ];
  return [{ ...base, kind: 'ports', says: `For ${row.host.text}, ${list.id} ${parts.join(' and ')} against the inventory.`, fix: `Have the vendor give one set of ports for ${row.host.text}.` }];
}

/** Whether everything the inner pattern names is named by the outer one. */
function admits(outer: HostPattern, inner: HostPattern): boolean {
  if (!outer.wildcard) return same(outer, inner);
  return isBelow(inner.host, outer.host) || (inner.wildcard && inner.host === outer.host);
}

function same(one: HostPattern, other: HostPattern): boolean {
  return one.wildcard === other.wildcard && one.host === other.host;
}

function includes(outer: PortRange, inner: PortRange): boolean {
  return outer.transport === inner.transport && outer.from <= inner.from && outer.to >= inner.to;
}

function portText(range: PortRange): string {
  return `${range.from === range.to ? range.from : `${range.from}-${range.to}`}/${range.transport}`;
}
