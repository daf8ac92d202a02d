/**
 * Sound inputs to begin from: the recorded stories, the byte fixtures, the
 * sample captures where this machine has them, and openings written by hand for
 * protocols of which no capture is at hand.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openCapture, sniffFile, type CaptureKind } from '../../src/core/decode/files/open.ts';
import { PacketDecoder } from '../../src/core/decode/headers/decode.ts';
import { type Packet, TCP, UDP } from '../../src/core/decode/headers/packet.ts';
import { readCaptureOf, stories } from '../build/stories.ts';
import { readWireFixture, wireFixtures } from '../build/wire-fixture.ts';
import { readSample, sampleCaptures } from '../captures.ts';
import { ROOT } from '../source-tree.ts';
import { OPENINGS } from './openings.ts';
import type { Pieces } from './target.ts';

export interface CorpusCapture {
  readonly name: string;
  readonly kind: CaptureKind;
  readonly bytes: Uint8Array;
  readonly frames: readonly CorpusFrame[];
}

interface CorpusFrame {
  readonly link: number;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What one end said after the other, datagrams or contiguous stretches of a stream. */
export interface Talk {
  readonly transport: 'tcp' | 'udp';
  /** Of the first sender, and of whom it sent to. */
  readonly ports: readonly [from: number, to: number];
  readonly passages: readonly { readonly fromFirst: boolean; readonly data: Uint8Array }[];
}

/** The captures; `samples` brings in those that are no part of the project. */
export function corpusCaptures(samples: boolean): CorpusCapture[] {
  const own = stories().map((story) => readCorpusCapture(story.name, readCaptureOf(story)));
  const others = samples ? (sampleCaptures() ?? []).map(({ name }) => readCorpusCapture(name, readSample(name))) : [];
  return [...own, ...others].filter((capture) => capture !== undefined);
}

function readCorpusCapture(name: string, bytes: Uint8Array): CorpusCapture | undefined {
  const kind = sniffFile(bytes);
  if (kind !== 'pcap' && kind !== 'pcapng') return undefined;
  const frames: CorpusFrame[] = [];
  const reader = openCapture(kind, {
    frame: (frame) => frames.push({ link: frame.link, at: frame.at, bytes: frame.bytes.slice(frame.start, frame.end) }),
    interfaceSeen: ignore, processSeen: ignore, dropped: ignore, problem: ignore,
  });
  reader.push(bytes);
  reader.end();
  return { name, kind, bytes, frames };
}

/** Conversations of the captures, the byte fixtures and the openings. */
export function talks(captures: readonly CorpusCapture[]): Talk[] {
  return [...captures.flatMap((capture) => talksOf(capture.frames)), ...wireTalks(), ...OPENINGS];
}

/** As far as they come in order; what comes again is left out. */
function talksOf(frames: readonly CorpusFrame[]): Talk[] {
  const found = new Map<string, Talk & { readonly passages: { fromFirst: boolean; data: Uint8Array }[]; readonly tops: [number, number] }>();
  const decoder = new PacketDecoder(ignore);
  for (const [index, frame] of frames.entries()) {
    const packet = decoder.decode({ bytes: frame.bytes, start: 0, end: frame.bytes.length, wireLength: frame.bytes.length, at: frame.at, link: frame.link, interfaceId: 0, index: index + 1, process: -1 });
    if (packet === undefined || (packet.protocol !== TCP && packet.protocol !== UDP) || packet.payloadEnd <= packet.payloadStart) continue;
    const [there, back] = keysOf(packet);
    const fromFirst = !found.has(back);
    const talk = found.get(fromFirst ? there : back) ?? { transport: packet.protocol === TCP ? 'tcp' as const : 'udp' as const, ports: [packet.fromPort, packet.toPort] as const, passages: [], tops: [-1, -1] as [number, number] };
    found.set(fromFirst ? there : back, talk);
    const side = fromFirst ? 0 : 1;
    if (packet.protocol === TCP && packet.sequence < talk.tops[side]) continue;
    talk.tops[side] = packet.sequence + packet.payloadLength;
    if (talk.passages.length < LONGEST_TALK) talk.passages.push({ fromFirst, data: packet.bytes.slice(packet.payloadStart, packet.payloadEnd) });
  }
  return [...found.values()];
}

function keysOf(packet: Packet): [there: string, back: string] {
  const from = [packet.from0, packet.from1, packet.from2, packet.from3, packet.fromPort].join('.');
  const to = [packet.to0, packet.to1, packet.to2, packet.to3, packet.toPort].join('.');
  return [`${packet.protocol} ${from} ${to}`, `${packet.protocol} ${to} ${from}`];
}

function wireTalks(): Talk[] {
  const folders = readdirSync(path.join(ROOT, 'fixtures/wire'), { withFileTypes: true }).filter((found) => found.isDirectory()).map(({ name }) => name);
  return folders.flatMap(wireFixtures).flatMap((name): Talk[] => {
    const { passages } = readWireFixture(name);
    const told = passages.flatMap(({ side, data }) => (data instanceof Uint8Array ? [{ fromFirst: side === passages[0]?.side, data }] : []));
    return (['tcp', 'udp'] as const).map((transport) => ({ transport, ports: [40_000, name.startsWith('dns') ? 53 : 443] as const, passages: told }));
  });
}

/** Files of the project whose paths match, as inputs of one piece. */
export function textSeeds(pattern: RegExp): Pieces[] {
  const files = ['policies', 'fixtures', 'docs'].flatMap((folder) => readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`));
  return files.filter((file) => pattern.test(file)).sort().map((file) => [Uint8Array.from(readFileSync(path.join(ROOT, file)))]);
}

function ignore(): void {}

const LONGEST_TALK = 40;
