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
  /** Numbers that the header gives; an observation of any other has no place. */
  readonly #sources = new Set<number>();
  /** Sources whose totals, the last that is told of them, have not come. */
  readonly #unended = new Set<number>();
  #tail = '';
  #begun = false;
  #cut = false;
  #toldCut = false;

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
      else this.#cut = true;
    }
    if (!this.#begun) throw new UsageError(`${this.#name} is not a whole recording: its first line is cut`, 'record it again');
    // A recording made from a cut one says already that totals are missing.
    if (this.#cut || (this.#unended.size > 0 && !this.#toldCut)) this.#sink.problem('file-cut');
  }

  #line(line: string): void {
    if (line.trim() === '') return;
    if (!this.#begun) {
      this.#begun = true;
      const header = this.#readHeader(line);
      for (const { id } of header.sources) {
        this.#sources.add(id);
        this.#unended.add(id);
      }
      this.#sink.header(header);
      return;
    }
    const found = parseObservation(line);
    if (!('kind' in found)) this.#sink.problem(found.code);
    else if (this.#sources.has(found.from[0])) this.#take(found);
    else this.#sink.problem('record-damaged');
  }

  #take(found: Observation): void {
    if (found.kind === 'source') this.#unended.delete(found.from[0]);
    else if (found.kind === 'blind-spot' && found.code === 'file-cut') this.#toldCut = true;
    this.#sink.observation(found);
  }

  #readHeader(line: string): RecordingHeader {
    const header = parseHeader(line);
    if (header === undefined) throw new UsageError(`${this.#name}: the first line is not the header of a recording`, 'it should begin {"egret":"recording","version":1,…}');
    if ('laterVersion' in header) {
      throw new UsageError(`${this.#name} is a recording of version ${header.laterVersion}; this egret reads up to ${RECORDING_VERSION}`, 'use the egret that made it, or a newer one');
    }
    if (header.sources.length === 0) throw new UsageError(`${this.#name} is a recording of nothing: its header names no source`, 'record it again');
    return header;
  }
}

function isWhole(line: string): boolean {
  return 'kind' in parseObservation(line) || parseHeader(line) !== undefined;
}

/** A flow with the longest chain and every HTTP part stays far below. */
const LONGEST_LINE = 16 << 20;
