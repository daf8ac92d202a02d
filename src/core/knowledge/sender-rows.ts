/** Builds rows of known senders that share all but their pattern, so that tables stay readable. Data shape only. */
import type { KnownSender } from './known-senders.ts';

/** One row per pattern, all checked on the same day. */
export function senders(about: Omit<KnownSender, 'pattern' | 'date'>, patterns: readonly string[]): readonly KnownSender[] {
  return patterns.map((pattern) => ({ ...about, pattern, date: CHECKED }));
}

/** Day on which the rows were gathered from the vendors' documentation. */
const CHECKED = '2026-11-23';
