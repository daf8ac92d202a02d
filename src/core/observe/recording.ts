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

/** Raised when a reader of the old one would misunderstand the new one. */
export const RECORDING_VERSION = 1;

/** A file the recording was made from. */
export interface RecordedSource {
  readonly id: number;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly linkTypes: readonly number[];
  /** Sources of one scope share names, phases and clock. */
  readonly scope: number;
  /** What was known of the scope when it was recorded, flags included. */
  readonly sheet: RecordedSheet;
}

export type RecordedSheet = Omit<RunSheet, 'local'> & { readonly local: readonly string[] };

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

/** The header of a recording; undefined when the line is none, `version` untouched so that the caller can refuse a higher one. */
export function parseHeader(line: string): RecordingHeader | undefined {
  const value = parseObject(line);
  return value !== undefined && isHeader(value) ? value : undefined;
}

/** The observation of a line, or why it is none: `record-unknown` for a kind of a later egret, `record-damaged` for anything else. */
export function parseObservation(line: string): Observation | Problem {
  const value = parseObject(line);
  if (value === undefined || typeof value['at'] !== 'number' || typeof value['seq'] !== 'number' || !isPair(value['from'])) return { code: 'record-damaged' };
  const shape = typeof value['kind'] === 'string' ? SHAPES[value['kind']] : undefined;
  if (shape === undefined) return { code: 'record-unknown' };
  return hasShape(value, shape) ? value : { code: 'record-damaged' };
}

/** A sheet as it goes into a header. */
export function recordSheet(sheet: RunSheet): RecordedSheet {
  return { ...sheet, local: sheet.local.map((cidr) => cidr.text) };
}

/** A sheet as it comes out of a header; networks that are none are left out. */
export function restoreSheet(sheet: RecordedSheet): RunSheet {
  return { ...sheet, local: sheet.local.map(parseCidr).filter((cidr) => cidr !== undefined) };
}

function parseObject(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHeader(value: JsonObject): value is JsonObject & RecordingHeader {
  return value['egret'] === 'recording' && typeof value['version'] === 'number' && Array.isArray(value['sources']);
}

/** Every field without which its kind cannot be used is there, with its JSON type. */
function hasShape(value: JsonObject, shape: Shape): value is JsonObject & Observation {
  return Object.entries(shape).every(([key, type]) => (type === 'array' ? Array.isArray(value[key]) : typeof value[key] === type && value[key] !== null));
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => Number.isSafeInteger(part));
}

type JsonObject = Readonly<Record<string, unknown>>;
type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object' | 'array'>>;

/** Fields without which a kind cannot be used, with their JSON types. */
const SHAPES: Readonly<Record<string, Shape>> = {
  flow: {
    flow: 'number', transport: 'string', ipProtocol: 'number', client: 'object', server: 'object', direction: 'string', opened: 'number', last: 'number', lastFrame: 'number',
    startSeen: 'boolean', outcome: 'string', up: 'number', down: 'number', packetsUp: 'number', packetsDown: 'number', duplicates: 'number', protocol: 'string',
  },
  lookup: { name: 'string', type: 'string', cnames: 'array', addresses: 'array', services: 'array', rcode: 'string', answers: 'number', client: 'object', resolver: 'object', transport: 'string' },
  mark: { phase: 'string', edge: 'string' },
  tick: {},
  'blind-spot': { code: 'string', count: 'number' },
  source: { packets: 'number', duplicates: 'number', midStream: 'number', snapped: 'number', linkTypes: 'array' },
};
