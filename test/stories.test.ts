/**
 * Every recorded story, audited as a user would: the reports are goldens
 * (`UPDATE=1` rewrites them), and what the sheet expects by hand is checked
 * against them and never rewritten.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { runEgret } from './build/file-world.ts';
import { golden } from './build/golden.ts';
import { stories, STORY_POLICY, type Story } from './build/stories.ts';
import { ROOT } from './source-tree.ts';

interface JsonReport {
  readonly summary: { readonly exit: number };
  readonly findings: readonly { readonly rule: string; readonly subject: string; readonly severity: string; readonly standing: string; readonly claims: readonly string[] }[];
  readonly entries: readonly { readonly id: string; readonly standing: string }[];
  readonly claims: readonly { readonly id: string; readonly verdict: string; readonly findings: readonly string[] }[];
}

/** What the two tables of the vendor disagree on stands in the policy alone, so in every story; hosts configured for MCP stand for themselves (fixtures/recordings/README.md). */
const ofThePolicy = ({ mcpHosts }: Story): string[] =>
  ['*.multiclaw.io', '*.pusher.com', 'api.microlink.io', 'generativelanguage.googleapis.com', 'www.google.com', ...(mcpHosts.length === 0 ? ['mcp'] : mcpHosts)].map((subject) => `tables-disagree firewall-table: ${subject} note`);

const all = stories();
const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(path.join(ROOT, 'docs/report.schema.json'), 'utf8')));

it('stories are recorded', () => expect(all.length).toBeGreaterThanOrEqual(5));

describe.each(all.map((story) => [story.name, story] as const))('%s', async (_name, story) => {
  const ran = await runEgret(['audit', story.capture, '-p', STORY_POLICY, '--format', 'text,json=report.json']);
  const text = ran.out;
  const json = ran.files.get('report.json') ?? '';
  const report: JsonReport = JSON.parse(json === '' ? '{}' : json);

  it('gives the golden report as text', () => expect(text).toBe(golden(`${story.folder}/report.txt`, text)));
  it('gives the golden report as JSON', () => expect(json).toBe(golden(`${story.folder}/report.json`, json)));

  it('matches the schema of reports', () => {
    validate(report);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('has the findings that its sheet names, and no other', () => {
    const found = report.findings.map(({ rule, subject, severity }) => `${rule} ${subject} ${severity}`).sort();
    const severities = new Map(report.findings.map(({ rule, subject, severity }) => [`${rule} ${subject}`, severity]));
    const named = story.expect.findings.map(({ rule, subject, severity }) => `${rule} ${subject} ${severity ?? severities.get(`${rule} ${subject}`) ?? 'any'}`);
    expect(found).toEqual([...named, ...ofThePolicy(story)].sort());
  });

  it('has the standings that its sheet names', () => {
    expect(chosen(report.entries.map(({ id, standing }) => [id, standing]), story.expect.entries)).toEqual(story.expect.entries);
  });

  it('has the verdicts on claims that its sheet names', () => {
    expect(chosen(report.claims.map(({ id, verdict }) => [id, verdict]), story.expect.claims)).toEqual(story.expect.claims);
  });

  it('shows an open finding for every broken claim, and no claim that holds beside one', () => {
    const broken = report.claims.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id);
    const blamed = new Set(report.findings.filter(({ standing }) => standing === 'open').flatMap(({ claims }) => claims));
    expect(broken.filter((id) => !blamed.has(id))).toEqual([]);
    expect(report.claims.filter(({ id, verdict }) => verdict === 'holds' && blamed.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it('ends with the exit code that its sheet names', () => {
    expect([ran.exit, report.summary.exit]).toEqual([story.expect.exit, story.expect.exit]);
    expect(ran.err).not.toContain('bug');
  });

  it('fits 100 columns without colour', () => {
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text).not.toContain('\u001b');
  });
});

/** The rows whose ids the sheet names. */
function chosen(rows: readonly (readonly [string, string])[], expected: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(rows.filter(([id]) => Object.hasOwn(expected, id)));
}
