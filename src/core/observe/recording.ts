/**
 * A recording: the observations of a run as lines of JSON (formats.md), a tap
 * on the pipeline. The first line says what it is and where it came from;
 * reading it again gives the same observations, so the same report.
 */
import { parseCidr } from '../base/address.ts';
import type { Problem } from '../base/problem.ts';
import { jsonSafe } from '../base/wire-text.ts';
import type { RunSheet } from '../policy/sheet.ts';
import type { Observation } from './observation.ts';
import { ANY_KIND, HEADER, isKnownProblem, LATER_HEADER, OBSERVATIONS } from './recording-shapes.ts';

/** Raised when a reader of the old one would misunderstand the new one. */
export const RECORDING_VERSION = 1;

/** Who saw what a source tells, other than a file of packets. */
export type Witness = 'proxy';

/** A file, or a witness of a live run, that the recording was made from. */
export interface RecordedSource {
  readonly id: number;
  readonly path: string;
  /** Absent where the header was written before the source had ended. */
  readonly sha256?: string | undefined;
  readonly bytes: number;
  readonly linkTypes: readonly number[];
  /** Sources of one scope share names, phases and clock. */
  readonly scope: number;
  /** What was known of the scope when it was recorded, flags included. */
  readonly sheet: RecordedSheet;
  /** What watched, where it was no capture: `packets` of its totals are then the connections that clients made to egret's proxy. */
  readonly witness?: Witness | undefined;
  /** A capture that was read when egret's proxy had told everything: what it shows of tunnels comes behind all of them. */
  readonly late?: true | undefined;
}

export type RecordedSheet = Omit<RunSheet, 'local' | 'places'> & { readonly local: readonly string[] };

export interface RecordingHeader {
  readonly egret: 'recording';
  readonly version: number;
  readonly tool: { readonly name: string; readonly version: string };
  readonly sources: readonly RecordedSource[];
}

/** The first line, without its newline. */
export function headerLine(toolVersion: string, sources: readonly RecordedSource[]): string {
  return jsonSafe(JSON.stringify({ egret: 'recording', version: RECORDING_VERSION, tool: { name: 'egret', version: toolVersion }, sources } satisfies RecordingHeader));
}

/** One observation as a line, without its newline. */
export function observationLine(observation: Observation): string {
  return jsonSafe(JSON.stringify(observation));
}

/** The header of a recording, or only its version where that is higher than this egret reads; undefined when the line is none. */
export function parseHeader(line: string): RecordingHeader | { readonly laterVersion: number } | undefined {
  const value = parseJson(line);
  if (HEADER(value)) return value.version > RECORDING_VERSION ? { laterVersion: value.version } : value;
  return LATER_HEADER(value) && value.version > RECORDING_VERSION ? { laterVersion: value.version } : undefined;
}

/** The observation of a line, or why it is none: `record-unknown` for a kind of a later egret, `record-damaged` for anything else. */
export function parseObservation(line: string): Observation | Problem {
  const value = parseJson(line);
  if (!ANY_KIND(value)) return { code: 'record-damaged' };
  const shape = OBSERVATIONS.get(value.kind);
  if (shape === undefined) return { code: 'record-unknown' };
  if (shape(value)) return value;
  return { code: value.kind === 'blind-spot' && typeof value.code === 'string' && !isKnownProblem(value.code) ? 'record-unknown' : 'record-damaged' };
}

/** A sheet as it goes into a header. */
export function recordSheet(full: RunSheet): RecordedSheet {
  const { places: _places, ...sheet } = full;
  return { ...sheet, local: sheet.local.map((cidr) => cidr.text) };
}

/** A sheet as it comes out of a header; networks that are none are left out, and the file it stood in: whoever wrote the header shall not choose what egret opens. */
export function restoreSheet(recorded: RecordedSheet): RunSheet {
  const { file: _file, ...sheet } = recorded;
  return { ...sheet, local: sheet.local.map(parseCidr).filter((cidr) => cidr !== undefined) };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
