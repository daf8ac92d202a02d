/** What every format says of a report that was held against a baseline. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../../src/core/policy/baseline.ts';
import { buildReport, type ReportParts } from '../../../src/core/report/build.ts';
import { FORMATS } from '../../../src/core/report/formats/index.ts';
import { PLAIN_LOOK } from '../../../src/core/report/layout/look.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { HOSTILE_NAMES } from '../../build/hostile-names.ts';
import { claim, finding, NO_WISH, sampleParts } from '../../build/sample-report.ts';

// oxlint-disable-next-line no-control-regex -- controls are what must not be there
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
const POLICY = { name: 'MultiClaw desktop app and gateway', sha256: '77'.repeat(32) };
const GONE = { fingerprint: '9'.repeat(32), rule: 'undeclared-host', severity: 'error', subject: 'old.example:443/tcp', component: 'desktop', count: 3 } as const;
const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8')));

function baseline(over: Partial<Baseline> = {}): Baseline {
  const at = { file: 'b.yaml', line: 5, column: 9 };
  return { file: 'b.yaml', sha256: 'ab'.repeat(32), policy: { ...POLICY, at }, recorded: '2026-03-30T10:00:00.000000Z', findings: new Map([[GONE.fingerprint, GONE]]), ...over };
}

/** One error in the baseline that breaks one claim; `over` adds to it. */
function report(over: Partial<ReportParts> = {}): Report {
  const known = finding({ standing: 'baseline', inBaseline: 'error', claims: ['C13'] });
  const broken = claim('C13', 'broken', 'No telemetry', 'broken (baseline): 1 finding of telemetry-host', { baseline: true, findings: [known.fingerprint] });
  return buildReport(sampleParts({ findings: [known], claims: [broken], entries: [], baseline: baseline(), ...over }), NO_WISH);
}

function render(format: string, of: Report): string {
  const found = FORMATS.get(format);
  return found?.kind === 'report' ? [...found.render(of, PLAIN_LOOK, '')].join('').replaceAll(/\s+/g, ' ') : '';
}

describe('a report with all its findings in the baseline', () => {
  it('passes, and its claims stay broken', () => {
    const { summary, claims } = report();
    expect(summary).toMatchObject({ exit: 0, because: 'no open finding; 1 in the baseline', findings: { error: 0, accepted: 0, baseline: 1 }, claims: { broken: 1 } });
    expect(claims).toMatchObject([{ verdict: 'broken', baseline: true }]);
  });

  it.each<[format: string, said: readonly string[]]>([
    ['text', ['BROKEN (BASELINE)', 'baseline b.yaml: 1 finding known by 2026-03-30', '1 finding in the baseline: telemetry-host; not counted in the exit code', 'No telemetry (baseline)', '1 of the 1 finding in b.yaml did not come up here: undeclared-host old.example:443/tcp (desktop)']],
    ['markdown', ['## egret: BROKEN (BASELINE)', 'Baseline `b.yaml`: 1 finding known', '**broken** (baseline)', 'in the baseline', 'did not come up here']],
    ['junit', ['<property name="baseline" value="b.yaml: 1 finding known by 2026-03-30"/>', 'In the baseline, so it passes here; the claim stays broken.', 'failures="0"', 'did not come up here']],
    ['github', ['no open findings, 1 in the baseline, in', 'did not come up here']],
    ['sarif', ['"baselineState":"unchanged"', '"justification":"It stands in the baseline."', '"id":"baseline-gone"']],
    ['json', ['"baseline":1', '"gone":[{"fingerprint":"99999999999999999999999999999999"', '"standing":"baseline","inBaseline":"error"']],
  ])('says so as %s', (format, said) => {
    const page = render(format, report());
    expect(said.filter((part) => !page.includes(part))).toEqual([]);
  });
});

describe('a baseline', () => {
  it.each<[unlike: string, policy: Partial<typeof POLICY>, said: string]>([
    ['another text', { sha256: '11'.repeat(32) }, 'WRITTEN UNDER ANOTHER TEXT OF THE POLICY (sha256 111111111111…)'],
    ['another policy', { name: 'Other' }, 'WRITTEN UNDER ANOTHER POLICY (Other, sha256 777777777777…)'],
  ])('of %s is told in every format for people and machines', (_, policy, said) => {
    const of = report({ baseline: baseline({ policy: { ...POLICY, ...policy, at: { file: 'b.yaml', line: 5, column: 9 } } }) });
    expect(['text', 'markdown', 'junit', 'github', 'sarif'].filter((format) => !render(format, of).includes(said))).toEqual([]);
    expect(render('json', of)).toMatch(/"unlike":"(?:text|name)"/);
  });

  it.each<[state: string, over: Parameters<typeof finding>[0]]>([
    ['new', { standing: 'open' }],
    ['updated', { standing: 'open', inBaseline: 'warning' }],
    ['unchanged', { standing: 'accepted', inBaseline: 'error', acceptance: { reason: 'r', until: '2027-01-01' } }],
  ])('makes a result of SARIF %s', (state, over) => {
    expect(render('sarif', report({ findings: [finding(over)], claims: [] }))).toContain(`"baselineState":"${state}"`);
  });

  it('leaves its field out of SARIF, and its place out of JSON, when there is none', () => {
    const of = buildReport(sampleParts(), NO_WISH);
    expect([render('sarif', of).includes('baselineState'), render('json', of).includes('"baseline": {')]).toEqual([false, false]);
  });

  it('that has a finding as less grave leaves it open, and says so', () => {
    const of = report({ findings: [finding({ standing: 'open', inBaseline: 'warning' })], claims: [] });
    expect([of.summary.exit, render('text', of)]).toEqual([1, expect.stringContaining('The baseline has it as warning only.')]);
  });

  it('settles a breach that breaks no claim without calling anything whole', () => {
    expect(render('text', report({ claims: [] }))).toContain('BROKEN (BASELINE)');
    expect(render('text', report({ claims: [], findings: [finding({ standing: 'baseline', severity: 'note', inBaseline: 'note' })] }))).toContain('NOTHING BROKEN');
  });

  it('fits the schema of reports', () => {
    validate(JSON.parse(render('json', report())));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each(Object.entries(HOSTILE_NAMES))('with %s in a row that is gone shows no control of it', (_, name) => {
    const of = report({ baseline: baseline({ findings: new Map([['8', { ...GONE, fingerprint: '8', subject: name }]]) }) });
    expect(['text', 'markdown', 'junit', 'github', 'sarif', 'json'].filter((format) => CONTROLS.test(render(format, of)))).toEqual([]);
  });
});
