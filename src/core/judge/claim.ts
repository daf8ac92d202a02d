/** A promise and what the recording says of it (design §6 "Claims"). */
import type { Position } from '../base/errors.ts';

export const NEEDS = [
  'start-covered',
  'end-covered',
  'wire-complete',
  'names-complete',
  'dns-in-clear',
  'scope-known',
  'process-complete',
  'bytes-complete',
  'tls-visible',
  'protocols-known',
  'marks-present',
  'condition-known',
  'exercised',
] as const;

export type Need = (typeof NEEDS)[number];

export type ClaimVerdict = 'holds' | 'broken' | 'unproven' | 'not-observable';

export interface NeedState {
  readonly need: Need;
  readonly met: boolean;
  /** When unmet: what took it away. */
  readonly why?: string;
  /** When unmet: how to supply it. */
  readonly supply?: string;
}

export interface ClaimResult {
  readonly id: string;
  readonly text: string;
  readonly check: string;
  readonly source?: string;
  readonly verdict: ClaimVerdict;
  readonly reason: string;
  readonly needs: readonly NeedState[];
  /** Fingerprints of the findings that break it. */
  readonly findings: readonly string[];
  /** Every finding that breaks it has been accepted. */
  readonly accepted: boolean;
  /** Every finding that breaks it has been accepted or stands in the baseline, at least one of them there. */
  readonly baseline?: true;
  /** Codes of the blind spots that took a need away. */
  readonly blindSpots: readonly string[];
  readonly at?: Position;
}
