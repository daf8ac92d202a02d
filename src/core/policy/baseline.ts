/**
 * A baseline: findings that were known on the day it was written. What stands
 * in it does not count for the exit code; it changes no claim. Rows are told
 * apart by fingerprint alone, the rest of a row is for people and for telling
 * what is gone.
 */
import type { Position } from '../base/errors.ts';
import type { Severity } from './policy.ts';

export interface Baseline {
  readonly file: string;
  /** Of the file's text. */
  readonly sha256: string;
  readonly policy: { readonly name: string; readonly sha256: string; readonly at: Position };
  /** Last packet of what it was written from, RFC 3339. */
  readonly recorded?: string;
  /** By fingerprint. */
  readonly findings: ReadonlyMap<string, BaselineRow>;
}

export interface BaselineRow {
  readonly fingerprint: string;
  readonly rule: string;
  readonly severity: Severity;
  /** May hold wire text. */
  readonly subject: string;
  readonly component?: string;
  /** How often it was seen when the row was written; told, never compared. */
  readonly count: number;
}
