import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { array, assert, constantFrom, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../../src/core/policy/document.ts';
import type { TelemetryHost } from '../../../src/core/knowledge/telemetry.ts';
import type { Policy } from '../../../src/core/policy/policy.ts';

const FIXTURES = new URL('../../../fixtures/policies/', import.meta.url);

describe('a policy as read', () => {
  const full = policyOf(readFileSync(fileURLToPath(new URL('good/every-key.yaml', FIXTURES)), 'utf8'));

  it('keeps what an entry says', () => {
    const api = full.entries[0];
    expect(api).toMatchObject({
      id: 'api',
      name: 'The interface',
      at: { line: 24, column: 5 },
      required: true,
      inspection: 'must-bypass',
      because: ['websocket'],
      upload: { max: 16_384, per: 'run', assumed: true },
      closesWithPhase: true,
      reconnects: 'same-host',
      trust: 'public',
      classes: ['flags'],
      tls: { min: '1.3' },
    });
    expect(api?.legs.flatMap((leg) => leg.ports)).toEqual([{ from: 443, to: 443, transport: 'tcp' }, { from: 8000, to: 8010, transport: 'tcp' }]);
  });

  it('joins the keys of a condition by AND', () => {
    expect(full.entries[0]?.when).toEqual({
      kind: 'all',
      of: [
        { kind: 'feature', anyOf: ['sync'] },
        { kind: 'not', inner: { kind: 'phase', anyOf: ['work'] } },
        { kind: 'any', of: [{ kind: 'running', anyOf: ['app'] }, { kind: 'always' }, { kind: 'always' }] },
      ],
    });
  });

  it('gives each leg its own ports, protocol and condition', () => {
    expect(full.entries[1]?.legs).toMatchObject([
      { ports: [{ from: 3478, to: 3481, transport: 'udp' }], protocols: ['turn'], for: 'media', when: { kind: 'phase', anyOf: ['work'] } },
      { ports: [{ from: 443, to: 443, transport: 'tcp' }], protocols: ['turns', 'https'], when: { kind: 'always' } },
    ]);
  });

  it('puts the values of variables in their place', () => {
    expect(full.entries[2]?.hosts).toMatchObject([
      { text: 'mcp.example.com', wildcard: false, port: { from: 8443 }, at: { line: 54 } },
      { text: '*.tools.example.com', wildcard: true, port: { from: 443 } },
    ]);
    expect(full.entries[2]?.legs[0]?.ports.map((range) => range.from)).toEqual([8443, 443]);
    expect(full.entries[3]?.hosts.map((pattern) => pattern.text)).toEqual(['mirror.example.com', 'eu.example.com']);
  });

  it('keeps addresses apart from names', () => {
    expect(full.entries[4]).toMatchObject({ hosts: [], withName: true, addresses: [{ text: '192.0.2.7', length: 32 }, { text: '198.51.100.0/24', length: 24 }] });
  });

  it('makes one published row per host', () => {
    expect(full.published[0]?.rows.map((row) => row.host.text)).toEqual(['api.example.com', '*.example.com', 'relay.example.com']);
  });

  it('accepts through the end of the last day, in UTC', () => {
    expect(full.accept[0]?.untilMicros).toBe(1_801_440_000_000_000);
  });

  it('fills what is left out', () => {
    const small = policyOf('egret: 1\nname: Small\nconnections:\n  - { id: a, host: a.example.com, port: 443/tcp }\n');
    expect(small.defaults).toEqual({ unlisted: 'violation', lan: 'review', tls: { min: '1.2' }, inspection: 'unknown' });
    expect(small).toMatchObject({ dns: { resolvers: 'system', encrypted: 'violation' }, proxy: 'unknown', inbound: 'any', phases: [], claims: [] });
    expect(small.entries[0]).toMatchObject({ name: 'a', components: [], when: { kind: 'always' }, required: false, inspection: 'unknown', withName: false, closesWithPhase: false });
    expect(small.entries[0]?.legs[0]?.protocols).toEqual(['any']);
  });
});

describe('mistakes', () => {
  it('prints all twenty mistakes of a file, each with its line', () => {
    const { mistakes } = readPolicy(readFileSync(fileURLToPath(new URL('bad/twenty-mistakes.yaml', FIXTURES)), 'utf8'), 'x');
    expect(mistakes).toHaveLength(20);
    expect(mistakes.every((mistake) => (mistake.at?.line ?? 0) > 0)).toBe(true);
  });

  it('finds an unknown variable of --set and names the nearest', () => {
    const { mistakes } = readPolicy(WITH_VARIABLE, 'x', { mcp_host: ['a.example.com:443/tcp'] });
    expect(mistakes).toEqual([{ message: 'there is no variable "mcp_host"', help: 'did you mean `mcp_hosts`?' }]);
  });

  it('finds a value of --set that is no endpoint', () => {
    const { mistakes } = readPolicy(WITH_VARIABLE, 'x', { mcp_hosts: ['a.example.com:443/tcp', 'a.example.com:443'] });
    expect(mistakes.map((mistake) => mistake.message)).toEqual(['--set mcp_hosts: "443" is no port']);
  });

  it('takes the values of --set instead of the default', () => {
    const { policy } = readPolicy(WITH_VARIABLE, 'x', { mcp_hosts: ['b.example.com:8443/tcp'] });
    expect(policy?.entries[0]?.hosts.map((pattern) => pattern.host)).toEqual(['b.example.com']);
    expect(policy?.variables.get('mcp_hosts')?.value).toEqual(['b.example.com:8443/tcp']);
  });

  it('checks rule names where the caller knows the rules', () => {
    const text = `${SMALL}accept: [{ rule: undeclared-hots, reason: Known, until: 2027-01-31, host: a.example.com }]\nrules: { plaintxt: note }\n`;
    const { mistakes } = readPolicy(text, 'x', {}, { rules: new Set(['undeclared-host', 'plaintext']) });
    expect(mistakes.map((mistake) => mistake.help)).toEqual(['did you mean `undeclared-host`?', 'did you mean `plaintext`?']);
    expect(readPolicy(text, 'x').mistakes).toEqual([]);
  });
});

describe('a damaged policy', () => {
  it('is never a bug: it reads, or it has mistakes', () => {
    const whole = readFileSync(fileURLToPath(new URL('good/every-key.yaml', FIXTURES)), 'utf8');
    const word = constantFrom('', '443', '443/tcp', '*', '"*.com"', '$servers', '[', '{}', '[]', 'null', '1.2', 'always', '\n  ', ': ', '*x', '&x ', '-', '192.0.2.7', 'app', '2027-02-30');
    const edit = tuple(integer({ min: 0, max: whole.length }), integer({ min: 0, max: 20 }), word);
    assert(
      property(array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce((current, [at, length, by]) => current.slice(0, at) + by + current.slice(at + length), whole);
        const { policy, mistakes } = readPolicy(text, 'x', { servers: ['a.example.com:1/tcp'] });
        expect(policy === undefined).toBe(mistakes.length > 0);
      }),
      { seed: 4, numRuns: 400 },
    );
  });
});

describe('a denied telemetry class against an exact entry', () => {
  it('is a mistake at the host', () => {
    const { policy, mistakes } = readPolicy(withCrashEntry(''), 'x', {}, { catalogue: CATALOGUE });
    expect(policy).toBeUndefined();
    expect(mistakes).toMatchObject([{ message: '"in.crash.example" is in the catalogue as crash, which `must-not` denies', at: { line: 4 } }]);
  });

  it('is none when the entry declares the class itself', () => {
    expect(readPolicy(withCrashEntry(', class: crash'), 'x', {}, { catalogue: CATALOGUE }).mistakes).toEqual([]);
  });
});

function withCrashEntry(extra: string): string {
  return `egret: 1\nname: Crash\nconnections:\n  - { id: a, host: in.crash.example, port: 443/tcp${extra} }\nmust-not: [{ class: crash, because: No telemetry }]\n`;
}

function policyOf(text: string): Policy {
  const { policy, mistakes } = readPolicy(text, 'policy.yaml');
  expect(mistakes).toEqual([]);
  if (policy === undefined) throw new Error('no policy');
  return policy;
}

const CATALOGUE: readonly TelemetryHost[] = [{ pattern: '*.crash.example', class: 'crash', organisation: 'Crash', source: 'https://crash.example', date: '2026-01-01' }];
const SMALL = 'egret: 1\nname: Small\nconnections: []\n';
const WITH_VARIABLE = `egret: 1\nname: Small\nvariables: { mcp_hosts: { type: endpoints, default: ["a.example.com:443/tcp"] } }\nconnections:\n  - { id: mcp, hosts: $mcp_hosts }\n`;
