/** The tap: writes every observation of a run as a line of a recording, whose first line is known only at the end. */
import { MachineError } from '../../core/base/errors.ts';
import type { Observation } from '../../core/observe/observation.ts';
import { headerLine, observationLine, type RecordedSource } from '../../core/observe/recording.ts';
import { whyNot } from '../files.ts';
import type { Tap } from './tap.ts';
import type { OutputFile, World } from '../world.ts';

export class Recorder implements Tap {
  readonly stopped = undefined;
  readonly #path: string;
  readonly #file: OutputFile;
  readonly #version: string;
  #pending: string[] = [];

  private constructor(path: string, file: OutputFile, version: string) {
    this.#path = path;
    this.#file = file;
    this.#version = version;
  }

  /** Opens the file before the work begins. Throws MachineError when it cannot be written. */
  static async open(path: string, world: World): Promise<Recorder> {
    return new Recorder(path, await world.openOutput(path, 'prepended').catch((error: unknown) => refuse(path, error)), world.version);
  }

  /** Its header is written last. */
  opened(): void {}

  /** It is of observations alone. */
  packets(): void {}

  add(observation: Observation, line = observationLine(observation)): void {
    this.#pending.push(line, '\n');
    if (this.#pending.length >= BATCH) this.#write();
  }

  /** Puts the recording under its name. */
  async commit(sources: readonly RecordedSource[]): Promise<void> {
    this.#write();
    await this.#file.commit(`${headerLine(this.#version, sources)}\n`).catch((error: unknown) => refuse(this.#path, error));
  }

  async discard(): Promise<void> {
    await this.#file.discard();
  }

  #write(): void {
    try {
      this.#file.write(this.#pending.join(''));
    } catch (error) {
      refuse(this.#path, error);
    }
    this.#pending = [];
  }
}

function refuse(path: string, error: unknown): never {
  throw new MachineError(`cannot write the recording ${path}`, whyNot(error), 'choose another file, or make room there');
}

/** Pieces gathered before one write: some 100 kB. */
const BATCH = 512;
