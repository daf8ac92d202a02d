/** The options of `egret diff` as written, checked into typed ones; every mistake is collected, not the first. */
import type { Mistake } from '../../core/base/errors.ts';
import { DIFF_FAIL_ON, type DiffFailOn } from '../../core/report/diff/exit.ts';
import { DIFF_FORMAT_NAMES, type DiffFormat } from '../../core/report/diff/format.ts';
import { NOTHING_REQUIRED } from '../../core/report/require.ts';
import { COLOR_CHOICES, type ColorChoice } from '../paint.ts';
import type { AuditOptions } from '../pipeline-types.ts';
import { oneOf, readFeatures, readVariables } from './audit-options.ts';

/** As commander hands them over. */
export interface RawDiffOptions {
  readonly policy?: string;
  readonly with?: string;
  readonly set?: readonly string[];
  readonly sheetA?: string;
  readonly sheetB?: string;
  readonly failOn: string;
  readonly format: string;
  readonly output?: string;
  readonly color: string;
  readonly quiet?: boolean;
}

export interface DiffChoice {
  /** How A and B are audited where they are recordings. */
  readonly sides: readonly [a: AuditOptions, b: AuditOptions];
  readonly failOn: DiffFailOn;
  readonly format: DiffFormat;
  readonly output?: string;
  readonly color: ColorChoice;
  readonly quiet: boolean;
}

/** The typed options, and every mistake; with mistakes the options are not to be used. */
export function readDiffOptions(a: string, b: string, raw: RawDiffOptions): { readonly choice: DiffChoice; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const failOn = oneOf<DiffFailOn>('--fail-on', raw.failOn, DIFF_FAIL_ON, mistakes) ?? 'never';
  const format = oneOf<DiffFormat>('--format', raw.format, DIFF_FORMAT_NAMES, mistakes) ?? 'text';
  const color = oneOf<ColorChoice>('--color', raw.color, COLOR_CHOICES, mistakes) ?? 'auto';
  if (a === '-' && b === '-') mistakes.push({ message: 'standard input (-) was named more than once', help: 'it can be read only once' });
  const read = [a, b, raw.policy, raw.sheetA, raw.sheetB];
  if ([raw.policy, raw.sheetA, raw.sheetB].includes('-')) mistakes.push({ message: 'policies and run sheets are not read from standard input', help: 'name a file; standard input is for a report' });
  if (raw.output !== undefined && raw.output !== '-' && read.includes(raw.output)) mistakes.push({ message: `${raw.output} is read and would be overwritten`, help: 'write to another file' });
  const common = {
    variables: readVariables(raw.set ?? [], mistakes),
    local: [],
    caFiles: [],
    wish: { failOn: 'never', require: NOTHING_REQUIRED },
    ...(raw.policy === undefined ? {} : { policy: raw.policy }),
    ...(raw.with === undefined ? {} : { features: readFeatures(raw.with, mistakes) }),
  } as const;
  const side = (file: string, sheet: string | undefined): AuditOptions => ({ ...common, files: [file], ...(sheet === undefined ? {} : { sheet }) });
  return {
    choice: {
      sides: [side(a, raw.sheetA), side(b, raw.sheetB)],
      failOn,
      format,
      color,
      quiet: raw.quiet === true,
      ...(raw.output === undefined || raw.output === '-' ? {} : { output: raw.output }),
    },
    mistakes,
  };
}

/** Options that speak of a recording where there is none: they would do nothing, and silently. */
export function idleOptions(raw: RawDiffOptions, recordings: readonly [a: boolean, b: boolean]): readonly Mistake[] {
  const [a, b] = recordings;
  const audits: readonly (readonly [flag: string, given: boolean])[] = [['--policy', raw.policy !== undefined], ['--with', raw.with !== undefined], ['--set', raw.set !== undefined]];
  const found: Mistake[] = a || b ? [] : audits.filter(([, given]) => given).map(([flag]) => ({ message: `${flag} is for recordings, and A and B are reports, judged when they were made`, help: 'leave it out, or name the recordings themselves' }));
  for (const [flag, given, isRecording] of [['--sheet-a', raw.sheetA !== undefined, a], ['--sheet-b', raw.sheetB !== undefined, b]] as const) {
    if (given && !isRecording) found.push({ message: `${flag} is for a recording, and ${flag.endsWith('a') ? 'A' : 'B'} is a report`, help: 'leave it out, or name the recording itself' });
  }
  return found;
}
