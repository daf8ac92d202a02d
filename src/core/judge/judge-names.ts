/**
 * One verdict from all the names a connection bears. Names the client spoke
 * (CONNECT, SNI, Host) are each judged and the worst counts; DNS candidates
 * are alternatives, which prove only what all of them share.
 */
import type { NameClaim } from '../observe/connection.ts';
import type { Verdict } from '../policy/verdict.ts';
import { accuses, weight, worse } from './worst.ts';

/** `judge` gives the verdict under one name; `names` holds at least one. */
export function judgeNames(names: readonly NameClaim[], judge: (name: string) => Verdict): Verdict {
  const only = names.length === 1 ? names[0] : undefined;
  if (only && only.how !== 'ech-outer') return judge(only.name);
  const spoken = judgeSpoken(names, judge);
  const candidates = candidatesOf(names);
  const outer = names.find((claim) => claim.how === 'ech-outer');
  if (spoken === undefined) {
    const hidden = outer && judge(outer.name);
    // An outer name admits nothing, but a forbidden one is contacted all the same.
    if (hidden?.kind === 'forbidden') return hidden;
    return candidates.length > 0 ? judgeCandidates(candidates, judge) : { kind: 'cannot-judge', reason: 'ech' };
  }
  const isCorroborated = names.some((claim) => isSpoken(claim) && (claim.corroboratedBy !== undefined || candidates.includes(claim.name)));
  if (accuses(spoken) || candidates.length === 0 || isCorroborated) return spoken;
  // The name is the client's word only, and every name that DNS gave for the address would be a breach.
  return candidates.every((name) => accuses(judge(name))) ? AMBIGUOUS : spoken;
}

function judgeSpoken(names: readonly NameClaim[], judge: (name: string) => Verdict): Verdict | undefined {
  let worst: Verdict | undefined;
  for (const claim of names) {
    if (!isSpoken(claim)) continue;
    const verdict = judge(claim.name);
    worst = worst === undefined ? verdict : worse(worst, verdict);
  }
  return worst;
}

/** Live names of the address, or, where none is alive, stale ones. */
function candidatesOf(names: readonly NameClaim[]): readonly string[] {
  const live = names.filter((claim) => claim.how === 'dns');
  const used = live.length > 0 ? live : names.filter((claim) => claim.how === 'dns-stale');
  return [...new Set(used.map((claim) => claim.name))];
}

function judgeCandidates(candidates: readonly string[], judge: (name: string) => Verdict): Verdict {
  const verdicts = candidates.map(judge);
  const breaches = verdicts.filter(accuses);
  if (breaches.length === 0) return verdicts.reduce(worse);
  // All are breaches: the mildest is proven whichever name was meant.
  if (breaches.length === verdicts.length) return verdicts.reduce((mild, next) => (weight(next) < weight(mild) ? next : mild));
  return AMBIGUOUS;
}

function isSpoken({ how }: NameClaim): boolean {
  return how === 'connect' || how === 'sni' || how === 'quic-sni' || how === 'http-host';
}

const AMBIGUOUS: Verdict = { kind: 'cannot-judge', reason: 'ambiguous-name' };
