/** Something a person must look at: seen, why, do, sure, more (design §6). */
import type { Position } from '../base/errors.ts';
import type { Confidence, Evidence } from '../observe/connection.ts';
import type { Severity } from '../policy/policy.ts';

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Host (or address), port and transport it is about: `api.x.io:443/tcp`; an entry id for entry findings. May hold wire text. */
  readonly subject: string;
  readonly component?: string;
  /** Who, when, where: one or two sentences with counts. May hold wire text. */
  readonly seen: string;
  readonly why: string;
  /** What is known to contact the host by itself, most specific first: a hint, never an exoneration. */
  readonly known?: readonly Hint[];
  /** The command or the change that settles it. */
  readonly do: string;
  /** What the confidence rests on and what would lower it. */
  readonly sure: string;
  readonly evidence: readonly Evidence[];
  readonly evidenceCount: number;
  /** Rule, component, name (else address class), server port (none where it is chance), transport — nothing that changes from run to run. */
  readonly fingerprint: string;
  readonly standing: 'open' | 'accepted' | 'expired' | 'baseline';
  /** Severity under which the baseline has it; graver now: it is open. Absent: no baseline has it. */
  readonly inBaseline?: Severity;
  readonly acceptance?: { readonly reason: string; readonly until: string; readonly owner?: string };
  /** Line of the policy it speaks of, when there is one. */
  readonly policyAt?: Position;
  /** Claims it breaks. */
  readonly claims: readonly string[];
}

/** A row of what is known to contact a host by itself, as reports show it. Holds no wire text. */
export interface Hint {
  readonly sender: string;
  readonly what: string;
  readonly why: string;
  /** The switch that stops it. */
  readonly stop: string;
  readonly source: string;
}
