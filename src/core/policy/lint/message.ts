/** One thing a policy can be read without, but not trusted with. Ids are documented in docs/policy.md. */
import type { Mistake } from '../../base/errors.ts';

export interface Lint extends Mistake {
  /** Short name; part of the contract with docs and editors. */
  readonly id: LintId;
  readonly severity: 'warning' | 'note';
}

export type LintId =
  | 'shadowed-entry'
  | 'denied-entry'
  | 'shared-suffix'
  | 'transport-mismatch'
  | 'closes-without-phase'
  | 'relay-without-turn'
  | 'names-without-address'
  | 'broad-acceptance'
  | 'list-switched-off'
  | 'no-claims'
  | 'weak-tls'
  | 'wide-ports'
  | 'unused-feature'
  | 'unused-phase'
  | 'unused-component'
  | 'unused-variable'
  | 'unused-source';

export function warning(id: LintId, message: string, at: Lint['at'], help: string): Lint {
  return { id, severity: 'warning', message, ...(at === undefined ? {} : { at }), help };
}

export function note(id: LintId, message: string, at: Lint['at'], help: string): Lint {
  return { ...warning(id, message, at, help), severity: 'note' };
}
