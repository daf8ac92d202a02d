/** Options that `egret baseline write` and `use` share, checked into typed ones; every mistake is collected, not the first. */
import type { Command } from 'commander';
import type { Mistake } from '../../core/base/errors.ts';
import { NOTHING_REQUIRED } from '../../core/report/require.ts';
import type { AuditOptions } from '../pipeline-types.ts';
import { readFeatures, readVariables } from './audit-options.ts';

/** As commander hands them over. */
export interface RawBaselineOptions {
  readonly policy?: string;
  readonly with?: string;
  readonly set?: readonly string[];
  readonly sheet?: string;
  readonly quiet?: boolean;
}

export function recordingOptions(command: Command): void {
  command
    .optionsGroup('Where a FILE is a recording:')
    .option('-p, --policy <file>', 'the policy to judge it against')
    .option('--with <features>', 'features that were on, as a,b,c; all others were off; "none": all off')
    .option('--set <name=value>', 'value of a policy variable; repeat for a list', collect)
    .option('--sheet <file>', 'run sheet; without it FILE.run.yaml beside it is read');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** How recordings among the files are audited; with mistakes it is not to be used. */
export function readRecordingOptions(raw: RawBaselineOptions, mistakes: Mistake[]): Omit<AuditOptions, 'files'> {
  if (raw.policy === '-' || raw.sheet === '-') mistakes.push({ message: 'policies and run sheets are not read from standard input', help: 'name a file; standard input is for a report' });
  return {
    variables: readVariables(raw.set ?? [], mistakes),
    local: [],
    caFiles: [],
    wish: { failOn: 'never', require: NOTHING_REQUIRED },
    ...(raw.policy === undefined ? {} : { policy: raw.policy }),
    ...(raw.with === undefined ? {} : { features: readFeatures(raw.with, mistakes) }),
    ...(raw.sheet === undefined ? {} : { sheet: raw.sheet }),
  };
}

/** Mistakes that show only when it is known which files are recordings: a policy that is missing, or flags that would do nothing. */
export function fileKindMistakes(raw: RawBaselineOptions, recordings: readonly string[]): readonly Mistake[] {
  const [first] = recordings;
  if (first !== undefined) {
    return raw.policy === undefined ? [{ message: `${first} is a recording, and without a policy nothing in it is a finding`, help: 'give --policy FILE, or name a report that was judged' }] : [];
  }
  const flags: readonly (readonly [flag: string, given: boolean])[] = [['--policy', raw.policy !== undefined], ['--with', raw.with !== undefined], ['--set', raw.set !== undefined], ['--sheet', raw.sheet !== undefined]];
  return flags.filter(([, given]) => given).map(([flag]) => ({ message: `${flag} is for recordings, and here are only reports, judged when they were made`, help: 'leave it out, or name the recordings themselves' }));
}
