import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { judgeFindings } from '../../../src/core/judge/findings.ts';
import { explainRule, RULE_IDS } from '../../../src/core/judge/explain.ts';
import { buildRun } from '../../build/judged-run.ts';
import { runSketch } from '../../build/run-sketch.ts';

const FOLDER = 'fixtures/rules';
const HEADINGS = ['What it finds', 'Why it matters', 'How sure we are', 'What to do', 'When to accept', 'Since'];

const expected = z.strictObject({
  severity: z.enum(['error', 'warning', 'note']),
  subject: z.string().optional(),
  component: z.string().optional(),
  confidence: z.enum(['high', 'medium', 'low']).optional(),
  standing: z.string().optional(),
  policyLine: z.number().optional(),
  claims: z.array(z.string()).optional(),
  /** Parts of the texts. */
  seen: z.string().optional(),
  why: z.string().optional(),
  do: z.string().optional(),
  sure: z.string().optional(),
});
const cases = z.array(
  z.union([
    z.strictObject({ case: z.string(), run: runSketch, fires: z.array(expected).min(1) }),
    z.strictObject({ case: z.string(), run: runSketch, quiet: z.literal(true) }),
  ]),
);
const firing = RULE_IDS.flatMap((rule) => casesOf(rule).flatMap((one) => ('fires' in one ? [[rule, one.case, one] as const] : [])));
const quiet = RULE_IDS.flatMap((rule) => casesOf(rule).flatMap((one) => ('quiet' in one ? [[rule, one.case, one] as const] : [])));

describe('a rule', () => {
  it.each(firing)('%s fires: %s', (rule, _, { run, fires }) => {
    const found = judgeFindings(buildRun(run)).filter((finding) => finding.rule === rule);
    expect(found.map((finding) => finding.severity)).toEqual(fires.map((one) => one.severity));
    for (const [index, want] of fires.entries()) {
      const finding = found[index];
      const { seen, why, do: remedy, sure, policyLine, ...exact } = want;
      expect(finding).toMatchObject(exact);
      expect(finding?.seen).toContain(seen ?? '');
      expect(finding?.why).toContain(why ?? '');
      expect(finding?.do).toContain(remedy ?? '');
      expect(finding?.sure).toContain(sure ?? '');
      expect(finding?.policyAt?.line).toBe(policyLine ?? finding?.policyAt?.line);
    }
  });

  it.each(quiet)('%s stays quiet: %s', (rule, _, { run }) => {
    expect(judgeFindings(buildRun(run)).filter((finding) => finding.rule === rule)).toEqual([]);
  });

  it.each(RULE_IDS)('%s has a case that fires, a case that is quiet, and a page with the fixed headings', (rule) => {
    expect(firing.some(([id]) => id === rule)).toBe(true);
    expect(quiet.some(([id]) => id === rule)).toBe(true);
    const explained = explainRule(rule);
    const page = readFileSync(explained?.page ?? '', 'utf8');
    expect(page.startsWith(`# ${rule}\n`)).toBe(true);
    expect([...page.matchAll(/^## (.+)$/gm)].map((match) => match[1])).toEqual(HEADINGS);
    expect(page).toContain(`${explained?.since}\n`);
    expect(page).toContain(`\`${explained?.severity}\``);
  });

  it('has no fixture and no page without a rule', () => {
    expect(named(FOLDER)).toEqual([...RULE_IDS].sort());
    expect(named('docs/rules')).toEqual([...RULE_IDS].sort());
  });

  it('answers every question in each finding, and puts no control character into what people paste', () => {
    for (const [, , { run }] of firing) {
      for (const finding of judgeFindings(buildRun(run))) {
        expect([finding.seen, finding.why, finding.do, finding.sure, finding.subject].filter((text) => text.trim() === '')).toEqual([]);
        // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(finding.do).not.toMatch(/[\u0000-\u001f\u007f]/);
        expect(finding.fingerprint).toMatch(/^[0-9a-f]{32}$/);
      }
    }
  });

  it('is unknown to explain under a name that no rule has', () => {
    expect(explainRule('no-such-rule')).toBeUndefined();
  });
});

function named(folder: string): readonly string[] {
  return readdirSync(folder).map((file) => file.replace(/\.(?:yaml|md)$/, '')).sort();
}

function casesOf(rule: string): z.output<typeof cases> {
  return cases.parse(parse(readFileSync(`${FOLDER}/${rule}.yaml`, 'utf8')));
}
