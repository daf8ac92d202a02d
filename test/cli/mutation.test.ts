/**
 * Captures and recordings with bytes changed, cut, doubled and swapped, by a
 * seeded generator, through the whole command line: whatever a file holds, it
 * gives a report or a sentence, never a bug (exit 70).
 */
import { describe, expect, it } from 'vitest';
import { runEgret } from '../build/file-world.ts';
import { pcapFile } from '../build/pcap.ts';
import { readCapture } from '../build/read-capture.ts';
import { readCaptureOf, stories, STORY_POLICY } from '../build/stories.ts';

const all = stories();
/** Runs per story and kind, chosen so that the sweep stays within some twenty seconds. */
const RUNS = Number(process.env['EGRET_MUTATIONS'] ?? 24);

/** xorshift32: the same mutations on every machine. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  below(bound: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % bound;
  }
}

describe.each(all.map((story) => [story.name, story] as const))('%s', async (_name, story) => {
  const capture = readCaptureOf(story);
  const recording = Buffer.from((await runEgret(['audit', story.capture, '-q', '--record', 'run.ndjson'])).files.get('run.ndjson') ?? '');

  it('as a damaged capture never is a bug', async () => {
    for (let run = 0; run < RUNS; run++) expect(await audited('x.pcapng', mutated(capture, new Dice(1000 + run)), run)).toBe('');
  });

  it('with damaged packets in a sound file never is a bug', async () => {
    const { frames } = readCapture('pcapng', capture);
    for (let run = 0; run < RUNS; run++) {
      const dice = new Dice(4000 + run);
      const file = pcapFile(frames.map(({ bytes, at }) => ({ bytes: dice.below(6) === 0 ? mutated(bytes, dice, 3) : bytes, at: dice.below(200) === 0 ? dice.below(2 ** 31) * 1_000_000 : at })));
      expect(await audited('x.pcap', file, run)).toBe('');
    }
  });

  it('as a damaged recording never is a bug', async () => {
    expect(recording.length).toBeGreaterThan(1000);
    for (let run = 0; run < RUNS; run++) expect(await audited('x.ndjson', run % 2 === 0 ? mutated(recording, new Dice(2000 + run)) : swappedValues(recording.toString(), new Dice(3000 + run)), run)).toBe('');
  });
});

/** What went wrong, or nothing. */
async function audited(name: string, content: Uint8Array, run: number): Promise<string> {
  const ran = await runEgret(['audit', name, '-p', STORY_POLICY, '--sheet', `${all[0]?.folder}/story.run.yaml`, '--format', 'json,text=r.txt,ndjson=c.ndjson', '--record', 'again.ndjson'], { held: { [name]: content }, chunk: 1 + (run % 7) * 4099 });
  if (![0, 1, 2, 3].includes(ran.exit)) return `run ${run}: exit ${ran.exit}: ${ran.err}`;
  if (/\n\s+at /.test(ran.err)) return `run ${run}: a stack trace: ${ran.err}`;
  return ran.exit === 3 || ran.out.endsWith('}\n') ? '' : `run ${run}: no report`;
}

function mutated(original: Uint8Array, dice: Dice, most = 40): Uint8Array {
  let bytes = Uint8Array.from(original);
  const changes = 1 + dice.below(most);
  for (let change = 0; change < changes; change++) {
    const at = dice.below(Math.max(1, bytes.length));
    const length = dice.below(64);
    switch (dice.below(6)) {
      case 0: bytes[at] = dice.below(256); break;
      case 1: bytes[at] = [0, 0xff, 0x7f, 0x80][dice.below(4)] ?? 0; break;
      case 2: bytes.copyWithin(at, dice.below(Math.max(1, bytes.length)), dice.below(Math.max(1, bytes.length))); break;
      case 3: bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]); break;
      case 4: bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]); break;
      default: if (dice.below(8) === 0) bytes = bytes.subarray(0, Math.max(32, at)); else bytes.fill(dice.below(256), at, Math.min(bytes.length, at + length));
    }
  }
  return bytes;
}

/** JSON that still parses: values anywhere in the lines exchanged for values of other kinds; the header is mostly left sound, so that the rest is read. */
function swappedValues(text: string, dice: Dice): Uint8Array {
  const lines = text.split('\n').map((line, number) => (line === '' || dice.below(number === 0 ? 4 : 3) < (number === 0 ? 3 : 1) ? line : line.replaceAll(/:(?:"[^"]*"|-?\d+|true|false|\[\]|\{\})/g, (value) => (dice.below(40) === 0 ? `:${ODD[dice.below(ODD.length)] ?? 'null'}` : value))));
  return Buffer.from(lines.join('\n'));
}

const ODD = ['null', '""', '-1', '1e308', '1e999', '9007199254740993', '[]', '{}', '[[[]]]', 'true', '"__proto__"', '"constructor"', '"\\u0000\\u001b[2J"', '0.5', '65536', '{"__proto__":1}', '"::1"', `"${'a.'.repeat(200)}"`];
