/** The inventory's entries and what became of each: exercised, blocked (with the vendor's words on the effect), missing, unproven. */
import { count, counted } from '../../layout/amounts.ts';
import { type Look, type Role, shown } from '../../layout/look.ts';
import { type Column, type Row, table } from '../../layout/table.ts';
import type { EntryStanding, StandingKind } from '../../../judge/context.ts';
import type { Report } from '../../report.ts';
import { heading } from './page.ts';

/** One row per entry, in the policy's order. */
export function* entryLines(report: Report, look: Look): Iterable<string> {
  const { entries } = report;
  if (entries.length === 0) return;
  const counts = STANDINGS.map((standing) => ({ standing, number: entries.filter((entry) => entry.standing === standing).length })).filter(({ number }) => number > 0);
  yield* heading(look, 'Entries', `${count(entries.length)} in the inventory: ${counts.map(({ standing, number }) => `${count(number)} ${standing}`).join(', ')}`);
  yield* table(look, columnsFor(entries), entries, (entry) => entryRow(entry, look));
}

function columnsFor(entries: readonly EntryStanding[]): readonly Column[] {
  return [
    { title: 'entry', min: 12, cut: 'end' },
    { title: 'standing' },
    { title: 'conns', align: 'right', word: (value) => (value === '1' ? '1 connection' : `${value} connections`) },
    { title: 'established', align: 'right', word: (value) => `${value} established` },
    { title: 'TLS inspection', word: (value) => (value === NOT_SEEN ? '' : `TLS inspection ${value}`), from: entries.some((entry) => entry.interception !== 'not-seen') ? 0 : Infinity },
    { title: 'hosts', min: 16, cut: 'start' },
    { title: 'name', min: 16, cut: 'end', from: 120 },
  ];
}

function entryRow(entry: EntryStanding, look: Look): Row {
  const below = standingWords(entry);
  const role = entry.standing === 'exercised' && entry.interception !== 'not-seen' ? 'warn' : ROLES[entry.standing];
  return {
    cells: [
      { text: shown(look, entry.id) },
      { text: look.unicode ? `${MARKS[entry.standing]} ${entry.standing}` : entry.standing, role },
      { text: entry.connections === 0 ? '-' : count(entry.connections) },
      { text: entry.connections === 0 ? '-' : count(entry.established) },
      { text: entry.interception.replace('-', ' '), ...(entry.interception === 'not-seen' ? {} : { role: 'warn' as const }) },
      { text: hostWords(entry, look) },
      { text: shown(look, entry.name) },
    ],
    ...(below === '' ? {} : { below: { text: shown(look, below, BELOW_LIMIT), role } }),
  };
}

function hostWords(entry: EntryStanding, look: Look): string {
  const hosts = entry.hosts.slice(0, HOST_CAP).map((host) => shown(look, host));
  const left = entry.hosts.length - hosts.length;
  return hosts.join(', ') + (left > 0 ? ` +${count(left)}` : '');
}

/** Why it is blocked and what that means, and what made its conditions unknown. */
export function standingWords(entry: EntryStanding): string {
  const parts = [
    entry.layer === undefined || entry.standing === 'flaky' ? '' : `Blocked: ${entry.layer}.`,
    entry.effect ?? '',
    entry.standing === 'missing' ? 'The policy says it is required, and nothing tried it.' : '',
    entry.conditionUnknown === undefined || entry.conditionUnknown.length === 0 ? '' : `Unknown here: ${entry.conditionUnknown.join(', ')}.`,
    entry.standing === 'flaky' ? `${count(entry.connections - entry.established)} of ${counted(entry.connections, 'connection')} did not come up${entry.layer === undefined ? '' : ` (${entry.layer})`}.` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const STANDINGS: readonly StandingKind[] = ['exercised', 'flaky', 'blocked', 'missing', 'unproven'];
const MARKS: Readonly<Record<StandingKind, string>> = { exercised: '✓', flaky: '~', blocked: '✗', missing: '!', unproven: '·' };
const ROLES: Readonly<Record<StandingKind, Role>> = { exercised: 'good', flaky: 'warn', blocked: 'bad', missing: 'bad', unproven: 'dim' };
const NOT_SEEN = 'not seen';
const HOST_CAP = 4;
const BELOW_LIMIT = 1000;
