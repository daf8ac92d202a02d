/** Reads a recording line by line and hands its observations on, as the observer did when it was made. */
import { UsageError } from '../../core/base/errors.ts';
import type { ProblemCode } from '../../core/base/problem.ts';
import { parseHeader, parseObservation, RECORDING_VERSION, type RecordingHeader } from '../../core/observe/recording.ts';
import type { Observation } from '../../core/observe/observation.ts';

export interface ReplaySink {
  header(header: RecordingHeader): void;
  observation(observation: Observation): void;
  problem(code: ProblemCode): void;
}

export class Replay {
  readonly #name: string;
  readonly #sink: ReplaySink;
  readonly #decoder = new TextDecoder();
  #tail = '';
  #begun = false;

  constructor(name: string, sink: ReplaySink) {
    this.#name = name;
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    const lines = (this.#tail + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#tail = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    if (this.#tail.length > LONGEST_LINE) throw new UsageError(`${this.#name}: a line of the recording is longer than ${LONGEST_LINE} characters`, 'a recording holds one observation per line; was it edited?');
  }

  end(): void {
    if (this.#tail !== '') {
      // A last line without its newline was cut, unless it is whole after all.
      if (isWhole(this.#tail)) this.#line(this.#tail);
      else this.#sink.problem('file-cut');
    }
    if (!this.#begun) throw new UsageError(`${this.#name} is not a whole recording: its first line is cut`, 'record it again');
  }

  #line(line: string): void {
    if (line.trim() === '') return;
    if (!this.#begun) {
      this.#begun = true;
      this.#sink.header(this.#readHeader(line));
      return;
    }
    const found = parseObservation(line);
    if ('kind' in found) this.#sink.observation(found);
    else this.#sink.problem(found.code);
  }

  #readHeader(line: string): RecordingHeader {
    const header = parseHeader(line);
    if (header === undefined) throw new UsageError(`${this.#name}: the first line is not the header of a recording`, 'it should begin {"egret":"recording","version":1,…}');
    if (header.version > RECORDING_VERSION) {
      throw new UsageError(`${this.#name} is a recording of version ${header.version}; this egret reads up to ${RECORDING_VERSION}`, 'use the egret that made it, or a newer one');
    }
    return header;
  }
}

function isWhole(line: string): boolean {
  return 'kind' in parseObservation(line) || parseHeader(line) !== undefined;
}

/** A flow with the longest chain and every HTTP part stays far below. */
const LONGEST_LINE = 16 << 20;
