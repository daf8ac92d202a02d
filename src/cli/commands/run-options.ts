/** The options of `egret run` as written, checked; every mistake is collected, not the first. */
import type { Mistake } from '../../core/base/errors.ts';
import { oneOf } from './audit-options.ts';
import type { RawLiveOptions } from './proxy-options.ts';

export interface RawRunOptions extends RawLiveOptions {
  readonly exitCode: string;
  readonly phases?: string;
}

/** Whose exit code egret ends with where nothing is broken and the command failed. */
export function readExitCode(text: string, mistakes: Mistake[]): 'egret' | 'child' {
  return oneOf('--exit-code', text, ['egret', 'child'], mistakes) ?? 'egret';
}

/** Flags that commander took for the command's own words. */
export function commandMistakes(words: readonly string[]): readonly Mistake[] {
  const [first] = words;
  return first === undefined || first === '' ? [{ message: 'the command to run is empty', help: 'write it behind --, as in: egret run -- ./app --flag' }] : [];
}
