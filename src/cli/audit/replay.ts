/** Reads a recording line by line and hands its observations on, as the observer did when it was made. */
import { UsageError } from '../../core/base/errors.ts';
import type { ProblemCode } from '../../core/base/problem.ts';
import { parseHeader, parseObservation, RECORDING_VERSION, type RecordedSource, type RecordingHeader } from '../../core/observe/recording.ts';
import type { Observation } from '../../core/observe/observation.ts';

export interface ReplaySink {
  /** Sources that observations come from: of the first line, and of later ones where more were opened. */
  sources(sources: readonly RecordedSource[]): void;
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
  readonly #cutCode: 'file-cut' | 'run-unended';

  constructor(name: string, sink: ReplaySink, cutCode: 'file-cut' | 'run-unended' = 'file-cut') {
    this.#name = name;
    this.#sink = sink;
    this.#cutCode = cutCode;
  }

  /** Its sources are known. */
  get hasBegun(): boolean {
    return this.#begun;
  }

  /** It was said that something is missing at the end. */
  get toldCut(): boolean {
    return this.#toldCut;
  }

  /** Sources that are known from elsewhere: a header may then be missing. */
  know(sources: readonly RecordedSource[]): void {
    if (sources.length === 0) return;
    this.#begun = true;
    const added = sources.filter(({ id }) => !this.#sources.has(id));
    for (const { id } of added) {
      this.#sources.add(id);
      this.#unended.add(id);
    }
    if (added.length > 0) this.#sink.sources(added);
  }

  /** The end of one file of several: a line does not go on in the next. */
  endPart(): void {
    const rest = this.#tail + this.#decoder.decode();
    this.#tail = '';
    if (rest === '') return;
    // A last line without its newline was cut, unless it is whole after all.
    if (isWhole(rest)) this.#line(rest);
    else this.#cut = true;
  }

  push(chunk: Uint8Array): void {
    const lines = (this.#tail + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#tail = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    if (this.#tail.length > LONGEST_LINE) throw new UsageError(`${this.#name}: a line of the recording is longer than ${LONGEST_LINE} characters`, 'a recording holds one observation per line; was it edited?');
  }

  end(): void {
    this.endPart();
    if (!this.#begun) throw new UsageError(`${this.#name} is not a whole recording: its first line is cut`, 'record it again');
    // A recording made from a cut one says already that totals are missing.
    if (!this.#cut && (this.#unended.size === 0 || this.#toldCut)) return;
    this.#toldCut = true;
    this.#sink.problem(this.#cutCode);
  }

  #line(line: string): void {
    if (line.trim() === '') return;
    if (!this.#begun || line.startsWith(HEADER_START)) {
      this.know(this.#readHeader(line).sources);
      return;
    }
    const found = parseObservation(line);
    if (!('kind' in found)) this.#sink.problem(found.code);
    else if (this.#sources.has(found.from[0])) this.#take(found);
    else this.#sink.problem('record-damaged');
  }

  #take(found: Observation): void {
    if (found.kind === 'source') this.#unended.delete(found.from[0]);
    else if (found.kind === 'blind-spot' && (found.code === 'file-cut' || found.code === 'run-unended')) this.#toldCut = true;
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

/** A run writes its header again when another source was opened, and at the start of each part. */
const HEADER_START = '{"egret":"recording"';
/** A flow with the longest chain and every HTTP part stays far below. */
const LONGEST_LINE = 16 << 20;
