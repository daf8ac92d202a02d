/**
 * Hints beside findings about hosts: what is known to contact the host by
 * itself on the platforms of the run, and how to stop it. A hint changes no
 * verdict, severity or claim: any program can contact any host.
 */
import { findSenders, type KnownSender } from '../knowledge/known-senders.ts';
import type { JudgedRun } from './context.ts';
import type { Hint } from './finding.ts';
import type { About } from './rule.ts';

/** Hints for a finding of this rule; undefined where nothing is known. */
export function hintsFor(run: Pick<JudgedRun, 'scopes'>, rule: string, { name, port }: About): readonly Hint[] | undefined {
  if (name === undefined || !HINTED.has(rule) || port === DNS_OVER_TLS) return undefined;
  const platforms = new Set(run.scopes.map(({ platform }) => platform));
  const rows = findSenders(name).filter((row) => platforms.has(undefined) || row.platforms.some((platform) => platforms.has(platform)));
  // A sender's most specific row says it all.
  const firsts = rows.filter((row, index) => rows.findIndex(({ sender }) => sender === row.sender) === index);
  return firsts.length === 0 ? undefined : firsts.slice(0, HINT_CAP).map(hintOf);
}

/** One sentence or two, as text formats print a hint. */
export function hintWords({ sender, what, why, stop, source }: Hint): string {
  return `consistent with ${sender}, ${what}: ${why}. No proof: any program can contact the host. To stop it: ${stop}. (${source})`;
}

/** Only who, for where space is short; empty without hints. */
export function hintBrief(hints: readonly Hint[] | undefined): string {
  return hints === undefined ? '' : ` Consistent with ${hints.map(({ sender, what }) => `${sender}, ${what}`).join('; or ')}.`;
}

function hintOf({ sender, what, why, stop, source }: KnownSender): Hint {
  return { sender, what, why, stop, source };
}

/** What the catalogue knows of encrypted DNS speaks HTTPS; it explains nothing on the port of DNS over TLS (RFC 7858 §3.1). */
const DNS_OVER_TLS = 853;
const HINTED: ReadonlySet<string> = new Set(['telemetry-host', 'forbidden-host', 'undeclared-host']);
/** Rows shown beside one finding; a host that more ask for says nothing of who did. */
const HINT_CAP = 3;
