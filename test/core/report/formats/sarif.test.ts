/**
 * SARIF against our own closed schema (test/build/sarif-schema.ts), since the
 * standard's own is not ours to ship; places, fingerprints, limits and hostile
 * text; and two recorded stories as goldens (`UPDATE=1` rewrites them).
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { wireText } from '../../../../src/core/base/wire-text.ts';
import { RULE_IDS } from '../../../../src/core/judge/explain.ts';
import type { Finding } from '../../../../src/core/judge/finding.ts';
import { buildReport, type ReportParts } from '../../../../src/core/report/build.ts';
import { sarif } from '../../../../src/core/report/formats/sarif.ts';
import { pathUri } from '../../../../src/core/report/formats/sarif/text.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { runEgret } from '../../../build/file-world.ts';
import { HOSTILE_NAMES } from '../../../build/hostile-names.ts';
import { claim, finding, input, NO_WISH, sampleParts } from '../../../build/sample-report.ts';
import { SARIF_SCHEMA } from '../../../build/sarif-schema.ts';
import { ROOT } from '../../../source-tree.ts';

const validate = new Ajv({ strict: true, allErrors: true }).compile(SARIF_SCHEMA);
const POLICY = { path: 'policies/multiclaw.yaml', sha256: '0'.repeat(64), name: 'sample' };

const Region = z.object({ startLine: z.number(), startColumn: z.number() });
const Result = z.object({
  ruleId: z.string(),
  ruleIndex: z.number().optional(),
  level: z.string(),
  message: z.object({ text: z.string() }),
  locations: z.array(z.object({ physicalLocation: z.object({ artifactLocation: z.object({ uri: z.string() }), region: Region }) })),
  partialFingerprints: z.record(z.string(), z.string()),
  suppressions: z.array(z.object({ justification: z.string() })),
  properties: z.object({ subject: z.string().optional() }),
});
const Run = z.object({
  tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string(), properties: z.object({ precision: z.string().optional() }) })) }) }),
  automationDetails: z.object({ id: z.string() }),
  invocations: z.array(z.object({ executionSuccessful: z.boolean(), exitCode: z.number(), exitCodeDescription: z.string(), toolExecutionNotifications: z.array(z.object({ descriptor: z.object({ id: z.string() }), level: z.string(), message: z.object({ text: z.string() }) })) })),
  artifacts: z.array(z.object({ location: z.object({ uri: z.string().optional() }) })),
  results: z.array(Result),
});
const Log = z.object({ runs: z.tuple([Run]) });

function render(over: Partial<ReportParts> = {}, cwd = ''): string {
  return [...sarif.render(buildReport(sampleParts(over), NO_WISH), PLAIN_LOOK, cwd)].join('');
}

function runOf(page: string): z.infer<typeof Run> {
  return Log.parse(JSON.parse(page)).runs[0];
}

function mistakes(page: string): unknown {
  validate(JSON.parse(page));
  return validate.errors ?? [];
}

/** The one result of a report with this finding alone. */
function resultOf(over: Partial<Finding>, parts: Partial<ReportParts> = {}): z.infer<typeof Result> {
  const [only, ...others] = runOf(render({ claims: [], findings: [finding(over)], ...parts })).results;
  expect(others).toEqual([]);
  return Result.parse(only);
}

function placeOf({ locations }: z.infer<typeof Result>): string {
  return locations.map(({ physicalLocation: { artifactLocation, region } }) => `${artifactLocation.uri}:${region.startLine}:${region.startColumn}`).join(' ');
}

const idOf = (over: Partial<ReportParts>, cwd = '/home/user'): string => runOf(render(over, cwd)).automationDetails.id;
/** What stands before the last slash. */
const category = (id: string): string => id.slice(0, id.lastIndexOf('/'));
const many = (number: number, over: Partial<Finding> = {}): Finding[] => Array.from({ length: number }, (_, at) => finding({ fingerprint: String(at), subject: `h${at}`, ...over }));
const limited = (page: string): string[] => runOf(page).invocations.flatMap(({ toolExecutionNotifications }) => toolExecutionNotifications.filter(({ descriptor }) => descriptor.id === 'results-limited').map(({ message }) => message.text));

describe('the SARIF report', () => {
  it('matches the schema with everything in it', () => expect(mistakes(render())).toEqual([]));
  it('matches the schema with nothing in it', () => {
    expect(mistakes(render({ inputs: [], claims: [], entries: [], findings: [], destinations: [], lookups: [], blindSpots: [] }))).toEqual([]);
  });

  it('is refused by the schema once a level, a place or a fingerprint is wrong', () => {
    const page = render();
    for (const [right, wrong] of [['"level":"error","message"', '"level":"fatal","message"'], ['"startLine":118', '"startLine":0'], ['"egret/v1":', '"egret/v2":'], ['policies/multiclaw.yaml"},"region"', '/\\u0020a"},"region"']] as const) {
      expect(page).toContain(right);
      expect(mistakes(page.replace(right, wrong))).not.toEqual([]);
    }
  });

  it('lists all rules, and each result points at its own', () => {
    const { tool, results } = runOf(render({ findings: [finding(), finding({ rule: 'undeclared-host', fingerprint: 'x' })] }));
    expect(tool.driver.rules.map(({ id }) => id)).toEqual([...RULE_IDS, 'broken-claim']);
    expect(results.map(({ ruleIndex = -1 }) => tool.driver.rules[ruleIndex]?.id)).toEqual(results.map(({ ruleId }) => ruleId));
  });

  it('gives a rule the precision of the least sure of its findings, and none to a rule that found nothing', () => {
    const { rules } = runOf(render({ findings: [finding({ confidence: 'high' }), finding({ confidence: 'low', fingerprint: 'x' })] })).tool.driver;
    expect(rules.find(({ id }) => id === 'telemetry-host')?.properties.precision).toBe('low');
    expect(rules.find(({ id }) => id === 'wrong-port')?.properties).not.toHaveProperty('precision');
  });

  it.each(['error', 'warning', 'note'] as const)('gives severity %s as the level of that name', (severity) => expect(resultOf({ severity }).level).toBe(severity));

  it('says first what was seen, then what to do', () => expect(resultOf({ seen: 'It spoke.', do: 'Ask it.' }).message.text).toBe('It spoke.\n\nAsk it.'));

  it('cuts what was seen before it cuts what to do', () => {
    const { text } = resultOf({ seen: 's'.repeat(5000), do: 'd'.repeat(700) }).message;
    expect(text).toHaveLength(1024);
    expect(text).toMatch(/^s+…\n\nd{700}$/);
  });

  it('is marked by its own fingerprint, so that two findings of one line stay apart', () => {
    const { results } = runOf(render({ claims: [], findings: [finding({ fingerprint: 'aa' }), finding({ fingerprint: 'bb' })] }));
    expect(new Set(results.map(placeOf)).size).toBe(1);
    expect(results.map(({ partialFingerprints }) => partialFingerprints)).toEqual(['aa', 'bb'].map((print) => ({ primaryLocationLineHash: print, 'egret/v1': print })));
  });

  it('suppresses what is accepted, with its reason, and nothing else', () => {
    const acceptance = { reason: 'a dictionary', until: '2027-01-31', owner: 'it-sec' };
    expect(resultOf({ standing: 'accepted', acceptance }).suppressions).toEqual([{ justification: 'a dictionary (until 2027-01-31, it-sec)' }]);
    expect(resultOf({ standing: 'baseline' }).suppressions).toEqual([{ justification: 'It stands in the baseline.' }]);
    expect(resultOf({}).suppressions).toEqual([]);
    const expired = resultOf({ standing: 'expired', acceptance });
    expect(expired.suppressions).toEqual([]);
    expect(expired.message.text).toContain('expired on 2027-01-31');
  });

  it('tells a broken claim that no finding explains, at its own line', () => {
    const [only] = runOf(render({ findings: [], claims: [claim('C13', 'broken', 'no telemetry', 'it was sent 18 kB')] })).results;
    expect([only?.ruleId, only?.message.text, only === undefined ? '' : placeOf(only)]).toEqual(['broken-claim', 'Claim C13 is broken: it was sent 18 kB', 'policies/multiclaw.yaml:213:5']);
  });

  it('gives blind spots as notifications, graver where they take needs away, and the exit code with its reason', () => {
    const [invocation] = runOf(render()).invocations;
    expect(invocation?.toolExecutionNotifications.map(({ descriptor, level }) => [descriptor.id, level])).toEqual([['frame-snapped', 'note'], ['stream-gap', 'warning']]);
    expect(invocation).toMatchObject({ executionSuccessful: true, exitCode: 1, exitCodeDescription: expect.stringContaining('--fail-on warning') });
  });

  it('names a file once, however often it was given', () => {
    const page = render({ inputs: [input(), input(), input({ path: '-' })] });
    expect(mistakes(page)).toEqual([]);
    expect(runOf(page).artifacts.map(({ location }) => location.uri)).toEqual(['policies/multiclaw.yaml', 'capture.pcapng', undefined]);
  });

  it('gives equal bytes for equal reports, in pieces of one result each', () => {
    expect(render()).toBe(render());
    const report = buildReport(sampleParts(), NO_WISH);
    const pieces = [...sarif.render(report, PLAIN_LOOK)];
    expect(pieces.filter((piece) => piece.includes('"partialFingerprints"')).map((piece) => piece.split('"ruleId"').length - 1)).toEqual(report.findings.map(() => 1));
  });
});

describe('the place of a result', () => {
  const broken = [claim('C12', 'holds', 't', 'r'), claim('C13', 'broken', 't', 'r', { findings: ['f'] })];

  it.each([
    ['the line the finding speaks of', ['C13'], true, 'policies/multiclaw.yaml:118:5'],
    ['else the first claim that it breaks', ['C12', 'C13'], false, 'policies/multiclaw.yaml:213:5'],
    ['else the first line of the policy', ['C12'], false, 'policies/multiclaw.yaml:1:1'],
  ])('is %s', (_, claims, speaks, place) => {
    const { policyAt, ...bare } = finding({ claims, fingerprint: 'f' });
    const placed = { ...bare, ...(speaks && policyAt !== undefined ? { policyAt } : {}) };
    expect(placeOf(Result.parse(runOf(render({ policy: POLICY, claims: broken, findings: [placed] })).results[0]))).toBe(place);
  });

  it.each([
    ['a file beside', 'policy.yaml', 'policy.yaml'],
    ['a file named from here', './policies/a.yaml', 'policies/a.yaml'],
    ['an absolute name inside', '/home/user/app/policies/a.yaml', 'policies/a.yaml'],
    ['an absolute name outside, as it was named', '/home/user/app2/a.yaml', '/home/user/app2/a.yaml'],
    ['a folder above, as it was named', '../a.yaml', '../a.yaml'],
    ['two slashes, which would name a host', '//evil.example/a.yaml', '/evil.example/a.yaml'],
    ['a colon, which would name a scheme', 'javascript:alert(1)', 'javascript%3Aalert(1)'],
    ['spaces, signs and letters beyond ASCII', 'my policies/100%#1?/ü.yaml', 'my%20policies/100%25%231%3F/%C3%BC.yaml'],
    ['a backslash in a name', 'a\\b.yaml', 'a%5Cb.yaml'],
    ['a lone surrogate', 'a\ud800.yaml', 'a%EF%BF%BD.yaml'],
    ['no name', '', '.'],
  ])('has a relative address for %s', (_, named, uri) => expect(pathUri(named, '/home/user/app')).toBe(uri));

  it('separates by slashes where the working directory is of Windows', () => {
    expect(pathUri('C:\\work\\policies\\a.yaml', 'C:\\work')).toBe('policies/a.yaml');
    expect(pathUri('.\\policies\\a.yaml', 'C:\\work')).toBe('policies/a.yaml');
  });
});

describe('the category', () => {
  it('names policy and recording', () => expect(category(idOf({}))).toBe('egret/policies-multiclaw.yaml/capture.pcapng'));
  it('stays when a recording is made again, while the run changes', () => {
    const [one, other] = [idOf({}), idOf({ inputs: [input({ sha256: 'f'.repeat(64) })] })];
    expect([category(one), one === other]).toEqual([category(other), false]);
  });
  it('differs between sets of recordings', () => {
    const sets = [['a'], ['b'], ['a', 'b'], ['a', 'c']].map((paths) => category(idOf({ inputs: paths.map((name) => input({ path: name })) })));
    expect(new Set(sets).size).toBe(4);
  });
  it('holds no folder of the machine', () => {
    expect(idOf({ inputs: [input({ path: '/tmp/build-71/a.pcap' })] })).not.toContain('build-71');
    expect(category(idOf({ inputs: [input({ path: '/home/user/r/a.pcap' })] }))).toBe('egret/policies-multiclaw.yaml/r-a.pcap');
  });
});

describe('the limits of GitHub', () => {
  it('are not spoken of at 5,000 results', () => expect(limited(render({ claims: [], findings: many(5000) }))).toEqual([]));
  it('are said from 5,001 results on', () => {
    expect(limited(render({ claims: [], findings: many(5001) }))).toEqual(['5,001 results. GitHub shows the gravest 5,000; --format json lists all.']);
  });
  it('leave out the settled first and say how many', () => {
    const page = render({ claims: [], findings: [...many(3, { standing: 'accepted' }), ...many(24_999, { severity: 'note' })] });
    const { results } = runOf(page);
    expect(limited(page)[0]).toContain('25,002 results. The last 2 are left out here');
    expect([results.length, results.filter(({ suppressions }) => suppressions.length > 0).length]).toEqual([25_000, 1]);
  });
  it('hold for a full file too: 25,000 names as long and as random as names can be stay below 10 MB when compressed', () => {
    const findings = Array.from({ length: 25_000 }, (_, at) => {
      const host = random(String(at));
      const fingerprint = createHash('sha256').update(host).digest('hex').slice(0, 32);
      return finding({ fingerprint, subject: `${host}:443/tcp`, seen: `The app connected to ${host}:443/tcp (tls, ${random(`${at}/`).slice(0, 80)}).`, do: `Add under \`connections:\`: - { id: ${host.replaceAll('.', '-')}, host: "${host}" }` });
    });
    const page = Buffer.from(render({ claims: [], findings }));
    expect(page.toString('latin1').split('"ruleId":').length - 1).toBe(25_000);
    expect(gzipSync(page).length).toBeLessThan(10_000_000);
  });
});

describe('hostile text', () => {
  it.each(Object.entries(HOSTILE_NAMES))('leaves %s a text: valid, visible, without a link', (_, name) => {
    const page = render({
      inputs: [input({ path: name })],
      policy: { ...POLICY, path: name, name },
      findings: [finding({ subject: name, component: name, seen: `it spoke to ${name}`, why: name, do: name, sure: name, policyAt: { file: name, line: 1, column: 1 } }), finding({ fingerprint: 'x', standing: 'accepted', acceptance: { reason: name, until: name, owner: name } })],
      claims: [claim('C1', 'broken', name, name)],
      blindSpots: [{ code: name, count: 1, text: name, lowers: [name] }],
    });
    expect(mistakes(page)).toEqual([]);
    const said = runOf(page).results.map(({ message }) => message.text).join('');
    expect(said).not.toMatch(/\]\(|[^\P{C}\n\ufffe\uffff]/u);
  });

  it('keeps a name readable', () => expect(resultOf({ seen: 'to [x](javascript:1)', subject: wireText('a\u202eb') })).toMatchObject({ message: { text: expect.stringContaining('to [x] (javascript:1)') }, properties: { subject: 'a\\u{202e}b' } }));
});

describe.each(['telemetry', 'updater-blocked-ws-refused'])('the story %s', async (story) => {
  const { files, exit } = await runEgret(['audit', `fixtures/recordings/${story}/capture.pcapng`, '-p', 'policies/multiclaw.yaml', '-q', '--format', 'sarif=egret.sarif']);
  const page = files.get('egret.sarif') ?? '';
  const policy = readFileSync(path.join(ROOT, 'policies/multiclaw.yaml'), 'utf8').split('\n');
  const golden = path.join(ROOT, `fixtures/reports/${story}.sarif`);

  it('gives the golden file', () => {
    if (process.env['UPDATE'] === '1') writeFileSync(golden, page);
    expect(page).toBe(existsSync(golden) ? readFileSync(golden, 'utf8') : '');
  });
  it('matches the schema and says how the audit ended', () => {
    expect(mistakes(page)).toEqual([]);
    expect(runOf(page).invocations.map(({ exitCode }) => exitCode)).toEqual([exit]);
  });
  it('points at the lines of the policy that a person would look at', () => {
    const { results } = runOf(page);
    for (const [named, line] of LINES[story] ?? []) {
      const found = results.find(({ ruleId, properties }) => `${ruleId} ${properties.subject ?? ''}` === named);
      const { startLine = 0, startColumn = 1 } = found?.locations[0]?.physicalLocation.region ?? {};
      expect([named, policy[startLine - 1]?.slice(startColumn - 1)]).toEqual([named, expect.stringMatching(line)]);
    }
  });
});

/** By hand: what stands where a result points. */
const LINES: Readonly<Record<string, readonly (readonly [string, RegExp])[]>> = {
  telemetry: [
    ['telemetry-host o4505.ingest.sentry.io:443/tcp', /^\{ id: C12, text: "The tables list every external host/],
    ['telemetry-host stats.pusher.com:443/tcp', /^id: pusher$/],
    ['tables-disagree firewall-table: *.multiclaw.io', /^\{ name: MultiClaw Cloud .* host: "\*\.multiclaw\.io"/],
  ],
  'updater-blocked-ws-refused': [
    ['blocked-required cloud-websocket', /^id: cloud-websocket$/],
    ['tables-disagree firewall-table: www.google.com', /^id: favicon$/],
  ],
};

/** A name of full length in which nothing repeats. */
function random(seed: string): string {
  return ['a', 'b', 'c', 'd', 'e', 'f'].map((part) => createHash('sha256').update(seed + part).digest('base64url')).join('.').slice(0, LONGEST_NAME);
}

/** Octets of a host name at most (RFC 1035 §2.3.4), without the root's. */
const LONGEST_NAME = 253;
