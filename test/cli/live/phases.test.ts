import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LivePhases } from '../../../src/cli/live/phases.ts';
import { playPhases, readPhasePlan } from '../../../src/cli/live/phase-plan.ts';

const DECLARED = ['launch', 'idle', 'sop-generation', 'update-check'];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function phases(isPlanned: boolean, declared: readonly string[] | null = DECLARED): { readonly live: LivePhases; readonly told: string[] } {
  const told: string[] = [];
  return { live: new LivePhases({ declared: declared ?? undefined, isPlanned, tell: (phase, edge) => told.push(`${edge} ${phase}`) }), told };
}

describe('phases of a live run', () => {
  it('begin and end as they are marked, and a moment does both', () => {
    const { live, told } = phases(false);
    expect(live.mark({ edge: 'start', phase: 'idle' })).toEqual({ done: true, said: 'idle has started', help: '' });
    expect(live.mark({ edge: 'at', phase: 'update-check' })).toEqual({ done: true, said: 'update-check is marked', help: '' });
    expect(live.mark({ edge: 'end', phase: 'idle' })).toEqual({ done: true, said: 'idle has ended', help: '' });
    expect(told).toEqual(['start idle', 'start update-check', 'end update-check', 'end idle']);
  });

  it.each([
    ['a phase that the policy does not declare, with the nearest', { edge: 'start', phase: 'idel' }, { said: 'there is no phase "idel"', help: 'did you mean `idle`?' }],
    ['the end of what is not on, with what is', { edge: 'end', phase: 'idle' }, { said: 'idle is not on', help: 'on: sop-generation' }],
  ] as const)('refuse %s', (_, wish, answer) => {
    const { live, told } = phases(false);
    live.mark({ edge: 'start', phase: 'sop-generation' });
    expect(live.mark(wish)).toEqual({ done: false, ...answer });
    expect(told).toEqual(['start sop-generation']);
  });

  it('take any word where there is no policy, but only words', () => {
    const { live, told } = phases(false, null);
    expect(live.mark({ edge: 'start', phase: 'anything' }).done).toBe(true);
    expect(live.mark({ edge: 'start', phase: 'a\u001b[2J' }).done).toBe(false);
    expect(told).toEqual(['start anything']);
  });

  it('say that a phase was on already, and tell it once', () => {
    const { live, told } = phases(false);
    live.mark({ edge: 'start', phase: 'idle' });
    expect(live.mark({ edge: 'start', phase: 'idle' }).said).toBe('idle was on already');
    expect(told).toEqual(['start idle']);
  });

  it('begin with launch by themselves where they are known from the start, for 30 s', () => {
    const { live, told } = phases(true);
    live.begin();
    vi.advanceTimersByTime(29_999);
    expect(told).toEqual(['start launch']);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['start launch', 'end launch']);
  });

  it('end launch at the first other mark', () => {
    const { live, told } = phases(true);
    live.begin();
    live.mark({ edge: 'start', phase: 'idle' });
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(['start launch', 'end launch', 'start idle']);
  });

  it('leave a launch that was marked by hand to the hand', () => {
    const { live, told } = phases(false);
    live.begin();
    live.mark({ edge: 'start', phase: 'launch' });
    live.mark({ edge: 'start', phase: 'idle' });
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(['start launch', 'start idle']);
  });
});

describe('a plan of phases', () => {
  it('is read in order of time, with comments', () => {
    const { marks, mistakes } = readPhasePlan('# as the script does\n+1.5m end idle\n\n+0s start idle # at once\n+250ms at update-check\n', 'plan', DECLARED);
    expect(mistakes).toEqual([]);
    expect(marks).toEqual([{ after: 0, edge: 'start', phase: 'idle' }, { after: 250, edge: 'at', phase: 'update-check' }, { after: 90_000, edge: 'end', phase: 'idle' }]);
  });

  it('tells every mistake with its place', () => {
    const { mistakes } = readPhasePlan('+0s start idel\n  30s start idle\n+5 start idle\n+-5s start idle\n+1s begin idle\n+900000h at idle\n', 'plan', DECLARED);
    expect(mistakes.map(({ at, message }) => `${at?.line}:${at?.column} ${message}`)).toEqual([
      '1:1 there is no phase "idel"', '2:3 this is no mark', '3:1 this is no mark', '4:1 this is no mark', '5:1 this is no mark', '6:1 this is no mark',
    ]);
  });

  it('is played from its start, until it is stopped', () => {
    const { marks } = readPhasePlan('+0s start idle\n+2s end idle\n+4s start launch', 'plan', DECLARED);
    const told: string[] = [];
    const stop = playPhases(marks, ({ edge, phase }) => told.push(`${edge} ${phase}`));
    vi.advanceTimersByTime(3000);
    stop();
    vi.advanceTimersByTime(3000);
    expect(told).toEqual(['start idle', 'end idle']);
  });
});
