import { describe, expect, it } from 'vitest';
import { featuresOf, mentions, phasesOf } from '../../../src/core/judge/conditions.ts';
import type { Condition } from '../../../src/core/policy/policy.ts';

const openai: Condition = { kind: 'feature', anyOf: ['openai', 'azure'] };
const task: Condition = { kind: 'phase', anyOf: ['task'] };
const not = (inner: Condition): Condition => ({ kind: 'not', inner });
const all = (...of: Condition[]): Condition => ({ kind: 'all', of });
const any = (...of: Condition[]): Condition => ({ kind: 'any', of });

describe('a condition', () => {
  it('names its features and phases, negated ones left out', () => {
    const condition = all(openai, any(task, not({ kind: 'phase', anyOf: ['idle'] })), not({ kind: 'feature', anyOf: ['relay'] }));
    expect(featuresOf(condition)).toEqual(['openai', 'azure']);
    expect(phasesOf(condition)).toEqual(['task']);
  });

  it('mentions what stands in it, negated or not', () => {
    expect(mentions(all(not(task)), 'phase')).toBe(true);
    expect(mentions(any(openai), 'phase')).toBe(false);
    expect(mentions({ kind: 'always' }, 'running')).toBe(false);
  });
});
