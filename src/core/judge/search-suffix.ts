/**
 * Resolvers try a name below each search domain of the machine:
 * `api.x.io.corp.example` → NXDOMAIN beside `api.x.io`. Such rows follow the
 * verdict of the name that was meant, `declared` or `environment`. Only failed questions qualify, and only
 * as many suffixes as a machine can have, since a suffix could carry data out.
 */
import type { JudgedLookup } from './context.ts';

/** The same rows; failed ones below a search domain take the verdict of their base, with the reason `search suffix`. */
export function foldSearchSuffixes(rows: readonly JudgedLookup[]): readonly JudgedLookup[] {
  const meant = new Map<string, JudgedLookup>();
  for (const row of rows) {
    // A name may have rows of both kinds; the declared one is what the policy says of it.
    const key = keyOf(row.scope, row.name);
    if (row.verdict.kind === 'declared' || (row.verdict.kind === 'environment' && !meant.has(key))) meant.set(key, row);
  }
  if (meant.size === 0) return rows;
  const suffixes = new Map<number, Set<string>>();
  const bases = new Map<JudgedLookup, JudgedLookup>();
  for (const row of rows) {
    const base = baseOf(row, meant);
    if (!base) continue;
    bases.set(row, base);
    const known = suffixes.get(row.scope) ?? new Set();
    suffixes.set(row.scope, known.add(row.name.slice(base.name.length + 1)));
  }
  return rows.map((row) => {
    const base = bases.get(row);
    if (!base || (suffixes.get(row.scope)?.size ?? 0) > SEARCH_DOMAIN_CAP) return row;
    return { ...row, verdict: { ...base.verdict, name: row.name, reason: SEARCH_SUFFIX } };
  });
}

/** The lookup whose name, with something below it, this failed one asked for; the longest such name. What a component asks is never the system's. */
function baseOf(row: JudgedLookup, meant: ReadonlyMap<string, JudgedLookup>): JudgedLookup | undefined {
  if (row.verdict.kind !== 'undeclared' || row.verdict.telemetry || row.rcode !== 'NXDOMAIN' || row.answers > 0) return undefined;
  let dot = row.name.lastIndexOf('.');
  for (let labels = 0; dot > 0 && labels < SUFFIX_LABEL_CAP; labels++) {
    const base = meant.get(keyOf(row.scope, row.name.slice(0, dot)));
if (base && (base.verdict.kind === 'declared' || row.component === undefined)) return base;
    dot = row.name.lastIndexOf('.', dot - 1);
  }
  return undefined;
}

function keyOf(scope: number, name: string): string {
  return `${scope}\n${name}`;
}

const SEARCH_SUFFIX = 'search suffix';
/** resolv.conf held six for decades (MAXDNSRCH); more distinct ones are no search list. */
const SEARCH_DOMAIN_CAP = 6;
/** Labels of a search domain: `a.b.c.corp.example.com` has six; Kubernetes needs three. */
const SUFFIX_LABEL_CAP = 8;
