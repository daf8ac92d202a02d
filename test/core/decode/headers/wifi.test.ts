/** Wi-Fi frames as drivers write them, and tshark's reading of the same bytes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, u16, u32 } from '../../../build/bytes.ts';
import { decodeFrames } from '../../../build/decode-packets.ts';
import { tcp } from '../../../build/packets.ts';
import { pcapFile } from '../../../build/pcap.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark) console.log('skipped: tshark is not installed (Debian: apt-get install tshark)');

const FOUR = tcp({ from: '10.0.0.2:40000', to: '203.0.113.7:443', payload: 'hello' });
const SIX = tcp({ from: '[2001:db8::2]:40000', to: '[2001:db8::7]:443', payload: 'hello' });
const MAC = bytes(2, 0, 0, 0, 0, 1);

interface Fields {
  readonly control?: number;
  readonly flags?: number;
  /** Number of the piece. */
  readonly piece?: number;
  readonly qos?: number;
  readonly organisation?: number;
  readonly padded?: boolean;
}

function data(packet: Uint8Array, { control = 0x08, flags = 0x01, piece = 0, qos, organisation = 0, padded = false }: Fields = {}): Uint8Array {
  const addresses = bytes(MAC, MAC, MAC, u16(0x1230 | piece, true), (flags & 3) === 3 ? MAC : []);
  const quality = qos === undefined ? bytes() : bytes(u16(qos, true), (flags & 0x80) === 0 ? [] : [0, 0, 0, 0]);
  const header = bytes(control | (qos === undefined ? 0 : 0x80), flags, 0, 0, addresses, quality);
  return bytes(header, padded ? new Uint8Array(-header.length & 3) : [], snap(packet, organisation));
}

function snap(packet: Uint8Array, organisation = 0): Uint8Array {
  return bytes(0xaa, 0xaa, 3, 0, 0, organisation, u16((packet[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd), packet);
}

function aggregate(...packets: readonly Uint8Array[]): Uint8Array {
  const whole = packets.map((packet, index) => {
    const body = snap(packet);
    return bytes(MAC, MAC, u16(body.length), body, index === packets.length - 1 ? [] : new Uint8Array(-(body.length + 14) & 3));
  });
  return bytes(0x88, 0x01, 0, 0, MAC, MAC, MAC, u16(0x1230, true), u16(0x80, true), ...whole);
}


/** Radiotap with a time of 64 bits and flags. */
function radiotap(frame: Uint8Array, flags = 0, fcs = bytes()): Uint8Array {
  return bytes(0, 0, u16(18, true), u32(3, true), new Uint8Array(8), flags, 0, frame, fcs);
}

/** Behind two words of fields the time needs no padding either; four bytes of other fields follow. */
function behindTwo(flags: number): Uint8Array {
  return bytes(0, 0, u16(29, true), u32(0x8000_0003, true), u32(0, true), u32(0), new Uint8Array(8), flags, new Uint8Array(4), data(FOUR));
}

function prism(frame: Uint8Array, little = true): Uint8Array {
  return bytes(u32(0x44, little), u32(144, little), new Uint8Array(136), frame);
}

function avs(frame: Uint8Array): Uint8Array {
  return bytes(u32(0x8021_1001), u32(64), new Uint8Array(56), frame);
}

const READ: readonly (readonly [what: string, link: number, wrap: (packet: Uint8Array) => Uint8Array])[] = [
  ['to the access point', 105, (packet) => data(packet)],
  ['from the access point', 105, (packet) => data(packet, { flags: 0x02 })],
  ['between stations', 105, (packet) => data(packet, { flags: 0x00 })],
  ['four addresses', 105, (packet) => data(packet, { flags: 0x03 })],
  ['quality of service', 105, (packet) => data(packet, { qos: 5 })],
  ['quality of service, four addresses and HT control', 105, (packet) => data(packet, { qos: 5, flags: 0x83 })],
  ['sent again', 105, (packet) => data(packet, { flags: 0x09 })],
  ['bridged', 105, (packet) => data(packet, { organisation: 0xf8 })],
  ['an aggregate of one', 105, (packet) => aggregate(packet)],
  ['radiotap', 127, (packet) => radiotap(data(packet))],
  ['radiotap with a frame check sequence', 127, (packet) => radiotap(data(packet), 0x10, bytes(1, 2, 3, 4))],
  ['radiotap, padded by the driver', 127, (packet) => radiotap(data(packet, { qos: 0, padded: true }), 0x20)],
  ['Prism', 119, (packet) => prism(data(packet))],
  ['Prism, big-endian', 119, (packet) => prism(data(packet), false)],
  ['AVS where Prism is declared', 119, (packet) => avs(data(packet))],
  ['AVS', 163, (packet) => avs(data(packet))],
];

describe('Wi-Fi data frames', () => {
  it.each(READ)('%s (%i) carry both families', (_what, link, wrap) => {
    const found = decodeFrames([wrap(FOUR), wrap(SIX)], link);
    expect(found.problems).toEqual([]);
    expect(found.packets).toMatchObject([
      { from: '10.0.0.2:40000', to: '203.0.113.7:443', payload: 'hello', payloadLength: 5 },
      { from: '[2001:db8::2]:40000', to: '[2001:db8::7]:443', payload: 'hello', payloadLength: 5 },
    ]);
  });

  it('reads the flags of radiotap behind several words and padding', () => {
    expect(decodeFrames([behindTwo(0)], 127).packets).toMatchObject([{ payload: 'hello' }]);
    expect(decodeFrames([behindTwo(0x40)], 127).problems).toMatchObject([{ code: 'packet-damaged' }]);
  });

  it.each([
    ['encrypted', data(FOUR, { flags: 0x41 }), 'encrypted'],
    ['a first piece', data(FOUR, { flags: 0x05 }), 'in pieces'],
    ['a later piece', data(FOUR, { piece: 1 }), 'in pieces'],
    ['an aggregate of two', aggregate(FOUR, SIX), 'several packets in one frame'],
  ])('%s are a blind spot', (_what, frame, detail) => {
    const found = decodeFrames([frame], 105);
    expect(found.packets).toEqual([undefined]);
    expect(found.problems).toMatchObject([{ code: 'wifi-unread', detail }]);
  });

  it.each([
    ['a beacon', bytes(0x80, 0, new Uint8Array(34))],
    ['an acknowledgement', bytes(0xd4, 0, 0, 0, MAC)],
    ['a data frame without data', data(FOUR, { control: 0x48 })],
    ['one with quality of service', data(FOUR, { control: 0x48, qos: 0 })],
    ['LLC without SNAP', bytes(0x08, 1, 0, 0, MAC, MAC, MAC, 0, 0, 0x42, 0x42, 3, new Uint8Array(9))],
  ])('%s is counted as not IP, without a problem', (_what, frame) => expect(decodeFrames([frame], 105)).toMatchObject({ packets: [undefined], problems: [], nonIp: 1 }));

  it.each([
    ['a header that is cut', 105, bytes(0x08, 1, 0, 0, MAC)],
    ['a radiotap header longer than its frame', 127, bytes(0, 0, u16(99, true), u32(0))],
    ['a radiotap header of another version', 127, bytes(1, 0, u16(8, true), u32(0))],
    ['a frame whose check failed', 127, radiotap(data(FOUR), 0x40)],
    ['a Prism header longer than its frame', 119, bytes(u32(0x44, true), u32(144, true), 0)],
    ['an aggregate that is cut', 105, bytes(0x88, 1, 0, 0, MAC, MAC, MAC, 0, 0, 0x80, 0, MAC)],
  ])('%s is damage', (_what, link, frame) => expect(decodeFrames([frame], link).problems).toMatchObject([{ code: 'packet-damaged', detail: 'link' }]));

  it('never throws on any bytes, and tells one problem a frame at most', () => {
    fc.assert(fc.property(fc.constantFrom(105, 119, 127, 163), fc.array(fc.uint8Array({ maxLength: 120 }), { minLength: 1, maxLength: 4 }), (link, frames) => {
      expect(decodeFrames(frames.map((frame) => (frame.length === 0 ? frame : frame.with(0, link === 127 ? 0 : (frame[0] ?? 0) & 0xf8)) ), link).problems.length).toBeLessThanOrEqual(frames.length);
    }), { seed: 20_260_403, numRuns: 500 });
  });
});

describe.skipIf(!hasTshark)('tshark', () => {
  it.each([105, 127, 119, 163])('finds the same packets in frames of link type %i', (link) => {
    const frames = READ.filter((row) => row[1] === link).flatMap(([, , wrap]) => [wrap(FOUR), wrap(SIX)]);
    const { packets } = decodeFrames(frames, link);
    const asked = ['ip.src', 'ipv6.src', 'tcp.srcport', 'ip.dst', 'ipv6.dst', 'tcp.dstport'].flatMap((field) => ['-e', field]);
    const folder = mkdtempSync(path.join(tmpdir(), 'egret-wifi-'));
    const file = path.join(folder, 'wifi.pcap');
    writeFileSync(file, pcapFile(frames, { link }));
    const { stdout } = spawnSync('tshark', ['-r', file, '-T', 'fields', '-E', 'separator= ', ...asked], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    const theirs = stdout.trim().split('\n').map((line) => line.trim().split(/\s+/).join(' '));
    expect(packets.map((packet) => `${packet?.from} ${packet?.to}`.replaceAll(/[[\]]/g, '').replaceAll(/:(\d+)(?= |$)/g, ' $1'))).toEqual(theirs);
  });
});
