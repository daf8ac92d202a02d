/** What was taken for the operating system's own traffic (verdict `environment`): always listed, folded by who and what. */
import type { Destination } from '../../../judge/destination.ts';
import { isByNameAlone } from '../../../judge/environment.ts';
import { bytes, counted, listed } from '../../layout/amounts.ts';
import type { Look } from '../../layout/look.ts';
import type { Report } from '../../report.ts';
import { paragraph } from './page.ts';

/** Nothing when there is none. */
export function* environmentLines({ destinations, lookups }: Report, look: Look): Iterable<string> {
  const contacted = destinations.filter(({ verdict }) => verdict.kind === 'environment');
  const asked = [...new Set(lookups.filter(({ verdict, connected }) => verdict === 'environment' && !connected).map(({ name }) => name))];
  if (contacted.length + asked.length === 0) return;
  yield '';
  yield* paragraph(look, `Environment: ${contacted.length === 0 ? 'only names' : counted(contacted.length, 'destination')} taken for the operating system's own${aloneWords(contacted)}; none is hidden:`);
  for (const [reason, members] of byReason(contacted)) yield* paragraph(look, `${reason}: ${listed(names(members), NAME_CAP)}; ${amounts(members)}`, INDENT, 'dim');
  if (asked.length > 0) yield* paragraph(look, `only looked up: ${listed(asked, NAME_CAP)}`, INDENT, 'dim');
}

function aloneWords(contacted: readonly Destination[]): string {
  const alone = contacted.filter(isByNameAlone).length;
  if (alone === 0) return '';
  return `, ${alone === contacted.length ? 'all' : alone} by name alone`;
}

function byReason(destinations: readonly Destination[]): ReadonlyMap<string, readonly Destination[]> {
  const groups = new Map<string, Destination[]>();
  for (const destination of destinations) {
    const reason = destination.verdict.reason ?? 'unknown part';
    const group = groups.get(reason);
    if (group === undefined) groups.set(reason, [destination]);
    else group.push(destination);
  }
  return groups;
}

function amounts(members: readonly Destination[]): string {
  const total = (of: (member: Destination) => number): number => members.reduce((sum, member) => sum + of(member), 0);
  return `${counted(total(({ count }) => count), 'connection')}, up ${bytes(total(({ up }) => up))}, down ${bytes(total(({ down }) => down))}`;
}

function names(members: readonly Destination[]): string[] {
  return [...new Set(members.map(({ name }) => name ?? ''))];
}

const INDENT = 2;
/** Names listed for one part of the system before they are only counted; --format json lists all. */
const NAME_CAP = 24;
