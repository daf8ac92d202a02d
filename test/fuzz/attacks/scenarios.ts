/**
 * Attacks on memory and time, each a file that grows with a number: what a
 * stranger, or the audited program itself, may write to make an auditor give up.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { bytes, u16, u32 } from '../../build/bytes.ts';
import { ethernet } from '../../build/frames.ts';
import { fragments, ipv4, tcp, udp } from '../../build/packets.ts';
import { pcapFile } from '../../build/pcap.ts';
import { enhanced, interfaceDescription, section } from '../../build/pcapng.ts';
import { AttackFile, ends } from './write.ts';

export interface Attack {
  readonly name: string;
  /** What the number counts. */
  readonly unit: string;
  readonly sizes: readonly [small: number, large: number];
  /** Ending of the file's name. */
  readonly ending: 'pcap' | 'pcapng' | 'pcap.gz' | 'ndjson';
  write(path: string, size: number): void;
}

export const ATTACKS: readonly Attack[] = [
  flows('half-open flows', 'SYNs', [500_000, 1_000_000], (file, n) => file.wait(1).syn(ends(n, 443))),
  flows('names asked for', 'lookups', [500_000, 1_000_000], (file, n) => {
    const flow = ends(n, 53);
    const name = bytes(12, `n${String(n).padStart(11, '0')}`, 7, 'example', 0);
    file.wait(20).ask(flow, bytes(u16(n), 1, 0, u16(1), u16(0), u16(0), u16(0), name, u16(1), u16(1)));
    file.wait(20).answer(flow, bytes(u16(n), 0x81, 0x80, u16(1), u16(1), u16(0), u16(0), name, u16(1), u16(1), 0xc0, 12, u16(1), u16(1), u32(300), u16(4), u32(0x0a00_0000 + n)));
  }),
  flows('questions never answered', 'lookups', [500_000, 1_000_000], (file, n) => file.wait(2).ask(ends(n, 53), bytes(u16(n), 1, 0, u16(1), u16(0), u16(0), u16(0), 12, `n${String(n).padStart(11, '0')}`, 7, 'example', 0, u16(1), u16(1)))),
  flows('streams with their beginning missing', 'flows of 56 KB', [5_000, 10_000], (file, n) => {
    const flow = ends(n, 443);
    file.wait(10).open(flow);
    flow.clientSequence += 1;
    file.up(flow, FILLER);
  }),
  flows('hellos that never end', 'flows of 56 KB', [5_000, 10_000], (file, n) => {
    const flow = ends(n, 443);
    file.wait(10).open(flow);
    for (let at = 0; at < 4; at++) file.up(flow, bytes(22, 3, 1, u16(14_000), at === 0 ? [1, 0, 0xff, 0xf0, 3, 3] : [], new Uint8Array(at === 0 ? 13_994 : 14_000)));
  }),
  flows('heads that never end', 'flows of 15 KB', [10_000, 20_000], (file, n) => {
    const flow = ends(n, 80);
    file.wait(10).open(flow);
    file.up(flow, HEAD);
  }),
  flows('DTLS hellos that never end', 'flows of 28 KB', [5_000, 10_000], (file, n) => {
    const flow = ends(n, 5004);
    for (const piece of DTLS_PIECES) file.wait(5).ask(flow, piece);
  }),
  flows('STUN from everywhere', 'requests', [250_000, 500_000], (file, n) => file.wait(5).ask(ends(n, 3478), bytes(u16(1), u16(0), u32(0x2112_a442), u32(n), u32(0), u32(0)))),
  flows('HTTP/2 header blocks that never end', 'flows of 50 KB', [2_000, 4_000], (file, n) => {
    const flow = ends(n, 80);
    file.wait(10).open(flow);
    file.up(flow, BLOCK);
  }),
  flows('endless headers in one stream', 'KB', [50_000, 100_000], (file, n) => file.wait(1).up(n === 0 ? opened(file, 80) : (last ?? ends(0, 80)), n === 0 ? bytes('GET / HTTP/1.1\r\n') : LINES)),
  flows('hosts asked of one proxy', 'requests', [250_000, 500_000], (file, n) => {
    const flow = n === 0 ? opened(file, 3128) : (last ?? ends(0, 3128));
    file.wait(2).up(flow, bytes(`GET http://h${n}.example/ HTTP/1.1\r\nHost: h${n}.example\r\n\r\n`));
    file.wait(2).down(flow, bytes('HTTP/1.1 204 No\r\n\r\n'));
  }),
  flows('huge certificate chains', 'chains of 400 KB', [250, 500], (file, n) => {
    const flow = ends(n, 443);
    file.wait(10).open(flow);
    file.down(flow, CHAIN);
  }),
  flows('overlapping segments', 'segments', [250_000, 500_000], (file, n) => {
    const flow = n === 0 ? opened(file, 443) : (last ?? ends(0, 443));
    flow.clientSequence = 1001 + ((n * 7919) % 60_000) + 1;
    file.wait(1).up(flow, FILLER.subarray(0, 1 + (n % 1000)));
  }),
  flows('one 5-tuple opened again and again', 'SYNs', [500_000, 1_000_000], (file, n) => file.wait(1).syn({ ...ends(0, 443), clientSequence: n * 2 })),
  flows('clocks that run backwards', 'SYNs', [250_000, 500_000], (file, n) => file.wait(n % 3 === 0 ? -50_000_000 : 49_000_000).syn(ends(n % 1000, 443))),
  whole('fragments that overlap', 'fragments', 'pcap', [100_000, 200_000], (size) => {
    const parts = fragments(udp({ from: '10.0.0.2:1', to: '203.0.113.1:2', payload: new Uint8Array(4000) }), 1000);
    return framesFile(Array.from({ length: size }, (_, n) => ethernet(n % 4 === 0 ? ipv4('10.0.0.2', '203.0.113.1', 17, new Uint8Array(800), { id: n >> 3, offset: 400, more: true }) : (parts[n % parts.length] ?? new Uint8Array(0)))));
  }),
  whole('datagrams never whole', 'fragments of 1.4 KB', 'pcap', [25_000, 50_000], (size) => {
    const part = new Uint8Array(1400);
    return framesFile(Array.from({ length: size }, (_, n) => ethernet(ipv4('10.0.0.2', '203.0.113.1', 17, part, { id: n & 0xffff, offset: 8, more: true }))));
  }),
  whole('interfaces by the thousand', 'blocks', 'pcapng', [100_000, 200_000], (size) => {
    const one = interfaceDescription({ name: 'eth0' });
    const all = new Uint8Array(size * one.length);
    for (let at = 0; at < all.length; at += one.length) all.set(one, at);
    return Buffer.concat([section(), all, enhanced(0xffff_ffff, ethernet(tcp({ from: '10.0.0.2:1', to: '203.0.113.1:443', flags: 'S' })))]);
  }),
  whole('sections by the thousand', 'blocks', 'pcapng', [100_000, 200_000], (size) => Buffer.concat(Array.from({ length: size }, (_, n) => (n % 2 === 0 ? SECTION : INTERFACE)))),
  whole('DNS names that point in circles', 'messages', 'pcap', [20_000, 40_000], (size) => {
    const loops = bytes(u16(1), 0x81, 0x80, u16(1), u16(40), u16(0), u16(0), 0xc0, 12, u16(1), u16(1), ...Array.from({ length: 40 }, (_, n) => bytes(0xc0, 12 + n, u16(5), u16(1), u32(60), u16(2), 0xc0, 14)));
    const links = bytes(u16(1), 0x81, 0x80, u16(1), u16(200), u16(0), u16(0), 1, 'a', 0, u16(1), u16(1), ...Array.from({ length: 200 }, (_, n) => bytes(0xc0, n === 0 ? 12 : 12, u16(5), u16(1), u32(60), u16(4), 1, 'a', 0xc0, 12)));
    const both = [loops, links].map((payload) => ethernet(udp({ from: '203.0.113.1:53', to: '10.0.0.2:40000', payload })));
    return framesFile(Array.from({ length: size }, (_, n) => both[n % 2] ?? loops));
  }),
  whole('a gzip bomb', 'MB inside', 'pcap.gz', [32, 64], (size) => gzipSync(Buffer.concat([pcapFile([]), Buffer.alloc(size << 20)]))),
  whole('a recording of one endless line', 'MB', 'ndjson', [8, 15], (size) => Buffer.from(`{"egret":"recording","version":1,"sources":"${'x'.repeat(size << 20)}`)),
  whole('a recording of lines that make no sense', 'lines', 'ndjson', [250_000, 500_000], (size) => Buffer.from(`${HEADER}\n${'{"kind":"flow"}\n'.repeat(size)}`)),
  whole('a recording of deep lines', 'KB', 'ndjson', [4_000, 8_000], (size) => Buffer.from(`${HEADER}\n${`{"kind":"flow","at":${'['.repeat(500)}${']'.repeat(500)}}\n`.repeat(size)}`)),
];

/** Ethernet frames, a millisecond apart; test/build's writer is made for a handful. */
function framesFile(frames: readonly Uint8Array[]): Uint8Array {
  const file = Buffer.alloc(24 + frames.reduce((sum, frame) => sum + 16 + frame.length, 0));
  file.set(pcapFile([]));
  let at = 24;
  for (const [index, frame] of frames.entries()) {
    file.writeUInt32LE(1_767_225_600 + Math.floor(index / 1000), at);
    file.writeUInt32LE((index % 1000) * 1000, at + 4);
    file.writeUInt32LE(frame.length, at + 8);
    file.writeUInt32LE(frame.length, at + 12);
    file.set(frame, at + 16);
    at += 16 + frame.length;
  }
  return file;
}

/** A capture written step by step. */
function flows(name: string, unit: string, sizes: Attack['sizes'], each: (file: AttackFile, n: number) => void): Attack {
  return {
    name, unit, sizes, ending: 'pcap',
    write(path, size) {
      const file = new AttackFile(path);
      last = undefined;
      for (let n = 0; n < size; n++) each(file, n);
      file.file.close();
    },
  };
}

function whole(name: string, unit: string, ending: Attack['ending'], sizes: Attack['sizes'], make: (size: number) => Uint8Array): Attack {
  return { name, unit, sizes, ending, write: (path, size) => writeFileSync(path, make(size)) };
}

/** The one flow of an attack that needs only one. */
let last: ReturnType<typeof ends> | undefined;

function opened(file: AttackFile, port: number): ReturnType<typeof ends> {
  last = ends(0, port);
  file.open(last);
  return last;
}

const FILLER = new Uint8Array(56_000).fill(0x41);
const HEAD = bytes(`GET / HTTP/1.1\r\n${`X-Filler: ${'y'.repeat(80)}\r\n`.repeat(160)}`);
/** A ClientHello of 60 KB by its header, of which every second fragment comes. */
const DTLS_PIECES = Array.from({ length: 20 }, (_, at) => {
  const header = bytes(1, u32(60_000).subarray(1), u16(0), u32(at * 2800).subarray(1), u32(1400).subarray(1));
  return bytes(22, 0xfe, 0xfd, u16(0), u16(0), u32(at), u16(1412), header, new Uint8Array(1400));
});
/** The preface, empty SETTINGS, HEADERS that do not end, and CONTINUATION frames. */
const BLOCK = bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 0, 0, 0, 4, 0, u32(0), ...Array.from({ length: 5 }, (_, at) => [u32(10_000).subarray(1), at === 0 ? 1 : 9, 0, u32(1), new Uint8Array(10_000)]).flat());
const LINES = bytes(`X-Filler: ${'y'.repeat(1010)}\r\n`);
/** ServerHello, then a Certificate message of 400 KB in records of 16 KB. */
const CHAIN = chain();
const SECTION = section();
const INTERFACE = interfaceDescription();
const HEADER = JSON.stringify({ egret: 'recording', version: 1, tool: { name: 'egret', version: '1' }, sources: [{ id: 0, path: 'x', sha256: '0'.repeat(64), bytes: 0, linkTypes: [1], scope: 0, sheet: { variables: {}, local: [], roots: [], components: [], clockOffset: 0 } }] });

function chain(): Uint8Array {
  const hello = bytes(2, 0, 0, 38, 3, 3, new Uint8Array(32), 0, 0xc0, 0x2f, 0);
  const certificate = bytes(u32(20_000).subarray(1), 0x30, 0x82, u16(19_996), new Uint8Array(19_996));
  const list = Buffer.concat(Array.from({ length: 20 }, () => certificate));
  const message = Buffer.concat([bytes(11, u32(list.length + 3).subarray(1), u32(list.length).subarray(1)), list]);
  const records: Uint8Array[] = [];
  const all = Buffer.concat([hello, message]);
  for (let at = 0; at < all.length; at += 16_384) records.push(bytes(22, 3, 3, u16(Math.min(16_384, all.length - at))), all.subarray(at, at + 16_384));
  return Buffer.concat(records);
}
