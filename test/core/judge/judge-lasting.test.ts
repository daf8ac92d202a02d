import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import type { ScopeFacts } from '../../../src/core/judge/context.ts';
import { judgeLasting } from '../../../src/core/judge/judge-lasting.ts';
import type { Condition } from '../../../src/core/policy/policy.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import { connection, scope, START, type ConnectionParts } from '../../build/connection.ts';
import { entry, feature, leg, phase, policy } from '../../build/decide-policy.ts';

const at = (second: number) => START + second * SECOND;
const range = (name: string, from: number, to?: number) => ({ phase: name, from: at(from), ...(to !== undefined && { to: at(to) }) });
const either: Condition = { kind: 'any', of: [phase('task'), feature('always-on')] };

const rules = policy([
  { ...entry({ id: 'closing', hosts: ['c.x.io'], when: phase('task') }), closesWithPhase: true },
  { ...entry({ id: 'staying', hosts: ['s.x.io'], when: phase('task') }), closesWithPhase: false },
  { ...entry({ id: 'either', hosts: ['e.x.io'], when: either }), closesWithPhase: true },
  { ...entry({ id: 'by-leg', hosts: ['l.x.io'], legs: [leg('443/tcp'), leg('3478/udp', { when: phase('task') })] }), closesWithPhase: true },
]);

const TASK = { phases: [range('task', 10, 20)] };

/** Opened at 15 s, last packet at `last` seconds. */
function judge(last: number, { entry: id = 'closing', facts = TASK, more = {}, leg: number }: { readonly entry?: string; readonly facts?: Partial<ScopeFacts>; readonly more?: ConnectionParts; readonly leg?: number } = {}): Verdict['kind'] {
  const verdict: Verdict = { kind: 'declared', entry: id, ...(number !== undefined && { leg: number }) };
  return judgeLasting(rules, connection({ second: 15, last: at(last), ...more }), verdict, scope(facts)).kind;
}

/** Opened at 15 s, 100 bytes up before `second`, the rest from then on. */
function late(up: number, second = 55): Verdict['kind'] {
  return judge(second + 1, { more: { up, upBy: [[at(second), 100]] } });
}

describe('judgeLasting', () => {
  it.each<[string, Verdict['kind'], Verdict['kind']]>([
    ['a packet 60 s after the end is in time', judge(80), 'declared'],
    ['a packet later than 60 s after the end is not', judge(80.5), 'outlives-phase'],
    ['an entry that promises no close is left alone', judge(500, { entry: 'staying' }), 'declared'],
    ['a close in time counts, whatever straggles after it', judge(500, { more: { closed: at(70) } }), 'declared'],
    ['a late close is a late packet', judge(500, { more: { closed: at(500) } }), 'outlives-phase'],
    ['a phase that never ends outlasts everything', judge(500, { facts: { phases: [range('task', 10)] } }), 'declared'],
    ['a phase that begins again within the minute goes on', judge(130, { facts: { phases: [range('task', 10, 20), range('task', 75, 90)] } }), 'declared'],
    ['a phase that begins again later does not', judge(130, { facts: { phases: [range('task', 10, 20), range('task', 85, 130)] } }), 'outlives-phase'],
    ['another phase does not carry it', judge(500, { facts: { phases: [range('task', 10, 20), range('idle', 10, 600)] } }), 'outlives-phase'],
    ['an overlapping range of the same phase does', judge(130, { facts: { phases: [range('task', 10, 20), range('task', 18, 100)] } }), 'declared'],
    ['opened within the grace after the phase', judge(500, { more: { opened: at(21) } }), 'outlives-phase'],
    ['opened before the capture is not observable', judge(500, { more: { startSeen: false } }), 'declared'],
    ['without marks nothing is known', judgeLasting(rules, connection({ second: 15, last: at(500) }), { kind: 'declared', entry: 'closing' }, scope()).kind, 'declared'],
    ['a condition that another key keeps alive goes on', judge(500, { entry: 'either', facts: { ...TASK, features: new Set(['always-on']) } }), 'declared'],
    ['a condition that an unknown feature may keep alive is not accused', judge(500, { entry: 'either' }), 'declared'],
    ['a condition whose other key is off ends with the phase', judge(500, { entry: 'either', facts: { ...TASK, features: new Set() } }), 'outlives-phase'],
    ['a phase of the leg ends it', judge(500, { entry: 'by-leg', leg: 1 }), 'outlives-phase'],
    ['a leg without a phase never does', judge(500, { entry: 'by-leg', leg: 0 }), 'declared'],
    ['1024 bytes later than 30 s after the end are no use', late(1124), 'declared'],
    ['more than 1024 bytes are', late(1125), 'used-outside-phase'],
    ['more than 1024 bytes within 30 s are not', late(1125, 49), 'declared'],
    ['use after the phase stands before life after it', judge(500, { more: { up: 9000, upBy: [[at(60), 100]] } }), 'used-outside-phase'],
    ['late use breaks a condition of any entry', judge(75, { entry: 'staying', more: { up: 9000, upBy: [[at(60), 100]] } }), 'used-outside-phase'],
    ['use in a second range of the phase is none after it', judge(110, { more: { up: 9000, upBy: [[at(100), 100]] }, facts: { phases: [range('task', 10, 20), range('task', 100, 120)] }, entry: 'staying' }), 'declared'],
    ['a phase that the leg does not ask for bears on nothing', judge(500, { entry: 'by-leg', leg: 0, more: { up: 9000 } }), 'declared'],
  ])('%s', (_, kind, expected) => {
    expect(kind).toBe(expected);
  });

  it('says that it does not know what was sent after the phase, rather than accuse or acquit', () => {
    const verdict: Verdict = { kind: 'declared', entry: 'staying', conditionUnknown: ['feature:x'] };
    const found = judgeLasting(rules, connection({ second: 15, last: at(75), up: 9000 }), verdict, scope(TASK));
    expect(found).toEqual({ ...verdict, conditionUnknown: ['feature:x', 'bytes up after the phase'] });
  });

  it('leaves verdicts other than declared as they are', () => {
    const verdict: Verdict = { kind: 'wrong-phase', entry: 'closing' };
    expect(judgeLasting(rules, connection({ second: 15, last: at(500) }), verdict, scope(TASK))).toBe(verdict);
  });

  it('says what was expected and keeps the entry', () => {
    expect(judgeLasting(rules, connection({ second: 15, last: at(500) }), { kind: 'declared', entry: 'closing', by: 'wildcard' }, scope(TASK))).toEqual({
      kind: 'outlives-phase',
      entry: 'closing',
      by: 'wildcard',
      reason: 'closed within 60 s of the end of its phase',
    });
  });
});
