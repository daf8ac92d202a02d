/**
 * The stories with a DPI box on the path: what egret says of each host that the
 * box opened stands as a table in docs/stories.md and is generated here
 * (`UPDATE=1` rewrites it), so that the page cannot drift from the product.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runEgret } from './build/file-world.ts';
import { stories, STORY_POLICY, type Story } from './build/stories.ts';
import { ROOT } from './source-tree.ts';

interface JsonReport {
  readonly findings: readonly { readonly rule: string; readonly subject: string; readonly severity: string; readonly seen: string }[];
  readonly destinations: readonly { readonly name?: string; readonly outcomes: Readonly<Record<string, number>>; readonly tls?: { readonly version: readonly string[]; readonly chain?: readonly unknown[] } }[];
  readonly inspected?: readonly { readonly host?: string; readonly breaks: readonly { readonly what: string; readonly sure: string }[] }[];
  readonly claims: readonly { readonly id: string; readonly verdict: string; readonly reason: string }[];
}

interface Inspected {
  readonly story: Story;
  readonly hosts: readonly string[];
  readonly box: string;
}

const PAGE = path.join(ROOT, 'docs/stories.md');
const MARKS = ['<!-- generated: inspected hosts -->\n', '<!-- end of generated -->'] as const;
const BOXES: Readonly<Record<string, string>> = {
  'mitm-proxy': 'http-mitm-proxy on the path',
  'explicit-proxy': 'http-mitm-proxy as the app\'s proxy',
  're-signer': 're-signer on the path',
};
const inspected = stories().flatMap(boxOf);

it('stories with a DPI box are recorded', () => expect(inspected.length).toBeGreaterThanOrEqual(7));

describe('docs/stories.md', async () => {
  const rows: string[] = [];
  for (const one of inspected) rows.push(...rowsOf(one, await audit(one.story)));
  const table = ['| story | box | host | what packets show | verdict | why |', '|---|---|---|---|---|---|', ...rows, ''].join('\n');

  it('tells story, verdict and why as an audit does', () => {
    const page = readFileSync(PAGE, 'utf8');
    const [before = '', rest = ''] = page.split(MARKS[0], 2);
    const [, after = ''] = rest.split(MARKS[1], 2);
    const now = `${before}${MARKS[0]}${table}${MARKS[1]}${after}`;
    if (process.env['UPDATE'] === '1') writeFileSync(PAGE, now);
    expect(process.env['UPDATE'] === '1' ? now : page).toBe(now);
  });
});

describe.each(inspected.map((one) => [one.story.name, one] as const))('%s', async (_name, { story, hosts }) => {
  const report = await audit(story);

  it('was seen at every host that its box opens', () => {
    const seen = new Set(report.destinations.map(({ name }) => name));
    expect(hosts.filter((host) => !seen.has(host))).toEqual([]);
  });

  it('calls inspection proven only where a chain stood in clear, and blames no host that was passed on', () => {
    const found = report.findings.filter(({ rule }) => rule === 'tls-intercepted');
    const withChain = new Set(report.destinations.flatMap(({ name, tls }) => (tls?.chain === undefined || name === undefined ? [] : [name])));
    expect(found.filter((one) => verdictIn(one.seen).verdict === 'proven' && !withChain.has(hostOf(one)))).toEqual([]);
    expect(found.filter((one) => !hosts.includes(hostOf(one)))).toEqual([]);
  });

  it('shows no inspection by a chain once its root is named with --ca-file', async () => {
    const root = `${story.folder}/inspection-root.pem`;
    expect(existsSync(path.join(ROOT, root))).toBe(true);
    const vouched = await audit(story, '--ca-file', root);
    expect(vouched.findings.filter(({ rule, seen }) => rule === 'tls-intercepted' && /issuer|chain|root/.test(verdictIn(seen).why))).toEqual([]);
  });
});

it('a policy that trusts private authorities on an entry makes them no finding there', async () => {
  const written = readFileSync(path.join(ROOT, STORY_POLICY), 'utf8');
  const trusting = written.replace('  - id: cloud-websocket\n', '  - id: cloud-websocket\n    trust: private\n');
  expect(trusting).not.toBe(written);
  const ran = await runEgret(['audit', 'fixtures/recordings/inspected-by-private-ca/capture.pcapng', '-p', 'trusting.yaml', '--json'], { held: { 'trusting.yaml': trusting } });
  const report: JsonReport = JSON.parse(ran.out);
  expect(report.findings.filter(({ rule }) => rule === 'tls-intercepted').map(hostOf)).toEqual(['api.openai.com']);
});

it.each([
  ['websocket-not-relayed', 'ws.multiclaw.io', 'websocket hint'],
  ['inspection-refused', 'cdn.multiclaw.io', 'certificate seen'],
  ['inspection-refused', 'ws.multiclaw.io', 'certificate hint'],
  ['inspection-refused-under-tls13', 'cdn.multiclaw.io', 'certificate seen'],
  ['inspected-by-private-ca', 'ws.multiclaw.io', undefined],
])('%s says what breaks at %s: %s', async (name, host, want) => {
  const found = inspected.find(({ story }) => story.name === name);
  const rows = found === undefined ? [] : ((await audit(found.story)).inspected ?? []).filter((row) => row.host === host);
  expect(rows.length).toBe(1);
  expect(rows[0]?.breaks.map(({ what, sure }) => `${what} ${sure}`)[0]).toBe(want);
});

it('behind the app\'s proxy a finding names the proxy in the place of addresses', async () => {
  const found = inspected.find(({ story: { name } }) => name === 'inspected-by-explicit-proxy');
  const seen = found === undefined ? [] : (await audit(found.story)).findings.filter(({ rule }) => rule === 'tls-intercepted').map((one) => one.seen);
  expect(seen.length).toBe(2);
  expect(seen.filter((text) => !text.includes('(tls, through the proxy 10.77.0.1:3128)'))).toEqual([]);
});

it('under TLS 1.3 the promise to bypass is not observable, and the report says that it hides them', async () => {
  const found = inspected.find(({ story: { name } }) => name === 'inspected-under-tls13');
  const claim = found === undefined ? undefined : (await audit(found.story)).claims.find(({ id }) => id === 'C17');
  expect(claim?.verdict).toBe('not-observable');
  expect(claim?.reason).toContain('TLS 1.3 or resumption hides the certificates of 3 connections');
});

async function audit(story: Story, ...more: readonly string[]): Promise<JsonReport> {
  const ran = await runEgret(['audit', story.capture, '-p', STORY_POLICY, '--json', ...more]);
  const report: JsonReport = JSON.parse(ran.out);
  return report;
}

/** The hosts that the story's sheet has opened; none for a story without a box. */
function boxOf(story: Story): Inspected[] {
  const sheet: { story?: { switches?: { dpi?: { by: string; inspects: readonly string[] } } } } = parse(readFileSync(path.join(ROOT, story.folder, 'story.run.yaml'), 'utf8'));
  const dpi = sheet.story?.switches?.dpi;
  return dpi === undefined ? [] : [{ story, hosts: dpi.inspects, box: BOXES[dpi.by] ?? dpi.by }];
}

function rowsOf({ story, hosts, box }: Inspected, report: JsonReport): string[] {
  return hosts.toSorted().map((host) => {
    const own = report.destinations.filter(({ name }) => name === host);
    const finding = report.findings.find((one) => one.rule === 'tls-intercepted' && hostOf(one) === host);
    const { verdict, why } = finding === undefined ? silence(own) : verdictIn(finding.seen);
    const versions = [...new Set(own.flatMap(({ tls }) => tls?.version ?? []))].sort().join(', ');
    const ends = [...new Set(own.flatMap(({ outcomes }) => Object.keys(outcomes)))].sort().join(', ');
    const link = `[${story.name}](../${story.folder}/report.txt)`;
    return `| ${link} | ${box} | ${host} | ${versions}, ${ends} | ${finding === undefined ? verdict : `${verdict} (${finding.severity})`} | ${why} |`;
  });
}

function hostOf({ subject }: { readonly subject: string }): string {
  return subject.split(':', 1)[0] ?? subject;
}

/** What the finding's own sentence says. */
function verdictIn(seen: string): { readonly verdict: string; readonly why: string } {
  const [, verdict = '', why = ''] = /TLS inspection is (\w+): (.*?)\.(?: The |$)/.exec(seen) ?? [];
  return { verdict, why };
}

function silence(own: JsonReport['destinations']): { readonly verdict: string; readonly why: string } {
  const isShown = own.some(({ tls }) => tls?.chain !== undefined);
  return { verdict: 'not seen', why: isShown ? 'the chain leads to a public root or to one that the run sheet names' : 'no chain stood in clear: neither proven nor disproven' };
}
