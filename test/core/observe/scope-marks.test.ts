import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { Scope } from '../../../src/core/observe/scope.ts';
import type { RunSheet } from '../../../src/core/policy/sheet.ts';

const SHEET: RunSheet = { variables: {}, local: [], roots: [], components: [], clockOffset: 0 };

function marked(sheet: RunSheet, ...marks: readonly (readonly [seconds: number, edge: 'start' | 'end', phase: string])[]): Scope {
  const scope = new Scope(0, sheet);
  for (const [seconds, edge, phase] of marks) scope.mark({ at: seconds * SECOND, edge, phase });
  return scope;
}

describe('marks of a scope', () => {
  it('make phases known from the first one on, never before', () => {
    const scope = marked(SHEET, [100, 'start', 'idle'], [200, 'end', 'idle'], [300, 'start', 'task']);
    expect(scope.phases).toEqual([{ phase: 'idle', from: 100 * SECOND, to: 200 * SECOND }, { phase: 'task', from: 300 * SECOND }]);
    expect([50, 150, 250, 350].map((seconds) => scope.phasesAt(seconds * SECOND))).toEqual([undefined, ['idle'], [], ['task']]);
    expect(scope.phasesFrom).toBe(100 * SECOND);
  });

  it('add to the phases of a run sheet, which are known from the beginning', () => {
    const scope = marked({ ...SHEET, phases: [] }, [100, 'start', 'idle']);
    expect(scope.phasesAt(50 * SECOND)).toEqual([]);
    expect(scope.phasesAt(150 * SECOND)).toEqual(['idle']);
  });

  it('change nothing where they say what is so already', () => {
    const scope = marked(SHEET, [1, 'start', 'idle'], [2, 'start', 'idle'], [3, 'end', 'task'], [4, 'end', 'idle'], [5, 'end', 'idle']);
    expect(scope.phases).toEqual([{ phase: 'idle', from: SECOND, to: 4 * SECOND }]);
  });

  it('give another list each time, so that what was remembered of the old one is not taken for the new', () => {
    const scope = marked(SHEET, [1, 'start', 'idle']);
    const before = scope.phases;
    scope.mark({ at: 2 * SECOND, edge: 'end', phase: 'idle' });
    expect(scope.phases).not.toBe(before);
    expect(before).toEqual([{ phase: 'idle', from: SECOND }]);
  });

  it('are unknown for good once somebody marks in words that the policy does not know', () => {
    const scope = marked({ ...SHEET, phases: [{ phase: 'idle', from: 0 }] }, [1, 'start', 'task']);
    scope.forgetPhases();
    scope.mark({ at: 2 * SECOND, edge: 'start', phase: 'idle' });
    expect(scope.phases).toBeUndefined();
    expect(scope.phasesAt(2 * SECOND)).toBeUndefined();
  });
});
