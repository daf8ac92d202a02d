/**
 * What a rule is: data plus one pure generator. It sees a judged run (folded
 * destinations, lookups, entries, policy), never packets, and yields drafts;
 * findings.ts adds severity, fingerprint, standing and the claims they break.
 */
import type { Position } from '../base/errors.ts';
import type { Confidence, Evidence } from '../observe/connection.ts';
import type { Acceptance, Severity } from '../policy/policy.ts';
import type { CheckName } from '../policy/checks.ts';
import type { JudgedRun } from './context.ts';

interface RuleFacts {
  readonly id: string;
  /** Severity of a draft that does not say otherwise; the policy may re-set it (`rules:`). */
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  /** Checks that its findings are counter-evidence to; a draft may narrow the list. */
  readonly breaks: readonly CheckName[];
  /** First version of egret that had it. */
  readonly since: string;
}

/** A rule about what was seen. */
export interface TrafficRule extends RuleFacts {
  readonly reads: 'run';
  readonly check: (run: JudgedRun) => Iterable<Draft>;
}

/** A rule about the policy's `accept:` lines, asked when all traffic findings are known. */
export interface AcceptanceRule extends RuleFacts {
  readonly reads: 'acceptances';
  readonly check: (run: JudgedRun, uses: readonly AcceptanceUse[]) => Iterable<Draft>;
}

export type Rule = TrafficRule | AcceptanceRule;

/** What became of one `accept:` line. */
export interface AcceptanceUse {
  readonly acceptance: Acceptance;
  /** Subjects of the findings it matched; may hold wire text. */
  readonly matched: readonly string[];
  /** The recording's last packet is later than `until`. */
  readonly expired: boolean;
}

/** One thing found, before severity and standing. */
export interface Draft {
  readonly about: About;
  /** Where a rule knows two levels; absent: the rule's. */
  readonly severity?: Severity;
  readonly confidence: Confidence;
  readonly seen: string;
  /** Absent: the rule's. */
  readonly why?: string;
  /** Holds no wire text: people paste it. */
  readonly do: string;
  readonly sure: string;
  readonly evidence: readonly Evidence[];
  readonly evidenceCount: number;
  readonly policyAt?: Position;
  /** Absent: all that the rule breaks. */
  readonly breaks?: readonly CheckName[];
}

/** Who and what a draft is about: what it is shown, matched and fingerprinted by. */
export interface About {
  /** `api.x.io:443/tcp`, or an entry's id. May hold wire text. */
  readonly subject: string;
  readonly component?: string;
  readonly name?: string;
  /** For nameless destinations. */
  readonly addresses?: readonly string[];
  readonly addressClass?: string;
  /** Server port. */
  readonly port?: number;
  readonly transport?: string;
  /** Entry of the policy that admitted it or came nearest. */
  readonly entry?: string;
  /** Tells findings of one rule about the same thing apart (`tables-disagree`). */
  readonly detail?: string;
}
