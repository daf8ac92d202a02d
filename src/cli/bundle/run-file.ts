/** `run.json` of a bundle: what neither packets nor events say of a run. Its shape, and how it is read again. */
import { objectOf, count, maybe, oneOf, text, type Shape } from '../../core/base/shape.ts';
import { formatTime } from '../../core/base/time.ts';
import { jsonSafe } from '../../core/base/wire-text.ts';
import { RECORDED_SOURCES, SHEET } from '../../core/observe/recording-shapes.ts';
import type { RecordedSheet, RecordedSource } from '../../core/observe/recording.ts';
import type { Coverage } from '../../core/observe/coverage.ts';

/** What the command knows before the run. */
export interface RunStart {
  readonly mode: 'run' | 'proxy';
  /** The app, as it was started. */
  readonly command?: { readonly words: readonly string[]; readonly path?: string; readonly sha256?: string };
}

export interface RunFile extends RunStart {
  readonly egret: 'run';
  readonly version: number;
  readonly tool: { readonly name: 'egret'; readonly version: string };
  /** As RFC 3339, for people. */
  readonly started: string;
  /** Absent: egret was ended while the run went on, or could not write any more. */
  readonly ended?: string;
  readonly policy?: { readonly path: string; readonly sha256: string; readonly name: string };
  readonly sheet?: RecordedSheet;
  readonly sources: readonly RecordedSource[];
  /** How the run ended and what was looked at, as in its report. */
  readonly exit?: number;
  readonly coverage?: Coverage;
  /** Parts of events and of the capture that were taken away as newer ones came. */
  readonly removed?: { readonly events: number; readonly capture: number };
}

/** What egret needs of it to judge again. */
export type ReadRunFile = Pick<RunFile, 'version' | 'ended' | 'sheet' | 'sources' | 'removed'>;

export const RUN_VERSION = 1;

/** Its text. */
export function runFileText(run: Omit<RunFile, 'egret' | 'version' | 'started' | 'ended'> & { readonly started: number; readonly ended?: number }): string {
  const { started, ended, tool, mode, ...rest } = run;
  const file: RunFile = { egret: 'run', version: RUN_VERSION, tool, mode, started: formatTime(started), ...(ended === undefined ? {} : { ended: formatTime(ended) }), ...rest };
  return `${jsonSafe(JSON.stringify(file, undefined, 2))}\n`;
}

/** What it says; undefined where it makes no sense. */
export function parseRunFile(content: string): ReadRunFile | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return RUN(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Read extends ReadRunFile {
  readonly egret: 'run';
}

const RUN: Shape<Read> = objectOf<Read>({
  egret: oneOf('run'), version: count, ended: maybe(text), sheet: maybe(SHEET), sources: RECORDED_SOURCES, removed: maybe(objectOf<NonNullable<RunFile['removed']>>({ events: count, capture: count })),
});
