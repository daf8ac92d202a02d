/**
 * Matches `accept:` lines with drafts. A line accepts what it names, by rule
 * and by host or entry (both when both are given); a line that names neither
 * accepts nothing. Its day is held against the recording's last packet.
 */
import { isBelow } from '../base/host-name.ts';
import type { Acceptance } from '../policy/policy.ts';
import type { About } from './rule.ts';

/** Whether the line speaks of this draft of the rule. */
export function accepts(acceptance: Acceptance, rule: string, about: About): boolean {
  if (acceptance.rule !== rule || (acceptance.host === undefined && acceptance.entry === undefined)) return false;
  return (acceptance.host === undefined || isHost(acceptance.host, about)) && (acceptance.entry === undefined || acceptance.entry === about.entry);
}

/** Whether the last packet came after the line's day. A recording without packets expires nothing. */
export function hasExpired(acceptance: Acceptance, lastSeen: number | undefined): boolean {
  return lastSeen !== undefined && lastSeen > acceptance.untilMicros;
}

/** A nameless finding is accepted by address only when all its addresses are the one named. */
function isHost(host: string, about: About): boolean {
  if (about.name === undefined) return about.addresses !== undefined && about.addresses.length > 0 && about.addresses.every((address) => address === host);
  return host.startsWith('*.') ? isBelow(about.name, host.slice(2)) : about.name === host;
}
