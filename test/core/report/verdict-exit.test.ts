import { describe, expect, it } from 'vitest';
import { type ExitParts, type FailOn, graver, verdictExit } from '../../../src/core/report/verdict-exit.ts';
import { NOTHING_REQUIRED, type Requirements } from '../../../src/core/report/require.ts';
import { claim, entry, finding, sampleParts } from '../../build/sample-report.ts';

const { coverage } = sampleParts();
const CALM: ExitParts = { judged: true, packets: 81_204, lookups: 3, coverage, settings: { phases: [] }, claims: [], entries: [], findings: [] };

function exit(over: Partial<ExitParts>, failOn: FailOn = 'warning', require: Partial<Requirements> = {}): { exit: number; because: string } {
  return verdictExit({ ...CALM, ...over }, { failOn, require: { ...NOTHING_REQUIRED, ...require } });
}

describe('verdictExit', () => {
  it.each<[string, Partial<ExitParts>, FailOn, Partial<Requirements>, number, string]>([
    ['nothing found', {}, 'warning', {}, 0, 'no finding in what was looked at'],
    ['an error', { findings: [finding()] }, 'error', {}, 1, '1 error at or above --fail-on error'],
    ['two severities', { findings: [finding(), finding({ severity: 'warning' })] }, 'warning', {}, 1, '1 error and 1 warning at or above --fail-on warning'],
    ['a warning below the threshold', { findings: [finding({ severity: 'warning' })] }, 'error', {}, 0, '1 open finding, all below --fail-on error'],
    ['a note with --fail-on note', { findings: [finding({ severity: 'note' })] }, 'note', {}, 1, '1 note at or above --fail-on note'],
    ['--fail-on never', { findings: [finding()] }, 'never', {}, 0, '--fail-on never; 1 open finding did not count'],
    ['an accepted finding', { findings: [finding({ standing: 'accepted' })] }, 'warning', {}, 0, 'no open finding; 1 accepted'],
    ['a finding in the baseline', { findings: [finding({ standing: 'baseline' })] }, 'warning', {}, 0, 'no open finding; 1 in the baseline'],
    ['an expired acceptance', { findings: [finding({ standing: 'expired' })] }, 'warning', {}, 1, '1 error at or above --fail-on warning'],
    ['a broken claim that no finding speaks of', { claims: [claim('C12', 'broken', '', '')] }, 'warning', {}, 1, '1 broken claim without a finding at or above --fail-on warning'],
    ['a broken claim that was accepted', { claims: [claim('C12', 'broken', '', '', { accepted: true })] }, 'warning', {}, 0, 'no finding in what was looked at'],
    ['nothing observed', { lookups: 0, coverage: { ...coverage, connections: 0 } }, 'warning', {}, 2, 'nothing was observed: no connection and no lookup in 81,204 packets'],
    ['only a lookup observed', { lookups: 1, coverage: { ...coverage, connections: 0 } }, 'warning', {}, 0, 'no finding in what was looked at'],
    ['no policy', { judged: false }, 'warning', {}, 0, 'no policy was given, so nothing was judged'],
    ['no policy and nothing observed', { judged: false, lookups: 0, coverage: { ...coverage, connections: 0 } }, 'warning', {}, 2, 'nothing was observed'],
    ['too few entries', { entries: [entry('a', 1), entry('b', 2, { standing: 'blocked' })] }, 'warning', { entries: 0.8 }, 2, '1 of 2 (50 %) entries exercised, --require asks for 80 %'],
    ['enough entries, flaky ones counted', { entries: [entry('a', 1), entry('b', 2, { standing: 'flaky' })] }, 'warning', { entries: 1 }, 0, ''],
    ['no entries at all', { entries: [] }, 'warning', { entries: 0.1 }, 2, '0 of 0'],
    ['too few names', {}, 'warning', { named: 0.95 }, 2, '22 of 41 (53 %) connections to public addresses named, --require asks for 95 %'],
    ['a phase that was not recorded', { settings: { phases: [{ phase: 'launch', from: 0 }] } }, 'warning', { phases: ['launch', 'idle'] }, 2, 'no phase idle was recorded'],
    ['an unsettled claim', { claims: [claim('C12', 'not-observable', '', '')] }, 'warning', { claims: ['C12'] }, 2, 'claim C12 is not observable'],
    ['a claim that is not in the policy', {}, 'warning', { claims: ['C99'] }, 2, 'claim C99 is not in the policy'],
    ['a settled claim', { claims: [claim('C12', 'holds', '', '')] }, 'warning', { claims: ['C12'] }, 0, ''],
    ['something broken and too little evidence', { findings: [finding()] }, 'warning', { named: 1 }, 1, '1 error'],
  ])('decides on %s', (_, parts, failOn, require, code, because) => {
    const decided = exit(parts, failOn, require);
    expect(decided.exit).toBe(code);
    expect(decided.because).toContain(because);
  });

  it('says all that is missing, not the first', () => {
    expect(exit({}, 'warning', { named: 1, phases: ['idle'], claims: ['C1'] }).because.split(';')).toHaveLength(3);
  });
});

describe('graver', () => {
  it('ranks 70 > 4 > 3 > 1 > 2 > 5 > 0', () => {
    expect([0, 5, 2, 1, 3, 4, 70].toSorted((a, b) => (graver(a, b) === a ? -1 : 1))).toEqual([70, 4, 3, 1, 2, 5, 0]);
  });

  it('takes a code it does not know for a bug', () => {
    expect(graver(4, 99)).toBe(99);
  });
});
