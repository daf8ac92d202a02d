/** What there is to say of a rule beside its findings; the CLI prints it with the page under docs/rules. */
import type { Severity } from '../policy/policy.ts';
import type { CheckName } from '../policy/checks.ts';
import { RULES } from './rules/index.ts';

export interface RuleExplanation {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  /** Checks that its findings break. */
  readonly breaks: readonly CheckName[];
  readonly since: string;
  /** Page of the rule, relative to the package. */
  readonly page: string;
}

/** Ids of all rules, in report order: what `accept:`, `rules:` and `egret explain` may name. */
export const RULE_IDS: readonly string[] = RULES.map((rule) => rule.id);

/** The explanation of a rule; undefined for an unknown id. */
export function explainRule(id: string): RuleExplanation | undefined {
  const rule = RULES.find((known) => known.id === id);
  if (rule === undefined) return undefined;
  const { title, severity, why, breaks, since } = rule;
  return { id, title, severity, why, breaks, since, page: `docs/rules/${id}.md` };
}
