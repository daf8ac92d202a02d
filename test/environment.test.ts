/**
 * The verdict `environment` as a user meets it: one recording of a Windows
 * machine, judged as what its run sheet says it is, through the built program.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { SECOND } from '../src/core/base/time.ts';
import { headerLine, observationLine } from '../src/core/observe/recording.ts';
import type { Observation } from '../src/core/observe/observation.ts';
import { answerOf, BEGIN, flowOf, tlsOf } from './build/flow.ts';
import { Workplace } from './build/program.ts';

const place = new Workplace();
afterAll(() => place.remove());

const POLICY = `egret: 1
name: Sample
components: { desktop: { match: [{ exe: sample }] } }
connections:
  - { id: api, name: API, host: api.sample.example, port: 443/tcp, protocol: https }
claims:
  - { id: C12, text: The list is complete, check: complete-list }
  - { id: C13, text: No telemetry, check: no-telemetry }
must-not:
  - { class: [analytics, crash, apm, replay, ads], because: No telemetry }
`;

/** Each name resolved, then contacted from a port of its own. */
const TALKS = [
  ['api.sample.example', '203.0.113.10', 40_001],
  ['www.msftconnecttest.com', '203.0.113.11', 40_002],
  ['au.download.windowsupdate.com', '203.0.113.12', 40_003],
  ['ctldl.windowsupdate.com', '203.0.113.13', 40_004],
] as const;

function observations(more: readonly Observation[] = []): readonly Observation[] {
  const talks = TALKS.flatMap(([name, address, port], index): Observation[] => {
    const at = BEGIN + index * SECOND;
    return [
      answerOf(name, address, at, { client: { address: '10.0.0.2', port: port + 10_000 } }),
      flowOf({ flow: index, client: { address: '10.0.0.2', port }, server: { address, port: 443 }, opened: at + 1000, protocol: 'tls', tls: tlsOf(name) }),
    ];
  });
  const source: Observation = { kind: 'source', at: BEGIN + 60 * SECOND, seq: 2, from: [0, 99], packets: 99, first: BEGIN, last: BEGIN + 60 * SECOND, duplicates: 0, midStream: 0, snapped: 0, linkTypes: [1] };
  return [...talks, ...more, source].toSorted((one, other) => one.at - other.at);
}

const sheet = { variables: {}, local: ['10.0.0.0/24'], roots: [], components: [], clockOffset: 0 };
const header = headerLine('0.1.0', [{ id: 0, path: 'machine.pcapng', sha256: 'ab'.repeat(32), bytes: 9999, linkTypes: [1], scope: 0, sheet }]);

const report = z.object({
  claims: z.array(z.object({ id: z.string(), verdict: z.string(), reason: z.string() })),
  findings: z.array(z.object({ rule: z.string(), subject: z.string(), known: z.array(z.object({ sender: z.string(), stop: z.string() })).optional() })),
  destinations: z.array(z.object({ name: z.string().optional(), verdict: z.string(), reason: z.string().optional() })),
});

function judged(runSheet: string, recording = 'machine.ndjson', flags: readonly string[] = []): { readonly exit: number | null; readonly report: z.output<typeof report>; readonly text: string } {
  place.write('sheet.yaml', `egret-run: 1\nlocal: [10.0.0.0/24]\n${runSheet}`);
  const words = ['audit', recording, '-p', 'policy.yaml', '--sheet', 'sheet.yaml', ...flags];
  const json = place.run([...words, '--format', 'json']);
  if (json.out === '') throw new Error(json.err);
  return { exit: json.exit, report: report.parse(JSON.parse(json.out)), text: place.run(words).out };
}

const MACHINE = 'scope: machine\nplatform: windows\n';
const givenToDesktop = (end: string): string => `${MACHINE}components:\n  - { component: desktop, local: ["10.0.0.2:${end}"] }\n`;
const verdicts = (of: z.output<typeof report>): string[] => of.destinations.map(({ name = '', verdict }) => `${verdict} ${name}`).toSorted();

beforeAll(() => {
  place.write('policy.yaml', POLICY);
  place.write('machine.ndjson', [header, ...observations().map(observationLine), ''].join('\n'));
});

describe('a recording of a Windows machine', () => {
  it('lists what Windows contacts, finds nothing, and proves nothing by it', () => {
    const { exit, report: found, text } = judged(MACHINE);
    expect(found.findings).toEqual([]);
    expect(exit).toBe(0);
    expect(verdicts(found)).toEqual(['declared api.sample.example', 'environment au.download.windowsupdate.com', 'environment ctldl.windowsupdate.com', 'environment www.msftconnecttest.com']);
    expect(found.claims.map(({ id, verdict }) => [id, verdict])).toEqual([['C12', 'unproven'], ['C13', 'unproven']]);
    expect(found.claims[0]?.reason).toContain("3 destinations taken for the operating system's by name alone");
    expect(text.replaceAll(/\s+/g, ' ')).toContain("Environment: 3 destinations taken for the operating system's own, all by name alone; none is hidden: Windows: Windows Update: au.download.windowsupdate.com; 1 connection, up 100 B, down 200 B");
    for (const [name] of TALKS) expect(text).toContain(name);
  });

  it('is judged alike by flags, which replace what the run sheet says and are named', () => {
    const { report: found, text } = judged('scope: app\nplatform: linux\n', 'machine.ndjson', ['--scope', 'machine', '--platform', 'windows']);
    expect(verdicts(found)).toEqual(verdicts(judged(MACHINE).report));
    expect(text).toContain('replace what the run sheet says of scope and platform');
  });

  it.each<[string, string]>([
    ['the app alone', 'scope: app\nplatform: windows\n'],
    ['a machine of unknown platform', 'scope: machine\n'],
    ['a machine of another platform', 'scope: machine\nplatform: linux\n'],
  ])('finds them undeclared when it is said to hold %s', (_, runSheet) => {
    const { exit, report: found } = judged(runSheet);
    expect(exit).toBe(1);
    expect(found.findings.filter(({ rule }) => rule === 'undeclared-host').map(({ subject }) => subject).toSorted()).toEqual(['au.download.windowsupdate.com:443/tcp', 'ctldl.windowsupdate.com:443/tcp', 'www.msftconnecttest.com:443/tcp']);
    expect(found.claims.find(({ id }) => id === 'C12')?.verdict).toBe('broken');
  });

  it('says beside the finding who is known to contact the host, unless the platform rules it out', () => {
    const known = (runSheet: string) => judged(runSheet).report.findings.find(({ subject }) => subject.startsWith('www.msft'))?.known?.map(({ sender }) => sender);
    expect(known('scope: app\nplatform: windows\n')).toEqual(['Windows']);
    expect(known('scope: app\n')).toEqual(['Windows']);
    expect(known('scope: app\nplatform: linux\n')).toBeUndefined();
    expect(judged('scope: app\n').text).toMatch(/^ {4}known {2}consistent with Windows, network connectivity status indicator/m);
  });

  it('is the app\'s again where the run sheet gives the connection or the lookup to a component', () => {
    for (const end of ['40002/tcp', '50002/udp']) expect(verdicts(judged(givenToDesktop(end)).report)).toContain('undeclared www.msftconnecttest.com');
    expect(verdicts(judged(givenToDesktop('40001/tcp')).report)).toContain('environment www.msftconnecttest.com');
  });

  it('is the app\'s also where the component looked the name up after the connection', () => {
    const late = answerOf('www.msftconnecttest.com', '203.0.113.11', BEGIN + 50 * SECOND, { client: { address: '10.0.0.2', port: 55_555 } });
    place.write('late.ndjson', [header, ...observations([late]).map(observationLine), ''].join('\n'));
    const { report: found } = judged(givenToDesktop('55555/udp'), 'late.ndjson');
    expect(verdicts(found)).toContain('undeclared www.msftconnecttest.com');
    expect(found.findings.map(({ subject }) => subject)).toContain('www.msftconnecttest.com:443/tcp');
  });
});
