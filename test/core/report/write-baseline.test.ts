import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBaseline } from '../../../src/core/policy/read-baseline.ts';
import { baselineText } from '../../../src/core/report/write-baseline.ts';
import { finding, saved as report } from '../../build/saved-report.ts';

const POLICY = { name: 'A "policy": # with signs', sha256: '7'.repeat(64) };
const RULES = new Set(['undeclared-host', 'telemetry-host']);
const print = (digit: string): string => digit.repeat(32);

describe('a written baseline', () => {
  it('holds open findings and those of an earlier baseline, not accepted or expired ones', () => {
    const findings = (['open', 'accepted', 'expired', 'baseline'] as const).map((standing, at) => finding({ standing, fingerprint: print(String(at)) }));
    const { text, findings: number, expired } = baselineText([report({ findings })], POLICY, '1.2.3');
    expect([...(readBaseline(text, 'b.yaml', RULES).baseline?.findings.keys() ?? [])]).toEqual([print('0'), print('3')]);
    expect([number, expired.map(({ fingerprint }) => fingerprint)]).toEqual([2, [print('2')]]);
  });

  it('has one row for a finding of several reports, with the gravest severity and the counts added', () => {
    const [one, other] = [report({ findings: [finding({ severity: 'warning', evidenceCount: 2 })] }), report({ findings: [finding({ severity: 'error', evidenceCount: 3 })] })];
    const { baseline } = readBaseline(baselineText([one, other], POLICY, '1').text, 'b.yaml', RULES);
    expect([...(baseline?.findings.values() ?? [])]).toMatchObject([{ severity: 'error', count: 5 }]);
  });

  it('names the last packet of all recordings and never a clock', () => {
    const inputs = ['2026-01-01T00:00:00.000000Z', '2026-03-01T00:00:00.000000Z'].map((last) => ({ path: 'x', packets: 1, last, scope: 'app' as const }));
    expect(baselineText([report({ inputs })], POLICY, '1').text).toContain('recorded: "2026-03-01T00:00:00.000000Z"');
    expect(baselineText([report({ inputs: [] })], POLICY, '1').text).not.toContain('recorded');
  });

  it('is the same whatever the order of reports and findings', () => {
    const findings = ['c', 'a', 'b'].map((digit) => finding({ subject: `${digit}.example:443/tcp`, fingerprint: print(digit) }));
    const text = baselineText([report({ findings })], POLICY, '1').text;
    expect(baselineText([report({ findings: findings.toReversed() })], POLICY, '1').text).toBe(text);
    expect([...text.matchAll(/(\w)\.example/g)].map(([, digit]) => digit)).toEqual(['a', 'b', 'c']);
  });

  it('reads back what strangers chose, whatever it is, and shows no control of theirs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 20 }), (subject, component) => {
        const { text } = baselineText([report({ findings: [finding({ subject, component })] })], POLICY, '1');
        // oxlint-disable-next-line no-control-regex -- controls are what must not be there
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        const { baseline, mistakes } = readBaseline(text, 'b.yaml', RULES);
        expect(mistakes).toEqual([]);
        expect([...(baseline?.findings.values() ?? [])]).toMatchObject([{ subject, component }]);
        expect(baseline?.policy.name).toBe(POLICY.name);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
