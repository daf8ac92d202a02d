import { describe, expect, it } from 'vitest';
import { judgeNames } from '../../../src/core/judge/judge-names.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import { connection } from '../../build/connection.ts';

const VERDICTS: Readonly<Record<string, Verdict>> = {
  good: { kind: 'declared', entry: 'good', name: 'good' },
  fine: { kind: 'declared', entry: 'fine', name: 'fine', conditionUnknown: ['feature:x'] },
  bad: { kind: 'undeclared', name: 'bad' },
  off: { kind: 'feature-off', name: 'off' },
  evil: { kind: 'forbidden', name: 'evil' },
};

const AMBIGUOUS: Verdict = { kind: 'cannot-judge', reason: 'ambiguous-name' };

describe('judgeNames', () => {
  it.each<[string, string[], Partial<Verdict>]>([
    ['one name decides', ['sni good'], { name: 'good' }],
    ['the worst of CONNECT and SNI counts', ['connect good', 'sni bad'], { kind: 'undeclared', name: 'bad' }],
    ['the worst of SNI and Host counts', ['sni evil', 'host good'], { kind: 'forbidden', name: 'evil' }],
    ['the doubtful one of two declared names counts', ['connect good', 'sni fine'], { name: 'fine' }],
    ['DNS candidates that are all declared are declared', ['dns good', 'dns fine'], { kind: 'declared', name: 'fine' }],
    ['DNS candidates that differ cannot be judged', ['dns good', 'dns bad'], AMBIGUOUS],
    ['DNS candidates that are all breaches prove the mildest', ['dns evil', 'dns off', 'dns bad'], { kind: 'feature-off', name: 'off' }],
    ['a single DNS candidate decides', ['dns bad'], { kind: 'undeclared', name: 'bad' }],
    ['a stale candidate is asked only when none is alive', ['stale bad', 'dns good'], { kind: 'declared', name: 'good' }],
    ['stale candidates stand in', ['stale bad', 'stale good'], AMBIGUOUS],
    ['an SNI among the candidates settles them', ['sni good', 'dns good', 'dns bad'], { kind: 'declared', name: 'good' }],
    ['an SNI beside candidates of which one would do stands', ['sni good', 'dns fine', 'dns bad'], { kind: 'declared', name: 'good' }],
    ['an SNI that DNS contradicts with breaches only proves nothing', ['sni good', 'dns bad'], AMBIGUOUS],
    ['an undeclared SNI needs no DNS', ['sni bad', 'dns good'], { kind: 'undeclared', name: 'bad' }],
    ['the outer name of ECH admits nothing', ['outer good'], { kind: 'cannot-judge', reason: 'ech' }],
    ['the outer name of ECH does not accuse', ['outer bad', 'dns good'], { kind: 'declared', name: 'good' }],
    ['a forbidden outer name is contacted all the same', ['outer evil', 'dns good'], { kind: 'forbidden', name: 'evil' }],
  ])('%s', (_, names, expected) => {
    expect(judgeNames(connection({ names }).names, (name) => VERDICTS[name] ?? { kind: 'unjudged' })).toMatchObject(expected);
  });
});
