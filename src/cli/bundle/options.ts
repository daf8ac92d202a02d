/** `--rotate` and `--keep` as written, checked; every mistake is collected. */
import type { Mistake } from '../../core/base/errors.ts';
import type { Draft } from '../../core/base/draft.ts';
import { SECOND } from '../../core/base/time.ts';
import type { Rotation } from './parts.ts';

export interface RawBundleOptions {
  readonly record?: string;
  readonly rotate?: string;
  readonly keep?: string;
}

/** `100MB`, `1h`, or both with a comma; undefined where no part is to end. */
export function readRotation({ record, rotate, keep }: RawBundleOptions, mistakes: Mistake[]): Rotation | undefined {
  if (rotate === undefined) {
    if (keep !== undefined) mistakes.push({ message: '--keep counts parts, and without --rotate there is one', help: 'for example --rotate 100MB --keep 10' });
    return undefined;
  }
  if (record === undefined) mistakes.push({ message: '--rotate cuts a bundle into parts, and there is none', help: 'give --record FOLDER/' });
  const rotation: Draft<Rotation> = {};
  for (const word of rotate.split(',')) readLimit(word.trim(), rotation, mistakes);
  if (keep !== undefined) {
    if (/^[1-9]\d{0,5}$/.test(keep)) rotation.keep = Number(keep);
    else mistakes.push({ message: `--keep wants a number of parts, not "${keep}"`, help: 'for example --keep 10; without it all are kept' });
  }
  return rotation;
}

function readLimit(word: string, rotation: Draft<Rotation>, mistakes: Mistake[]): void {
  const [, digits = '', unit = ''] = /^(\d{1,9})([a-zA-Z]{1,2})$/.exec(word) ?? [];
  const size = SIZES[unit.toUpperCase()];
  const seconds = TIMES[unit];
  const number = Number(digits);
  if (size !== undefined && number * size >= SMALLEST_PART) rotation.bytes = number * size;
  else if (seconds !== undefined && number > 0) rotation.age = number * seconds * SECOND;
  else mistakes.push({ message: `--rotate wants a size from 64KB on or a time, not "${word}"`, help: 'for example --rotate 100MB, --rotate 1h, or both: --rotate 100MB,1h' });
}

const SIZES: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9 };
const TIMES: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** Below it parts would hold little but what each begins with. */
const SMALLEST_PART = 64_000;
