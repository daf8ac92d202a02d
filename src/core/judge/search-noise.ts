/**
 * Lookups that a resolver library makes on its own, beside the name that was
 * meant: reverse names, single labels, and a meant name with a search suffix
 * appended (resolv.conf `search`). They name no host that anybody would reach.
 */
import type { JudgedLookup, JudgedRun } from './context.ts';

/** A test for such lookups in this run. Only failed lookups are noise: a name that has an address is a host. */
export function isSearchNoise(run: JudgedRun): (lookup: JudgedLookup) => boolean {
  const meant = new Set<string>();
  for (const destination of run.destinations) if (destination.name !== undefined) meant.add(destination.name);
  for (const lookup of run.lookups) if (lookup.verdict.kind === 'declared') meant.add(lookup.name);
  const suffixes = new Set<string>();
  return (lookup) => {
    if (lookup.name.endsWith('.in-addr.arpa') || lookup.name.endsWith('.ip6.arpa')) return true;
    if (lookup.answers > 0 || lookup.rcode === 'NOERROR') return false;
    if (!lookup.name.includes('.')) return true;
    const suffix = suffixOf(lookup.name, meant);
    if (suffix === undefined) return false;
    // Bounded, because the part behind a meant name is chosen by whoever asks and could carry data.
    if (suffixes.size < SEARCH_SUFFIXES) suffixes.add(suffix);
    return suffixes.has(suffix);
  };
}

function suffixOf(name: string, meant: ReadonlySet<string>): string | undefined {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    if (meant.has(name.slice(0, dot))) return name.slice(dot + 1);
  }
  return undefined;
}

/** resolv.conf(5): the search list was limited to six domains until glibc 2.26, and real ones are shorter. */
const SEARCH_SUFFIXES = 6;
