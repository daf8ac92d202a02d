import { describe, expect, it } from 'vitest';
import { featuresOf, mentions, phasesOf, underFeatures } from '../../../src/core/judge/conditions.ts';
import type { Condition } from '../../../src/core/policy/policy.ts';

const openai: Condition = { kind: 'feature', anyOf: ['openai', 'azure'] };
const task: Condition = { kind: 'phase', anyOf: ['task'] };
const not = (inner: Condition): Condition => ({ kind: 'not', inner });
const all = (...of: Condition[]): Condition => ({ kind: 'all', of });
const any = (...of: Condition[]): Condition => ({ kind: 'any', of });

describe('a condition with only the features known', () => {
  it.each<[string, Condition, string[], string]>([
    ['always is true', { kind: 'always' }, [], 'true'],
    ['one feature of a list is enough', openai, ['azure'], 'true'],
    ['a feature that is not named is off', openai, ['gemini'], 'false'],
    ['a phase is unknown', task, ['openai'], 'unknown'],
    ['a running component is unknown', { kind: 'running', anyOf: ['gateway'] }, [], 'unknown'],
    ['an off feature settles an AND', all(task, openai), [], 'false'],
    ['an unknown phase keeps an AND unknown', all(task, openai), ['openai'], 'unknown'],
    ['an on feature settles an OR', any(task, openai), ['openai'], 'true'],
    ['an unknown phase keeps an OR unknown', any(task, openai), [], 'unknown'],
    ['an OR of off features is off', any(openai, openai), [], 'false'],
    ['not turns false to true', not(openai), [], 'true'],
    ['not leaves unknown alone', not(task), [], 'unknown'],
  ])('%s', (_, condition, on, value) => {
    expect(underFeatures(condition, new Set(on))).toBe(value);
  });

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
