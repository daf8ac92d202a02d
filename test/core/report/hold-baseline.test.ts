import { describe, expect, it } from 'vitest';
import { readBaseline } from '../../../src/core/policy/read-baseline.ts';
import { holdAgainst, heldLines } from '../../../src/core/report/hold-baseline.ts';
import { PLAIN_LOOK } from '../../../src/core/report/layout/look.ts';
import type { SavedFinding } from '../../../src/core/report/saved-report.ts';
import { baselineText } from '../../../src/core/report/write-baseline.ts';
import { claim, finding, saved as report } from '../../build/saved-report.ts';

const POLICY = { name: 'P', sha256: '7'.repeat(64) };
const print = (digit: string): string => digit.repeat(32);
const known = [finding({ fingerprint: print('1'), severity: 'warning' }), finding({ fingerprint: print('2'), severity: 'error' })];

function held(findings: readonly SavedFinding[], failOn: 'error' | 'warning' | 'note' | 'never' = 'warning') {
  const { baseline } = readBaseline(baselineText([report({ findings: known })], POLICY, '1').text, 'b.yaml', new Set(['undeclared-host']));
  if (baseline === undefined) throw new Error('the baseline of the test does not read');
  const result = holdAgainst(baseline, [report({ findings, claims: [claim({ id: 'C9', verdict: 'broken' })] })], POLICY, failOn);
  return { ...result, page: [...heldLines(result, baseline, PLAIN_LOOK)].join('\n') };
}

describe('findings held against a baseline', () => {
  it.each<[what: string, findings: readonly SavedFinding[], exit: number, news: number, gone: number]>([
    ['are nothing new when all are known', known, 0, 0, 0],
    ['are gone when they do not come up', known.slice(0, 1), 0, 0, 1],
    ['are new when the baseline has them not', [...known, finding({ fingerprint: print('3') })], 1, 1, 0],
    ['are new when they became graver', [finding({ fingerprint: print('1'), severity: 'error' })], 1, 1, 1],
    ['are known when they became milder', [finding({ fingerprint: print('2'), severity: 'note' })], 0, 0, 1],
    ['are open when their acceptance has expired, baseline or not', [finding({ fingerprint: print('2'), standing: 'expired' })], 1, 1, 1],
    ['do not count when the policy accepts them', [finding({ fingerprint: print('3'), standing: 'accepted' })], 0, 0, 2],
    ['are new by their own fingerprint when a report had another baseline', [finding({ fingerprint: print('3'), standing: 'baseline' })], 1, 1, 2],
    ['below --fail-on are told and do not fail', [...known, finding({ fingerprint: print('3'), severity: 'note' })], 0, 1, 0],
  ])('%s', (_, findings, exit, news, gone) => {
    const result = held(findings);
    expect([result.exit, result.news.length, result.use.gone.length]).toEqual([exit, news, gone]);
    expect(result.page).toContain(`Exit ${exit}: `);
    expect(result.page.includes('did not come up')).toBe(gone > 0);
  });

  it('never make a claim whole', () => expect(held(known).page).toContain('1 claim is broken, whatever the baseline says: C9.'));
  it('fail nothing with --fail-on never', () => expect(held([finding({ fingerprint: print('3') })], 'never')).toMatchObject({ exit: 0, because: expect.stringContaining('--fail-on never') }));
  it('of an empty recording are not enough evidence', () => {
    const { baseline } = readBaseline(baselineText([report({ findings: known })], POLICY, '1').text, 'b.yaml', new Set(['undeclared-host']));
    expect(baseline && holdAgainst(baseline, [report({ summary: { connections: 0, lookups: 0 } })], POLICY, 'warning').exit).toBe(2);
  });
});
