/**
 * A world over the real files of the project and files held in memory, for
 * tests that run the whole command line: outputs are gathered, nothing is
 * written to disk. Bytes in memory are read as a stream in chunks of `chunk`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/run.ts';
import type { World } from '../../src/cli/world.ts';
import { readInput } from '../../src/edge/capture/read.ts';
import { type FakeWorld, fakeWorld } from '../cli/fake-world.ts';
import { ROOT } from '../source-tree.ts';

export interface FileChoice {
  readonly seed?: number;
  /** Inputs and texts held in memory by their names; all else is read from the project. */
  readonly held?: Readonly<Record<string, Uint8Array | string>>;
  readonly chunk?: number;
}

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** What was written by `--format …=FILE`, `-o` and `--record`. */
  readonly files: ReadonlyMap<string, string>;
}

/** Runs `egret` with these words in a world of files; never throws. */
export async function runEgret(argv: readonly string[], choice: FileChoice = {}): Promise<Ran> {
  const world = fileWorld(choice);
  const exit = await runCli(argv, world);
  return { exit, out: world.out(), err: world.err(), files: world.files };
}

function fileWorld({ seed = 1, held = {}, chunk = 1 << 20 }: FileChoice): FakeWorld {
  const world = fakeWorld({ files: Object.fromEntries(Object.entries(held).filter((file): file is [string, string] => typeof file[1] === 'string')) });
  const readHeld: World['readInput'] = (name, options) => {
    const content = held[name] ?? world.files.get(name);
    if (content === undefined) return readInput(name === '-' ? '-' : path.resolve(ROOT, name), { ...options, stdin: chunks(new Uint8Array(0), chunk) });
    return readInput('-', { ...options, stdin: chunks(typeof content === 'string' ? Buffer.from(content) : content, chunk) });
  };
  return { ...world, seed, readInput: readHeld, readText: async (name) => world.files.get(name) ?? readFileSync(path.resolve(ROOT, name), 'utf8') };
}

async function* chunks(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
