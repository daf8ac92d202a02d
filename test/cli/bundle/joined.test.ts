/** A bundle made by hand, audited by the built program: what its proxy told and what its capture shows are one scope. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes } from '../../build/bytes.ts';
import { conversation, totals, tunnelLines, writeBundle } from '../../build/bundle.ts';
import { helloFixtures } from '../../build/hello-fixtures.ts';
import { pcapngFile } from '../../build/pcapng.ts';
import { Workplace } from '../../build/program.ts';

const CONNECT = bytes('CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n\r\n');
const GRANTED = bytes('HTTP/1.1 200 Connection established\r\n\r\n');
const HELLO = helloFixtures().find(({ sni }) => sni !== undefined);
const place = new Workplace();
const lines = tunnelLines({ flow: 1, at: 1_000_000, host: 'api.example', address: '203.0.113.7' });
const around = conversation('10.0.0.2:51000', '203.0.113.9:443', 5_000_000, HELLO?.record ?? bytes(), bytes(21, 3, 3, 0, 2, 2, 40));
const frames = [
  ...conversation('127.0.0.1:40001', '127.0.0.1:8888', 1_000_000, CONNECT, GRANTED),
  ...conversation('10.0.0.2:50001', '203.0.113.7:443', 1_002_100, HELLO?.record ?? bytes(), bytes(21, 3, 3, 0, 2, 2, 40)),
  ...around,
].toSorted((one, other) => one.at - other.at);

interface Row {
  readonly name?: string;
  readonly count: number;
  readonly via?: string;
  readonly evidence: readonly { readonly source: number }[];
}
interface Facts {
  readonly destinations: readonly Row[];
  readonly findings: readonly { readonly rule: string; readonly confidence: string; readonly seen: string }[];
  readonly coverage: { readonly connections: number; readonly joined?: { readonly flows: number } };
  readonly blindSpots: readonly { readonly code: string }[];
  readonly inputs: readonly { readonly path: string; readonly packets: number }[];
}

function audit(...words: readonly string[]): { readonly exit: number | null; readonly facts: Facts; readonly err: string } {
  const { exit, err } = place.run(['audit', ...words, '--fail-on', 'never', '--format', 'json=out.json']);
  return { exit, err, facts: JSON.parse(readFileSync(path.join(place.folder, 'out.json'), 'utf8')) };
}

beforeAll(() => {
  place.write('policy.yaml', 'egret: 1\nname: test\nconnections:\n  - id: api\n    name: The API\n    host: api.example\n    port: 443/tcp\n    protocol: https\n');
  writeBundle(path.join(place.folder, 'whole'), [...lines, ...totals(1)], pcapngFile(frames));
  writeBundle(path.join(place.folder, 'alone'), [...lines, ...totals(1)], undefined);
  writeBundle(path.join(place.folder, 'broken-off'), lines.slice(0, 2), pcapngFile(frames).subarray(0, -30), false);
  writeBundle(path.join(place.folder, 'no-packets'), [...lines.slice(0, 2), { kind: 'tick', at: lines[0].at + 1_000_000, seq: 50, from: [0, 0], moved: [[1, 4321, 1234]] }], undefined, false);
});
afterAll(() => place.remove());

describe('egret audit of a bundle', () => {
  it('counts a tunnel once, with the evidence of proxy and packets, and what went around it as its own', () => {
    const { facts, exit } = audit('whole', '-p', 'policy.yaml');
    expect(exit).toBe(0);
    expect(facts.coverage).toMatchObject({ connections: 2, joined: { flows: 2, lookups: 0 } });
    expect(facts.blindSpots.map(({ code }) => code)).not.toContain('proxy-only');
    expect(facts.destinations.find(({ name }) => name === 'api.example')).toMatchObject({ count: 1, via: '127.0.0.1:8888', evidence: [{ source: 0 }, { source: 1 }, { source: 1 }] });
    const found = facts.findings.filter(({ rule }) => rule === 'around-proxy');
    expect(found).toMatchObject([{ confidence: 'high' }]);
    expect(found[0]?.seen).toContain('203.0.113.9');
    expect(found[0]?.seen).not.toContain('203.0.113.7');
  });

  it('says what it cannot see where nothing but the proxy watched', () => {
    const { facts } = audit('alone');
    expect([facts.coverage.connections, facts.blindSpots.map(({ code }) => code)]).toEqual([1, ['proxy-only']]);
  });

  it('has the tunnels that were open when the run broke off, out of the packets that were written', () => {
    const { facts } = audit('broken-off');
    expect(facts.destinations.find(({ name }) => name === 'api.example')).toMatchObject({ count: 1, via: '127.0.0.1:8888' });
    expect(facts.blindSpots.map(({ code }) => code)).toContain('run-unended');
  });

  it('has them without packets too, with the bytes of the last tick', () => {
    const { facts } = audit('no-packets');
    expect(facts.destinations).toMatchObject([{ name: 'api.example', port: 443, up: 4321, down: 1234, outcomes: { cut: 1 } }]);
    expect(facts.blindSpots.map(({ code }) => code)).toEqual(['run-unended']);
  });

  it('is the same as that of the bundle beside another, in one report', () => {
    const { facts } = audit('whole', 'alone');
    expect(facts.inputs.map(({ path: name }) => name)).toEqual(['proxy 127.0.0.1:8888', 'whole/capture.pcapng', 'proxy 127.0.0.1:8888']);
    expect(facts.coverage.connections).toBe(3);
  });

  it('refuses a folder that is no bundle, and packets of one that has none', () => {
    expect(place.run(['audit', '.']).err).toContain('it holds no bundle of egret');
    expect(place.run(['audit', 'alone', '--from-packets']).err).toContain('alone holds no capture');
  });
});
