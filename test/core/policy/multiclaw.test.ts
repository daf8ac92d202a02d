import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isBelow } from '../../../src/core/base/host-name.ts';
import { CHECKS } from '../../../src/core/policy/checks.ts';
import { readPolicy } from '../../../src/core/policy/document.ts';
import type { HostPattern, Policy } from '../../../src/core/policy/policy.ts';

const POLICIES = fileURLToPath(new URL('../../../policies/', import.meta.url));

describe('policies/multiclaw.yaml', () => {
  const policy = shipped('multiclaw.yaml');

  it('has the eleven rows of the inventory', () => {
    expect(policy.entries.map((entry) => entry.id)).toEqual(['cloud-api', 'cloud-websocket', 'updater', 'turn', 'openai', 'anthropic', 'gemini', 'pusher', 'microlink', 'favicon', 'mcp']);
    expect(policy.entries.filter((entry) => entry.required).map((entry) => entry.id)).toEqual(['cloud-api', 'cloud-websocket']);
  });

  it('gives every entry the vendor\'s words and the effect of blocking', () => {
    expect(policy.entries.filter((entry) => entry.text === undefined || entry.blocked === undefined || entry.source === undefined).map((entry) => entry.id)).toEqual([]);
  });

  it('wants inspection kept away from every host of the vendor, and from no other', () => {
    const bypass = policy.entries.filter((entry) => entry.inspection === 'must-bypass').map((entry) => entry.id);
    expect(bypass).toEqual(['cloud-api', 'cloud-websocket', 'updater', 'turn']);
  });

  it('states the claims C01 to C30, and the promises that nothing can settle', () => {
    const ids = policy.claims.map((claim) => claim.id);
    expect(ids.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, index) => `C${String(index + 1).padStart(2, '0')}`));
    expect(policy.claims.filter((claim) => claim.check === 'not-observable').map((claim) => claim.id)).toEqual(ids.slice(30));
    expect(policy.claims.filter((claim) => claim.source === undefined).map((claim) => claim.id)).toEqual([]);
  });

  it('uses every check that there is', () => {
    expect([...new Set(policy.claims.map((claim) => claim.check))].sort()).toEqual(Object.keys(CHECKS).sort());
  });

  it.each(['telemetry.multiclaw.io', 'multiclaw.io', 'www.multiclaw.io', 'pusher.com', 'openai.com', 'google.com', 'us.i.posthog.com'])('admits %s by no entry', (host) => {
    expect(policy.entries.flatMap((entry) => entry.hosts).filter((pattern) => admits(pattern, host))).toEqual([]);
  });

  it('takes the hosts of MCP servers from outside', () => {
    const { policy: filled } = readPolicy(readFileSync(`${POLICIES}multiclaw.yaml`, 'utf8'), 'multiclaw.yaml', { mcp_hosts: ['mcp.example.com:8443/tcp'] });
    expect(filled?.entries.at(-1)?.hosts).toMatchObject([{ host: 'mcp.example.com', port: { from: 8443, transport: 'tcp' } }]);
  });

  it('has nothing that lint warns of', () => {
    const { warnings } = readPolicy(readFileSync(`${POLICIES}multiclaw.yaml`, 'utf8'), 'multiclaw.yaml');
    expect(warnings.filter((lint) => lint.severity === 'warning')).toEqual([]);
  });
});

describe('policies/strict.yaml', () => {
  it('lists nothing and denies telemetry', () => {
    const policy = shipped('strict.yaml');
    expect(policy.entries).toEqual([]);
    expect(policy.defaults.unlisted).toBe('violation');
    expect(policy.mustNot.flatMap((denial) => denial.classes)).toHaveLength(6);
  });

  it('stays valid when its commented rows are switched on', () => {
    const text = readFileSync(`${POLICIES}strict.yaml`, 'utf8').replace('connections: []\n', '').replaceAll(/^# ((?: {2,}|[a-z]+:(?: |$)).*)$/gm, '$1');
    const { policy, mistakes } = readPolicy(text, 'strict.yaml');
    expect(mistakes).toEqual([]);
    expect(policy?.entries.map((entry) => entry.id)).toEqual(['api', 'downloads', 'sync']);
    expect(policy?.accept).toHaveLength(1);
  });
});

describe('the shipped policies', () => {
  it.each(['multiclaw.yaml', 'strict.yaml'])('%s points editors at a schema that is there', (name) => {
    const schema = /^# yaml-language-server: \$schema=(.*)$/m.exec(readFileSync(`${POLICIES}${name}`, 'utf8'))?.[1] ?? '';
    expect(existsSync(path.join(POLICIES, schema))).toBe(true);
  });
});

function shipped(name: string): Policy {
  const { policy, mistakes } = readPolicy(readFileSync(`${POLICIES}${name}`, 'utf8'), name);
  expect(mistakes).toEqual([]);
  if (policy === undefined) throw new Error(`${name} gives no policy`);
  return policy;
}

function admits(pattern: HostPattern, host: string): boolean {
  return pattern.wildcard ? isBelow(host, pattern.host) : pattern.host === host;
}
