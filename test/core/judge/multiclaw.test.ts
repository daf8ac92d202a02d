import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isBelow } from '../../../src/core/base/host-name.ts';
import { canBeSettled, settleClaims } from '../../../src/core/judge/claims/claims.ts';
import { CHECKS } from '../../../src/core/judge/claims/checks/index.ts';
import type { JudgedRun } from '../../../src/core/judge/context.ts';
import { RULE_IDS } from '../../../src/core/judge/explain.ts';
import { judgeFindings } from '../../../src/core/judge/findings.ts';
import { TELEMETRY_HOSTS } from '../../../src/core/knowledge/telemetry-hosts.ts';
import { isCheckName } from '../../../src/core/policy/checks.ts';
import type { Policy } from '../../../src/core/policy/policy.ts';
import { readPolicy } from '../../../src/core/policy/document.ts';
import { buildRun } from '../../build/judged-run.ts';
import type { RunSketch } from '../../build/run-sketch.ts';

const FILE = 'policies/multiclaw.yaml';
const policy = shipped();

describe("the vendor's own policy", () => {
  it('shows by itself where the two tables disagree', () => {
    const found = judgeFindings(under({})).filter(({ rule }) => rule === 'tables-disagree');
    expect(found.map(({ subject }) => subject)).toEqual([
      'firewall-table: *.multiclaw.io',
      'firewall-table: *.pusher.com',
      'firewall-table: api.microlink.io',
      'firewall-table: generativelanguage.googleapis.com',
      'firewall-table: mcp',
      'firewall-table: www.google.com',
    ]);
    expect(found.every(({ claims }) => claims.includes('C30'))).toBe(true);
  });

  it('holds nothing on a recording of nothing', () => {
    const run = under({});
    expect(settleClaims(run, judgeFindings(run)).filter(({ verdict }) => verdict === 'holds')).toEqual([]);
  });

  it('makes no promise that egret does not know, and gives each a reason in its result', () => {
    const run = under({});
    const results = settleClaims(run, judgeFindings(run));
    expect(results).toHaveLength(policy.claims.length);
    for (const result of results) {
      expect(isCheckName(result.check)).toBe(true);
      expect(result.reason).toMatch(/\S/);
    }
  });

  it('breaks C13 and C08, and not C12, on pusher statistics below the declared wildcard', () => {
    expect(brokenBy({ destinations: [{ name: 'stats.pusher.com', verdict: 'forbidden', telemetry: 'stats.pusher.com' }] })).toEqual(['C08', 'C13']);
  });

  it('breaks C12 and C13 on an undeclared telemetry host', () => {
    expect(brokenBy({ destinations: [{ name: 'o1.ingest.sentry.io', verdict: 'forbidden', telemetry: '*.ingest.sentry.io' }] })).toEqual(['C12', 'C13']);
  });

  it('breaks C05 on a provider that was not configured', () => {
    expect(brokenBy({ destinations: [{ name: 'api.openai.com', verdict: 'feature-off', entry: 'openai' }] })).toEqual(['C05']);
  });

  it('breaks C21 on a provider that the desktop calls', () => {
    expect(brokenBy({ destinations: [{ name: 'api.openai.com', verdict: 'wrong-component', entry: 'openai', component: 'desktop' }] })).toEqual(['C21']);
  });

  it('breaks C28 and C12 on the marketing site', () => {
    expect(brokenBy({ destinations: [{ name: 'www.multiclaw.io', verdict: 'forbidden' }] })).toEqual(['C12', 'C28']);
  });

  it('leaves a component that it does not cover alone', () => {
    expect(brokenBy({ destinations: [{ name: 'mcp.customer.example', verdict: 'undeclared', component: 'mcp-server' }] })).toEqual([]);
  });

  it('has only stats.pusher.com in the telemetry catalogue', () => {
    const patterns = policy.entries.flatMap((entry) => entry.hosts);
    const exact = patterns.filter((pattern) => !pattern.wildcard).map((pattern) => pattern.host);
    const wild = patterns.filter((pattern) => pattern.wildcard).map((pattern) => pattern.host);
    const rows = TELEMETRY_HOSTS.map((row) => row.pattern);
    expect(rows.filter((row) => exact.some((host) => (row.startsWith('*.') ? isBelow(host, row.slice(2)) : row === host)))).toEqual([]);
    expect(rows.filter((row) => wild.some((host) => isBelow(row.replace(/^\*\./, ''), host) || row === `*.${host}`))).toEqual(['stats.pusher.com']);
  });

  it('asks for checks that a rule can settle in most of its claims', () => {
    const open = policy.claims.filter(({ check }) => isCheckName(check) && check !== 'not-observable' && !canBeSettled(CHECKS[check])).map(({ id }) => id);
    expect(open).toEqual(['C16', 'C19', 'C29']);
  });
});

function shipped(): Policy {
  const { policy: read, mistakes } = readPolicy(readFileSync(FILE, 'utf8'), FILE, {}, { rules: new Set(RULE_IDS) });
  if (read === undefined) throw new Error(`the policy cannot be read: ${JSON.stringify(mistakes)}`);
  return read;
}

function under(sketch: RunSketch): JudgedRun {
  return { ...buildRun(sketch), policy };
}

/** Claims that the traffic breaks, besides C30, which the policy breaks by itself. */
function brokenBy(sketch: RunSketch): readonly string[] {
  const run = under(sketch);
  const broken = settleClaims(run, judgeFindings(run)).filter(({ verdict }) => verdict === 'broken');
  return broken.map(({ id }) => id).filter((id) => id !== 'C30');
}
