/** DNS through the whole program, from frames to findings: who is named, who is accused, who is not. */
import { createHash } from 'node:crypto';
import * as dns from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { bytes } from '../build/bytes.ts';
import { framed, message, name, question, record } from '../build/dns.ts';
import { runEgret } from '../build/file-world.ts';
import { ethernet } from '../build/frames.ts';
import { tcp, udp } from '../build/packets.ts';
import { pcapFile, START } from '../build/pcap.ts';

const APP = '10.0.0.2';
const RESOLVER = '10.0.0.53:53';
const POLICY = [
  'egret: 1', 'name: Test', 'sources: { inventory: { title: List, path: /list } }', 'dns: { resolvers: [10.0.0.53], encrypted: violation }',
  'connections:', '  - { id: api, name: API, host: api.x.example, port: 443/tcp, protocol: https, source: inventory#1 }',
  'claims:', '  - { id: C12, text: The list is complete, check: complete-list, source: inventory#1 }',
].join('\n');
const SHEET = 'egret-run: 1\nscope: app\nlocal: [10.0.0.0/8]\n';

type Frame = readonly [second: number, packet: Uint8Array];
interface Report {
  readonly findings: ReadonlyArray<{ readonly rule: string; readonly subject: string; readonly severity: string; readonly confidence: string }>;
  readonly destinations: ReadonlyArray<{ readonly name?: string; readonly addresses: readonly string[]; readonly verdict: string }>;
  readonly lookups: ReadonlyArray<{ readonly name: string; readonly count: number; readonly types: readonly string[]; readonly rcode: string; readonly verdict: string }>;
  readonly blindSpots: ReadonlyArray<{ readonly code: string }>;
}

let port = 40_000;
const asked = (second: number, of: string, type: dns.RecordType = 'A'): Frame => [second, udp({ from: `${APP}:${++port}`, to: RESOLVER, payload: dns.encode({ type: 'query', id: port, flags: dns.RECURSION_DESIRED, questions: [{ name: of, type }] }) })];
const answered = (second: number, of: string, answers: dns.Answer[], { to = port, flags = 0, type = 'A' }: { readonly to?: number; readonly flags?: number; readonly type?: dns.RecordType } = {}): Frame =>
  [second, udp({ from: RESOLVER, to: `${APP}:${to}`, payload: dns.encode({ type: 'response', id: to, flags, questions: [{ name: of, type }], answers }) })];
const a = (of: string, data: string): dns.Answer => ({ type: 'A', name: of, data, ttl: 60 });
const syn = (second: number, to: string): Frame => [second, tcp({ from: `${APP}:${++port}`, to, flags: 'S', seq: 1, id: port })];

/** 150 characters of hex in three labels. */
const carrier = (index: number): string => [0, 1, 2].map((label) => createHash('sha256').update(`${index}/${label}`).digest('hex').slice(0, 50)).join('.');

async function audit(frames: readonly Frame[]): Promise<Report> {
  const file = pcapFile(frames.map(([second, packet]) => ({ bytes: ethernet(packet), at: START + Math.round(second * 1_000_000) })));
  const { out, err } = await runEgret(['audit', 'dns.pcap', '-p', 'policy.yaml', '--sheet', 'dns.run.yaml', '--format', 'json', '-q'], { held: { 'dns.pcap': file, 'policy.yaml': POLICY, 'dns.run.yaml': SHEET } });
  if (out === '') throw new Error(err);
  const report: Report = JSON.parse(out);
  return report;
}
const rulesOf = ({ findings }: Report): string[] => findings.filter(({ rule }) => rule !== 'required-not-seen').map(({ rule, subject, severity, confidence }) => `${severity} ${rule} ${subject} ${confidence}`);

describe('the local network', () => {
  it('accuses nobody, and a question for the settings of a proxy is told', async () => {
    const announcement = message({ id: 0, flags: 0x8400, counts: [0, 1, 0, 0] }, record(name('desk', 'local'), 1, bytes(10, 0, 0, 2), { klass: 0x8001 }));
    const report = await audit([
      [1, udp({ from: `${APP}:5353`, to: '224.0.0.251:5353', payload: announcement })],
      [2, udp({ from: `${APP}:5353`, to: '224.0.0.251:5353', payload: message({ id: 0, flags: 0 }, question(name('printer', 'local'), 1)) })],
      [3, udp({ from: `${APP}:40001`, to: '224.0.0.252:5355', payload: message({ flags: 0 }, question(name('wpad'), 1)) })],
      [4, udp({ from: `${APP}:137`, to: '10.0.0.255:137', payload: message({ flags: 0x0110 }, question(name('FHFAEBEECACACACACACACACACACACAAA'), 0x20)) })],
    ]);
    expect(rulesOf(report)).toEqual(['note proxy-discovery wpad high']);
    expect(report.lookups.map(({ name: of, types, rcode, verdict }) => [of, types, rcode, verdict])).toEqual([
      ['printer.local', ['A'], 'unseen', 'lan'],
      ['wpad', ['NB'], 'unseen', 'lan'],
      ['wpad', ['A'], 'unseen', 'lan'],
    ]);
  });

  it('is not where a public address is asked', async () => {
    const report = await audit([[1, udp({ from: `${APP}:40001`, to: '208.67.222.222:5353', payload: message({ flags: 0x0100 }, question(name('evil', 'example'), 1)) })]]);
    expect(rulesOf(report).some((rule) => rule.startsWith('warning undeclared-resolver 208.67.222.222:5353/udp high'))).toBe(true);
  });
});

describe('the name of an address', () => {
  it('comes from what was asked, not from what somebody sends', async () => {
    const report = await audit([
      asked(0, 'api.x.example'), answered(0.1, 'api.x.example', [a('api.x.example', '203.0.113.10')]), syn(20, '203.0.113.10:443'),
      answered(30, 'api.x.example', [a('api.x.example', '203.0.113.66')], { to: 50_000 }), syn(31, '203.0.113.66:443'),
    ]);
    expect(report.destinations.filter(({ addresses }) => addresses[0]?.startsWith('203') === true).map(({ name: of, addresses, verdict }) => [of, addresses, verdict])).toEqual([
      [undefined, ['203.0.113.66'], 'cannot-judge'],
      ['api.x.example', ['203.0.113.10'], 'declared'],
    ]);
    expect(report.blindSpots.map(({ code }) => code)).toContain('dns-unasked');
  });

  it('is one lookup where the answer was cut and asked for again over TCP', async () => {
    const from = `${APP}:45000`;
    const query = framed(Uint8Array.from(dns.encode({ type: 'query', id: 7, questions: [{ name: 'api.x.example', type: 'A' }] })));
    const answer = framed(Uint8Array.from(dns.encode({ type: 'response', id: 7, questions: [{ name: 'api.x.example', type: 'A' }], answers: [a('api.x.example', '203.0.113.10')] })));
    const report = await audit([
      asked(0, 'api.x.example'), answered(0.1, 'api.x.example', [], { flags: dns.TRUNCATED_RESPONSE }),
      [0.2, tcp({ from, to: RESOLVER, flags: 'S', seq: 1 })], [0.21, tcp({ from: RESOLVER, to: from, flags: 'SA', seq: 1, ack: 2 })],
      [0.3, tcp({ from, to: RESOLVER, seq: 2, ack: 2, payload: query })], [0.4, tcp({ from: RESOLVER, to: from, seq: 2, ack: 2 + query.length, payload: answer })],
    ]);
    expect(report.lookups.map(({ name: of, count }) => [of, count])).toEqual([['api.x.example', 1]]);
  });
});

describe('names that carry data', () => {
  it('are one finding, however many they are', async () => {
    const report = await audit(Array.from({ length: 150 }, (_, index) => [asked(index, `${carrier(index)}.t.evil.example`, 'TXT'), answered(index + 0.1, `${carrier(index)}.t.evil.example`, [], { type: 'TXT' })]).flat());
    expect(rulesOf(report)).toEqual(['warning dns-tunnel *.evil.example high']);
  });

  it('are told as updates, too', async () => {
    const report = await audit([[1, udp({ from: `${APP}:45001`, to: RESOLVER, payload: message({ flags: 0x2800 }, question(name('data', 'evil', 'example'), 6)) })]]);
    expect(report.lookups.map(({ name: of, types }) => [of, types])).toEqual([['data.evil.example', ['UPDATE SOA']]]);
    expect(rulesOf(report)).toEqual(['warning undeclared-host data.evil.example high']);
  });
});
