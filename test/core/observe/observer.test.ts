/** Packets in, flows out: who was the client, how it ended, what was counted. */
import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../../src/core/base/address.ts';
import { Observer } from '../../../src/core/observe/observer.ts';
import type { FlowObservation, Observation } from '../../../src/core/observe/observation.ts';
import { PcapReader } from '../../../src/core/decode/files/pcap.ts';
import { bytes } from '../../build/bytes.ts';
import { ethernet } from '../../build/frames.ts';
import { icmp, tcp, type TcpFields, udp } from '../../build/packets.ts';
import { pcapFile, START } from '../../build/pcap.ts';
import { clientHello, message, record } from '../../build/tls-bytes.ts';

const APP = '10.0.0.2:40000';
const HOST = '203.0.113.7:443';
const SECOND = 1_000_000;

/** A packet at so many seconds after the start. */
type Timed = readonly [second: number, packet: Uint8Array];

const up = (second: number, fields: Omit<TcpFields, 'from' | 'to'>): Timed => [second, tcp({ from: APP, to: HOST, id: Math.round(second * 1000), ...fields })];
const down = (second: number, fields: Omit<TcpFields, 'from' | 'to'>): Timed => [second, tcp({ from: HOST, to: APP, id: Math.round(second * 1000), ...fields })];

interface Seen {
  readonly flows: readonly FlowObservation[];
  readonly problems: readonly string[];
  readonly duplicates: number;
  readonly midStream: number;
}

function observe(packets: readonly Timed[], options: { readonly local?: string; readonly flowCap?: number } = {}): Seen {
  const all: Observation[] = [];
  const local = options.local === undefined ? undefined : parseCidr(options.local);
  const observer = new Observer({ seed: 1, local: local === undefined ? [] : [local], clockOffset: 0, emit: (seen) => void all.push(seen), ...(options.flowCap === undefined ? {} : { flowCap: options.flowCap }) });
  observer.begin(0);
  const reader = new PcapReader(observer);
  reader.push(pcapFile(packets.map(([second, packet]) => ({ bytes: ethernet(packet), at: START + Math.round(second * SECOND) }))));
  reader.end();
  observer.finish();
  observer.end();
  const totals = all.find((seen) => seen.kind === 'source');
  return {
    flows: all.filter((seen) => seen.kind === 'flow').sort((one, other) => one.flow - other.flow),
    problems: all.filter((seen) => seen.kind === 'blind-spot').map(({ code, count }) => `${code} ${count}`),
    duplicates: totals?.duplicates ?? -1,
    midStream: totals?.midStream ?? -1,
  };
}

const handshake: readonly Timed[] = [up(0, { flags: 'S', seq: 999 }), down(0.1, { flags: 'SA', seq: 4999, ack: 1000 }), up(0.2, { seq: 1000, ack: 5000 })];
const said = (second: number, seq: number, length: number): Timed => up(second, { seq, payload: 'a'.repeat(length) });
const datagram = (second: number, id: number): Timed => [second, udp({ from: '10.0.0.2:40000', to: '203.0.113.7:9999', payload: 'data', id })];
const shortOf = ({ client, server, direction }: FlowObservation): string => `${client.port}→${server.port} ${direction}`;

describe('a flow that was broken off', () => {
  const talk: readonly Timed[] = [...handshake, up(0.3, { seq: 1000, payload: 'ask' }), down(0.4, { seq: 5000, payload: 'answer' })];

  it.each([
    ['by a reset of the server', [down(1, { flags: 'R', seq: 5006 })], 1],
    ['on the path, where the server is done later', [down(1, { flags: 'R', seq: 5006 }), down(3, { flags: 'FA', seq: 5006 }), up(3, { flags: 'R', seq: 1003 })], 1],
    ['by an ICMP error', [[1, icmp({ from: '198.51.100.1', to: '10.0.0.2', type: 3, code: 1, payload: tcp({ from: APP, to: HOST, seq: 1003 }) })] as const], 0.4],
    ['not, when its client reset it', [up(1, { flags: 'R', seq: 1003 }), down(1.1, { flags: 'R', seq: 5006 })], undefined],
    ['not, when an end was done before', [up(1, { flags: 'FA', seq: 1003 }), down(1.1, { flags: 'R', seq: 5006 })], undefined],
    ['not, when it ended as it should', [up(1, { flags: 'FA', seq: 1003 }), down(1.1, { flags: 'FA', seq: 5006 })], undefined],
  ] as const)('%s', (_what, end, at) => {
    expect(observe([...talk, ...end]).flows[0]?.dropped).toBe(at === undefined ? undefined : START + at * SECOND);
  });

  it('was in use: what nobody answered was not', () => {
    expect(observe([...handshake, up(0.3, { seq: 1000, payload: 'ask' }), down(1, { flags: 'R', seq: 5000 })]).flows[0]?.dropped).toBeUndefined();
  });
});

describe('whose alert ended a flow', () => {
  const hello = record(22, message(1, clientHello()));
  const refusal = record(21, bytes(2, 48));

  it.each([
    ['that of the end that connected', [up(0.3, { seq: 1000, payload: hello }), up(0.4, { seq: 1000 + hello.length, payload: refusal })], 'client', 'rejected-by-client'],
    ['that of the end that was called', [up(0.3, { seq: 1000, payload: hello }), down(0.4, { seq: 5000, payload: refusal })], 'server', 'rejected-by-server'],
    ['that of the end that was called, though its bytes are those of a TLS client', [down(0.3, { seq: 5000, payload: hello }), down(0.4, { seq: 5000 + hello.length, payload: refusal })], 'server', 'rejected-by-server'],
    ['that of the end that connected, though its bytes are those of a TLS server', [down(0.3, { seq: 5000, payload: hello }), up(0.4, { seq: 1000, payload: refusal })], 'client', 'rejected-by-client'],
  ] as const)('is %s', (_what, packets, from, outcome) => {
    const [flow] = observe([...handshake, ...packets]).flows;
    expect([flow?.direction, flow?.tls?.alert?.from, flow?.outcome]).toEqual(['syn', from, outcome]);
  });
});

describe('the client of a flow', () => {
  it.each<readonly [string, readonly Timed[], string, string | undefined]>([
    ['is who sent the SYN', [up(0, { flags: 'S', seq: 1 })], '40000→443 syn', undefined],
    ['is who sent the SYN, even if its answer was captured first', [down(0, { flags: 'SA', seq: 7, ack: 2 }), up(0.001, { flags: 'S', seq: 1 })], '40000→443 syn', undefined],
    ['is who got the SYN-ACK', [down(0, { flags: 'SA', seq: 7, ack: 2 }), up(0.1, { seq: 2, ack: 8 })], '40000→443 syn-ack', undefined],
    ['is who is local, where nothing else tells', [[0, tcp({ from: '203.0.113.7:5555', to: '10.0.0.2:6666', seq: 5 })]], '6666→5555 local', '10.0.0.0/8'],
    ['is who uses the unregistered port, where nobody is local', [down(0, { seq: 5, payload: 'xx' })], '40000→443 port', undefined],
    ['is who sent first, where ports say nothing', [[0, tcp({ from: '203.0.113.7:5555', to: '198.51.100.2:6666', seq: 5 })]], '5555→6666 first-sender', undefined],
    ['is who asks a DNS question, whatever its port', [[0, udp({ from: '10.0.0.2:53', to: '10.0.0.9:40001', payload: query() })]], '53→40001 payload', undefined],
  ])('%s', (_what, packets, expected, local) => {
    const { flows } = observe(packets, local === undefined ? {} : { local });
    expect(flows.map(shortOf)).toEqual([expected]);
  });
});

describe('a group of hosts', () => {
  it.each([
    ['IPv4', '10.0.0.2:5353', '224.0.0.251:5353'],
    ['IPv6', '[fe80::2]:5353', '[ff02::fb]:5353'],
  ])('is asked and never asks, even where what it is sent are answers: %s', (_, from, to) => {
    const answer = bytes(0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1);
    const [flow] = observe([[0, udp({ from, to, payload: answer })]], { local: '10.0.0.0/8' }).flows;
    expect(flow).toMatchObject({ protocol: 'mdns', direction: 'payload', server: { port: 5353 } });
    expect(`${flow?.client.address} ${flow?.server.address}`).toBe(`${from} ${to}`.replaceAll(/[[\]]|:5353/g, ''));
  });
});

describe('bytes of a TCP flow', () => {
  it('are counted in sequence space: neither retransmissions nor lost packets change them', () => {
    const { flows } = observe([...handshake, up(1, { seq: 1000, payload: 'a'.repeat(100) }), up(2, { seq: 1000, payload: 'a'.repeat(100) }), up(3, { seq: 1050, payload: 'a'.repeat(100) }), up(4, { seq: 1400, payload: 'a'.repeat(100) })]);
    expect(flows.map((flow) => [flow.up, flow.down, flow.packetsUp, flow.packetsDown])).toEqual([[500, 0, 6, 1]]);
  });

  it('up are sampled in flows older than 30 s, before the packet that brings more', () => {
    const { flows } = observe([...handshake, said(1, 1000, 100), down(20, { seq: 5000, payload: 'x' }), said(45, 1100, 50), said(50, 1150, 50), said(56, 1200, 50)]);
    expect(flows.map(({ up: total, upBy }) => [total, upBy?.map(([at, sent]) => [(at - START) / SECOND, sent])])).toEqual([[250, [[45, 100], [56, 200]]]]);
  });

  it('are not sampled in short flows, nor taken over from an older flow of the same ends', () => {
    const long = [...handshake, up(40, { seq: 1000, payload: 'a' })];
    const again: readonly Timed[] = [up(60, { flags: 'S', seq: 77_000 }), up(61, { seq: 77_001, payload: 'b' })];
    const { flows } = observe([...long, ...again]);
    expect(flows.map(({ upBy }) => upBy?.length)).toEqual([1, undefined]);
  });

  it('go on when sequence numbers wrap', () => {
    const { flows } = observe([up(0, { flags: 'S', seq: 0xffff_fff0 }), up(1, { seq: 0xffff_fff1, payload: 'a'.repeat(100) }), up(2, { seq: 85, payload: 'a'.repeat(50) })]);
    expect(flows.map((flow) => flow.up)).toEqual([150]);
  });

  it('hold what a FIN says of a bulk flow whose packets were not captured', () => {
    const { flows } = observe([...handshake, down(1, { seq: 5000, ack: 1000, payload: 'x' }), down(9, { flags: 'FA', seq: 5000 + 3_000_000, ack: 1000 })]);
    expect(flows.map((flow) => flow.down)).toEqual([3_000_000]);
  });

  it('do not count what SYN, FIN and RST take of the sequence', () => {
    const { flows } = observe([...handshake, up(1, { flags: 'FA', seq: 1000, ack: 5000 }), down(1.1, { flags: 'FA', seq: 5000, ack: 1001 }), up(1.2, { flags: 'R', seq: 99_999 })]);
    expect(flows.map((flow) => [flow.up, flow.down])).toEqual([[0, 0]]);
  });
});

describe('the end of a TCP flow', () => {
  it.each<readonly [string, readonly Timed[], FlowObservation['outcome']]>([
    ['a SYN without an answer at the end of the capture', [up(0, { flags: 'S', seq: 1 })], 'attempted'],
    ['a SYN sent again without an answer', [up(0, { flags: 'S', seq: 1 }), up(1, { flags: 'S', seq: 1 })], 'timeout'],
    ['a SYN answered by RST', [up(0, { flags: 'S', seq: 1 }), down(0.1, { flags: 'RA', seq: 0, ack: 2 })], 'refused'],
    ['a SYN taken back', [up(0, { flags: 'S', seq: 1 }), up(0.1, { flags: 'R', seq: 2 })], 'abandoned'],
    ['a SYN answered by "host unreachable"', [up(0, { flags: 'S', seq: 1 }), [0.1, icmp({ from: '10.0.0.1', to: '10.0.0.2', type: 3, code: 1, payload: tcp({ from: APP, to: HOST, flags: 'S', seq: 1 }) })]], 'unreachable'],
    ['a handshake and nothing after', [...handshake, up(1, { flags: 'FA', seq: 1000, ack: 5000 }), down(1.1, { flags: 'FA', seq: 5000, ack: 1001 })], 'established'],
    ['a handshake cut by the end of the capture', handshake, 'cut'],
    ['bytes both ways', [...handshake, up(1, { seq: 1000, payload: 'hello' }), down(1.1, { seq: 5000, payload: 'hi' })], 'app-data'],
    ['a reset before anything was said', [...handshake, down(1, { flags: 'R', seq: 5000 })], 'reset'],
  ])('%s', (_what, packets, outcome) => expect(observe(packets).flows.map((flow) => flow.outcome)).toEqual([outcome]));

  it('joins an ICMP error to the flow that it quotes, but not path discovery', () => {
    const quoted = tcp({ from: APP, to: HOST, flags: 'S', seq: 1 });
    const error = (code: number): Timed => [0.1, icmp({ from: '10.0.0.1', to: '10.0.0.2', type: 3, code, payload: quoted })];
    expect(observe([[0, quoted], error(1)]).flows.map((flow) => flow.icmpError)).toEqual(['3/1']);
    expect(observe([[0, quoted], error(4)]).flows.map((flow) => flow.icmpError)).toEqual([undefined]);
  });
});

describe('one 5-tuple', () => {
  it('used again by a SYN with another number is a new flow', () => {
    const again = [up(2, { flags: 'S', seq: 77_777 }), down(2.1, { flags: 'SA', seq: 1, ack: 77_778 })];
    expect(observe([...handshake, ...again]).flows.map((flow) => [flow.flow, flow.outcome])).toEqual([[1, 'established'], [2, 'cut']]);
  });

  it('with the same SYN sent again stays one flow', () => {
    expect(observe([up(0, { flags: 'S', seq: 1 }), up(1, { flags: 'S', seq: 1 }), down(1.1, { flags: 'SA', seq: 9, ack: 2 })]).flows).toHaveLength(1);
  });

  it('silent for longer than five minutes is two UDP flows, for less it is one', () => {
    expect(observe([datagram(0, 1), datagram(299, 2)]).flows).toHaveLength(1);
    expect(observe([datagram(0, 1), datagram(301, 2)]).flows.map((flow) => flow.outcome)).toEqual(['sent-only', 'sent-only']);
  });

  it('with an attempt that nobody answered for longer than a SYN is repeated is over', () => {
    expect(observe([up(0, { flags: 'S', seq: 1 }), up(140, { seq: 2, ack: 1, payload: 'x' })]).flows).toHaveLength(2);
  });
});

describe('what was there before', () => {
  it('is told from what began in the capture', () => {
    const seen = observe([down(0, { seq: 5, payload: 'xx' })]);
    expect([seen.midStream, seen.flows[0]?.startSeen, observe(handshake).flows[0]?.startSeen]).toEqual([1, false, true]);
  });
});

describe('counts', () => {
  it('leave out what was captured twice', () => {
    const packet = up(1, { seq: 1000, payload: 'hello' });
    const seen = observe([...handshake, packet, [1.003, packet[1]]]);
    expect([seen.duplicates, seen.flows[0]?.duplicates, seen.flows[0]?.packetsUp, seen.flows[0]?.up]).toEqual([1, 1, 3, 5]);
  });

  it('tell of packets for which the flow table had no room', () => {
    const other: Timed = [0.3, tcp({ from: '10.0.0.2:40001', to: HOST, flags: 'S', seq: 1 })];
    const seen = observe([...handshake, other], { flowCap: 1 });
    expect([seen.flows.length, seen.problems]).toEqual([1, ['flow-cap 1']]);
  });

  it('tell of frames whose headers make no sense', () => {
    expect(observe([[0, bytes(0x45, 0, 0)]]).problems).toEqual(['packet-damaged 1']);
  });
});

/** A DNS question for a.example. */
function query(): Uint8Array {
  return bytes(0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 7, 'example', 0, 0, 1, 0, 1);
}

/** Segments behind bytes that never come. */
const behind = (count: number): readonly Timed[] => Array.from({ length: count }, (_, part) => up(1 + part / 1000, { seq: 1100 + part * 10, payload: 'x'.repeat(10) }));

describe('a stream whose first bytes never come', () => {
  it('is a gap while what waits behind them can be kept', () => {
    expect(observe([...handshake, ...behind(10)]).problems).toEqual(['stream-gap 1']);
  });

  it('exceeds the reassembly limit when more waits than can be kept', () => {
    expect(observe([...handshake, up(0.5, { seq: 1000, payload: 'GET / HTTP/1.1\r\nHost: a' }), ...behind(70)]).problems).toEqual(['stream-cap 1']);
  });
});
