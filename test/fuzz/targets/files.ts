/** The readers of capture files, and the expansion of gzip in front of them. */
import { gzipSync } from 'node:zlib';
import type { CaptureKind } from '../../../src/core/decode/files/open.ts';
import { openCapture } from '../../../src/core/decode/files/open.ts';
import { readInput } from '../../../src/edge/capture/read.ts';
import { UsageError } from '../../../src/core/base/errors.ts';
import { pcapFile } from '../../build/pcap.ts';
import { enhanced, interfaceDescription, nameResolution, obsolete, pcapngFile, processEvent, secrets, section, simple, statistics } from '../../build/pcapng.ts';
import { bytes } from '../../build/bytes.ts';
import type { CorpusCapture } from '../corpus.ts';
import { numberWrong } from '../check-facts.ts';
import { outcomeOf, type Outcome, type Pieces, type Target } from '../target.ts';

export function fileTargets(captures: readonly CorpusCapture[]): Target[] {
  const small = captures.filter(({ bytes: file }) => file.length < SMALL);
  const seedsOf = (kind: CaptureKind): Pieces[] => [...small.filter((capture) => capture.kind === kind).map((capture) => [capture.bytes]), ...built(kind).map((file) => [file])];
  const files = [...seedsOf('pcap'), ...seedsOf('pcapng')];
  return [
    ...(['pcap', 'pcapng'] as const).map((kind): Target => ({ name: `file:${kind}`, kind: 'bytes', seeds: seedsOf(kind), run: ([file = new Uint8Array(0)]) => runReader(kind, file) })),
    { name: 'file:gzip', kind: 'bytes', seeds: files.slice(0, 8).map(([file = new Uint8Array(0)]) => [gzipSync(file)]), run: ([file = new Uint8Array(0)]) => runGzip(file) },
  ];
}

/** Files with every block and variant that the builders know. */
function built(kind: CaptureKind): Uint8Array[] {
  const frames = Array.from({ length: 5 }, (_, index) => new Uint8Array(40 + index).fill(index));
  if (kind === 'pcap') return [{}, { nanoseconds: true }, { bigEndian: true }, { modified: true }, { link: 101 }].map((fields) => pcapFile(frames, fields));
  const [frame = new Uint8Array(0)] = frames;
  const all = (bigEndian: boolean): Uint8Array => {
    const order = { bigEndian };
    return bytes(section(order), interfaceDescription({ ...order, name: 'eth0', resolution: 9, offset: -5 }), enhanced(0, frame, order), simple(frame, order), obsolete(0, frame, { ...order, drops: 3 }),
      statistics(0, { ifDrop: 7, osDrop: 9n }, order), processEvent(42, 'app', order), nameResolution(bytes(10, 0, 0, 1), 'a.example', order), secrets('CLIENT_RANDOM x y', order), section(order), interfaceDescription(order), enhanced(0, frame, order));
  };
  return [pcapngFile(frames), pcapngFile(frames, { bigEndian: true }), all(false), all(true)];
}

/** Read whole and in small chunks: frames lie in the file, their numbers are sound, and both give the same. */
function runReader(kind: CaptureKind, file: Uint8Array): Outcome {
  const [whole, pieces] = [listen(kind, file, file.length), listen(kind, file, 1 + (file.length % 61))];
  const wrong = whole.wrong ?? pieces.wrong ?? (whole.told === pieces.told ? undefined : 'chunks of another size give other frames');
  return outcomeOf(wrong, whole.trait);
}

function listen(kind: CaptureKind, file: Uint8Array, chunk: number): { wrong: string | undefined; told: string; trait: string } {
  let wrong: string | undefined;
  let captured = 0;
  const told: string[] = [];
  const traits = new Set<string>();
  const reader = openCapture(kind, {
    frame({ bytes: held, start, end, ...facts }) {
      captured += end - start;
      if (start < 0 || end < start || end > held.length) wrong ??= `a frame lies at ${start}..${end} of ${held.length} bytes`;
      if (captured > file.length) wrong ??= 'frames hold more bytes than the file';
      wrong ??= numberWrong({ at: facts.at, wireLength: facts.wireLength, link: facts.link, interfaceId: facts.interfaceId, index: facts.index }, 'frame');
      told.push(`${start < end ? held[start] : ''},${end - start},${JSON.stringify(facts)}`);
      traits.add(`link ${facts.link}`);
    },
    interfaceSeen: (facts) => void told.push(JSON.stringify(facts)),
    processSeen: (facts) => void told.push(JSON.stringify(facts)),
    dropped(interfaceId, count) {
      wrong ??= numberWrong({ interfaceId, count }, 'dropped');
      told.push(`dropped ${interfaceId} ${count}`);
    },
    problem({ code, detail }) {
      told.push(`${code} ${detail}`);
      traits.add(code);
    },
  });
  for (let at = 0; at < file.length; at += Math.max(1, chunk)) reader.push(file.slice(at, at + Math.max(1, chunk)));
  reader.end();
  if (told.length > file.length + 2) wrong ??= `${told.length} facts from ${file.length} bytes`;
  return { wrong, told: told.join('\n'), trait: [...traits].sort().join(' ') };
}

async function runGzip(file: Uint8Array): Promise<Outcome> {
  let given = 0;
  async function* stdin(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < file.length; at += 997) yield file.slice(at, at + 997);
  }
  try {
    const facts = await readInput('-', { stdin: stdin(), open: () => ({ push: (chunk) => void (given += chunk.length), end: () => undefined }) });
    return outcomeOf(given > file.length * MOST_RATIO + (64 << 20) ? `${given} bytes from ${file.length}` : numberWrong({ bytes: facts.bytes }, 'input'), `${facts.gzip} ${facts.cut?.replaceAll(/\d+/g, 'n')}`);
  } catch (error) {
    if (error instanceof UsageError) return { trait: error.message.replaceAll(/\d+/g, 'n') };
    throw error;
  }
}

const SMALL = 1 << 19;
/** Deflate cannot exceed this. */
const MOST_RATIO = 1032;
