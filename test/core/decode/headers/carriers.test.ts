import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../../../src/core/decode/headers/decode.ts';
import type { Packet } from '../../../../src/core/decode/headers/packet.ts';
import type { Problem } from '../../../../src/core/base/problem.ts';
import { keep } from '../../../build/decode-packets.ts';
import { bytes, type Part, u16, u32 } from '../../../build/bytes.ts';
import { ethernet } from '../../../build/frames.ts';
import { fragments, ip, tcp, udp } from '../../../build/packets.ts';
import { pcapFile, START } from '../../../build/pcap.ts';
import * as tunnels from '../../../build/tunnels.ts';

const RAW = 101;
const INNER4 = tcp({ from: '10.9.0.2:40000', to: '203.0.113.7:443', flags: 'PA', seq: 7, payload: 'inside' });
const INNER6 = tcp({ from: '2001:db8::2:40000', to: '2001:db8::7:443', flags: 'PA', seq: 7, payload: 'inside' });
const TEREDO = tcp({ from: '2001:0:c633:6401::1:40000', to: '2001:db8::7:443', flags: 'PA', seq: 7, payload: 'inside' });

const { ipInIp, ipInIp6, gre, greWithAll, greEthernet, erspan1, erspan2, erspan3, etherIp, vxlan, geneve, genevePlain, gtp, gtpExtended, teredo, teredoWithOrigin } = tunnels;
const BOTH = { ipInIp, ipInIp6, gre, greWithAll, greEthernet, erspan1, erspan2, erspan3, etherIp, vxlan, geneve, genevePlain, gtp, gtpExtended };
const CASES: ReadonlyArray<readonly [what: string, outer: Uint8Array, inner: Uint8Array]> = [
  ...Object.entries(BOTH).flatMap(([name, wrap]) => [[`${name}, IPv4 inside`, wrap(INNER4), INNER4], [`${name}, IPv6 inside`, wrap(INNER6), INNER6]] as const),
  ['teredo', teredo(TEREDO), TEREDO],
  ['teredoWithOrigin', teredoWithOrigin(TEREDO), TEREDO],
];

const ARP = bytes(u16(1), u16(0x0800), 6, 4, u16(1), new Uint8Array(20));
const datagram = (port: number, ...payload: readonly Part[]): Uint8Array => udp({ from: '198.51.100.1:50000', to: `198.51.100.2:${port}`, payload: bytes(...payload) });

interface Decoded {
  readonly chain: readonly ReturnType<typeof keep>[];
  readonly problems: readonly Problem[];
}

/** The packet of a raw frame and what it carries, outermost first. */
function decode(...frames: readonly Uint8Array[]): Decoded {
  const problems: Problem[] = [];
  const decoder = new PacketDecoder((problem) => problems.push(problem));
  const chain: ReturnType<typeof keep>[] = [];
  for (const [index, frame] of frames.entries()) {
    let packet: Packet | undefined = decoder.decode({ bytes: frame, start: 0, end: frame.length, wireLength: frame.length, at: START, link: RAW, interfaceId: 0, index: index + 1, process: -1 });
    for (; packet !== undefined; packet = packet.inner) chain.push(keep(packet));
  }
  return { chain, problems };
}

describe('a packet in a packet', () => {
  it.each(CASES)('%s: both are read', (_what, outer, inner) => {
    const { chain, problems } = decode(outer);
    const [alone] = decode(inner).chain;
    expect([chain.length, chain[1]]).toEqual([2, alone]);
    expect([chain[1]?.payload, problems]).toEqual(['inside', []]);
  });

  it('is read when the outer one came in fragments', () => {
    expect(decode(...fragments(vxlan(INNER4), 48)).chain.map((packet) => packet.payload).at(-1)).toBe('inside');
  });

  it('in a fragment of its own names its connection by the first part, and the rest is counted', () => {
    const parts = fragments(INNER4, 24).map(gre);
    const { chain, problems } = decode(...parts);
    expect(chain.filter((packet) => packet.to === '203.0.113.7:443')).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(parts.map(() => 'fragment-incomplete'));
  });

  it('is followed through tunnels in tunnels, and no deeper than they nest in earnest', () => {
    expect(decode(gre(vxlan(ipInIp(INNER4)))).chain.map((packet) => packet.protocol)).toEqual([47, 17, 4, 6]);
    const deep = Array.from({ length: 30 }).reduce<Uint8Array>((packet) => ipInIp(packet), INNER4);
    const { chain, problems } = decode(deep);
    expect([chain.length, problems]).toEqual([5, [{ code: 'packet-damaged', detail: 'too many tunnels in one another' }]]);
  });

  it('that makes no sense is counted, and the outer one stays', () => {
    const { chain, problems } = decode(ip('198.51.100.1', '198.51.100.2', 4, bytes(0x45, 0, 0, 90)));
    expect([chain.length, problems]).toEqual([1, [{ code: 'packet-damaged', detail: 'inside a tunnel' }]]);
  });

  it.each([
    ['VXLAN\'s port with other bytes', udp({ from: '198.51.100.1:50000', to: '198.51.100.2:4789', payload: 'x'.repeat(60) })],
    ['Geneve\'s port with a version of its own', udp({ from: '198.51.100.1:50000', to: '198.51.100.2:6081', payload: bytes(0x40, new Uint8Array(60)) })],
    ['GTP-U\'s port with a length that is not its own', udp({ from: '198.51.100.1:50000', to: '198.51.100.2:2152', payload: bytes(0x30, 255, 0, 9, new Uint8Array(60)) })],
    ['Teredo\'s port with IPv6 of another prefix', teredo(INNER6)],
    ['a GRE keep-alive', ip('198.51.100.1', '198.51.100.2', 47, bytes(0, 0, 0, 0))],
  ])('is not seen behind %s', (_what, outer) => {
    const { chain, problems } = decode(outer);
    expect([chain.length, problems]).toEqual([1, []]);
  });

  it.each([
    ['PPTP\'s version of GRE', bytes(0x30, 0x01, 0x88, 0x0b, INNER4)],
    ['an EtherType without a decoder', bytes(0, 0, 0x88, 0x0b, INNER4)],
  ])('that is not read is counted: %s', (_what, body) => {
    const { chain, problems } = decode(ip('198.51.100.1', '198.51.100.2', 47, body));
    expect([chain.length, problems]).toEqual([1, [{ code: 'tunnel-unread', detail: 'protocol 47' }]]);
  });

  it.each([
    ['VXLAN', datagram(4789, u32(0x0800_0000), u32(42 << 8), new Uint8Array(12), u16(0x88b5), 'text')],
    ['Geneve', datagram(6081, 0, 0, u16(0x88b5), u32(42 << 8), 'text')],
    ['Geneve round Ethernet', datagram(6081, 0, 0, u16(0x6558), u32(42 << 8), new Uint8Array(12), u16(0x88b5), 'text')],
    ['GRE round Ethernet', ip('198.51.100.1', '198.51.100.2', 47, bytes(0, 0, u16(0x6558), new Uint8Array(12), u16(0x88b5), 'text'))],
    ['EtherIP', ip('198.51.100.1', '198.51.100.2', 97, bytes(u16(0x3000), new Uint8Array(12), u16(0x88b5), 'text'))],
    ['GTP-U without a packet', datagram(2152, 0x30, 1, u16(60), u32(1), 'x'.repeat(60))],
    ['ARP with text behind it', datagram(4789, u32(0x0800_0000), u32(42 << 8), new Uint8Array(12), u16(0x0806), ARP, 'text')],
  ])('that is no IP is counted in a tunnel that any program can send: %s', (_what, outer) => {
    const { chain, problems } = decode(outer);
    expect([chain.length, problems.map(({ code }) => code)]).toEqual([1, ['tunnel-unread']]);
  });

  it.each([
    ['ARP in VXLAN', datagram(4789, u32(0x0800_0000), u32(42 << 8), new Uint8Array(12), u16(0x0806), ARP, new Uint8Array(18))],
    ['an echo of GTP-U', datagram(2152, 0x32, 1, u16(4), u32(0), u16(7), 0, 0)],
    ['Geneve without content', datagram(6081, 0, 0, u16(0x6558), u32(42 << 8))],
    ['what a switch says to its neighbours, mirrored', ip('198.51.100.1', '198.51.100.2', 47, bytes(u16(0), u16(0x88be), new Uint8Array(12), u16(0x88cc), 'neighbour'))],
  ])('is not missed where a tunnel works as it should: %s', (_what, outer) => {
    const { chain, problems } = decode(outer);
    expect([chain.length, problems]).toEqual([1, []]);
  });

  it('is counted when more follows it than fills a frame', () => {
    expect(decode(vxlan(bytes(INNER4, new Uint8Array(50)))).problems).toEqual([]);
    expect(decode(vxlan(bytes(INNER4, new Uint8Array(51))))).toMatchObject({ chain: [{}, { payload: 'inside' }], problems: [{ code: 'tunnel-unread', detail: 'bytes behind the packet inside' }] });
  });

  it('never throws and never leaves the frame, whatever the bytes', () => {
    const edit = fc.record({ at: fc.nat(120), byte: fc.nat(255) });
    fc.assert(fc.property(fc.constantFrom(...CASES.map(([, outer]) => outer)), fc.array(edit, { maxLength: 6 }), fc.nat(120), (outer, edits, cut) => {
      const frame = outer.slice(0, Math.max(20, outer.length - cut));
      for (const { at, byte } of edits) if (at < frame.length) frame[at] = byte;
      for (const packet of decode(frame).chain) expect(packet.payload.length).toBeLessThanOrEqual(frame.length);
    }), { seed: 20_261_123, numRuns: 3000 });
  });
});

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark) console.log('skipped: tshark is not installed (Debian: apt-get install tshark)');

describe.skipIf(!hasTshark)('tshark', () => {
  it('sees the same inner ends', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'egret-carriers-'));
    const file = path.join(folder, 'tunnels.pcap');
    writeFileSync(file, pcapFile(CASES.map(([, outer]) => ethernet(outer))));
    const { stdout } = spawnSync('tshark', ['-n', '-r', file, '-T', 'fields', '-E', 'occurrence=l', '-e', 'ip.dst', '-e', 'ipv6.dst', '-e', 'tcp.dstport', '-e', 'tcp.payload'], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    const seen = stdout.trimEnd().split('\n').map((line) => line.split('\t'));
    const ours = CASES.map(([, outer]) => decode(outer).chain.at(-1));
    expect(seen.map(([, , port, payload]) => [port, payload])).toEqual(ours.map((packet) => ['443', Buffer.from(packet?.payload ?? '', 'latin1').toString('hex')]));
    const inner = (index: number): string | undefined => (CASES[index]?.[2] === INNER4 ? seen[index]?.[0] : seen[index]?.[1]);
    expect(CASES.map((_, index) => inner(index))).toEqual(CASES.map(([, , packet]) => (packet === INNER4 ? '203.0.113.7' : '2001:db8::7')));
  });
});
