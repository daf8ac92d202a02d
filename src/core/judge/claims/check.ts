/**
 * What a check is: the needs without which absence proves nothing, and what
 * exercises the promise. Which rules are counter-evidence stands in the rules
 * (`breaks`); a check that no rule breaks cannot be settled yet.
 */
import type { Need } from '../claim.ts';
import type { JudgedRun, ScopeFacts } from '../context.ts';
import type { ClaimLine } from '../../policy/policy.ts';
import type { CheckName } from '../../policy/checks.ts';

export interface Check {
  readonly name: CheckName;
  /** Needs besides `exercised`, which every check has. */
  readonly needs: readonly Exclude<Need, 'exercised'>[];
  readonly exercise: (question: Question) => Exercise;
  /** Settled by what was seen alone: nothing on the wire could break it (blocked rows). */
  readonly shownByExercise?: boolean;
  /** About the policy itself: settled without packets and without scopes. */
  readonly onPolicy?: boolean;
}

/** One claim asked of one scope. */
export interface Question {
  readonly run: JudgedRun;
  readonly scope: ScopeFacts;
  readonly claim: ClaimLine;
}

export interface Exercise {
  /** Parts of the promise that this scope put to the test. */
  readonly done: readonly string[];
  /** All parts; it holds only if the scopes together cover them. */
  readonly of: readonly string[];
  /** What was put to the test, in words that follow "holds within this recording: ". */
  readonly saw: string;
  /** What a run must do to test the rest. */
  readonly supply: string;
  /** Why it is at best unproven even when all parts were tested. */
  readonly doubt?: string;
}
