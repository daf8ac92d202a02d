/** `when:` as written → the condition tree that decide evaluates. */
import type { Condition } from '../policy.ts';
import type { ConditionInput } from '../schema/condition.ts';
import { list } from './values.ts';

export function buildCondition(input: ConditionInput | undefined): Condition {
  if (input === undefined || input === 'always') return ALWAYS;
  const parts: Condition[] = [];
  if (input.feature !== undefined) parts.push({ kind: 'feature', anyOf: list(input.feature) });
  if (input.phase !== undefined) parts.push({ kind: 'phase', anyOf: list(input.phase) });
  if (input.running !== undefined) parts.push({ kind: 'running', anyOf: list(input.running) });
  if (input.not !== undefined) parts.push({ kind: 'not', inner: buildCondition(input.not) });
  if (input.any !== undefined) parts.push({ kind: 'any', of: input.any.map(buildCondition) });
  const [only, second] = parts;
  if (only === undefined) return ALWAYS;
  return second === undefined ? only : { kind: 'all', of: parts };
}

const ALWAYS: Condition = { kind: 'always' };
