/** Opens a payload session and keeps all that it says. */
import type { Problem } from '../../src/core/base/problem.ts';
import type { LookupFacts } from '../../src/core/decode/payloads/dns/facts.ts';
import type { Decoder, Session } from '../../src/core/decode/payloads/session.ts';

export interface SessionLog {
  readonly session: Session;
  readonly lookups: LookupFacts[];
  readonly problems: Problem[];
}

export function openLogged(decoder: Decoder): SessionLog {
  const lookups: LookupFacts[] = [];
  const problems: Problem[] = [];
  const session = decoder.open({ lookup: (facts) => void lookups.push(facts), problem: (problem) => void problems.push(problem) });
  return { session, lookups, problems };
}

/** Cuts bytes into pieces; the sizes are used in turn, each at least one. */
export function pieces(data: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0, index = 0; at < data.length; index++) {
    const size = Math.max(1, sizes[index % Math.max(1, sizes.length)] ?? data.length);
    found.push(data.slice(at, at + size));
    at += size;
  }
  return found;
}
