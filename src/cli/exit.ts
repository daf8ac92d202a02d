/** The one table of exit codes (design §8); help, `egret explain exit-codes` and docs/exit-codes.md are checked against it. */

export interface ExitRow {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
}

export const EXIT_CODES: readonly ExitRow[] = [
  { code: 0, name: 'nothing-broken', meaning: 'nothing is broken in what was looked at (or no policy was given)' },
  { code: 1, name: 'broken', meaning: 'an open finding is at or above --fail-on (egret diff: a difference is)' },
  { code: 2, name: 'not-enough-evidence', meaning: 'nothing was observed, or less than --require asks for' },
  { code: 3, name: 'input-wrong', meaning: 'a flag, a policy, a recording or a report cannot be used' },
  { code: 4, name: 'machine-refused', meaning: 'the machine did not let egret read, write or capture' },
  { code: 5, name: 'command-failed', meaning: 'egret run: nothing is broken, but the observed command failed' },
  { code: 70, name: 'bug', meaning: 'egret failed itself; please report it' },
];

export const BROKEN = 1;
export const INPUT_WRONG = 3;
export const MACHINE_REFUSED = 4;
export const BUG = 70;
