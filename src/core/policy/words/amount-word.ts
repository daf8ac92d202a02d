/** Amounts of the language: sizes (`16KiB`), durations (`1.5s`), dates (`2027-01-31`). */
import { formatTime, parseTime, SECOND } from '../../base/time.ts';
import type { Micros } from '../../base/time.ts';
import { quote } from '../tree.ts';
import { accepted, refused } from './reading.ts';
import type { Reading } from './reading.ts';

/** Bytes of `512B`, `16KiB`, `1.5MB`. */
export function readSize(text: string): Reading<number> {
  const match = SIZE.exec(text);
  const unit = SIZE_UNITS.get(match?.[2] ?? '');
  if (match === null || unit === undefined) return refused(`${quote(text)} is no size`, `write a number and its unit: ${[...SIZE_UNITS.keys()].join(', ')}; such as 16KiB`);
  const bytes = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? accepted(bytes) : refused(`the size ${quote(text)} is too large`, 'use a size that a connection can reach');
}

/** µs of `-1.5s`, `250ms`, `2h`. */
export function readDuration(text: string): Reading<Micros> {
  const match = DURATION.exec(text);
  const unit = DURATION_UNITS.get(match?.[2] ?? '');
  if (match === null || unit === undefined) return refused(`${quote(text)} is no duration`, `write a number and its unit: ${[...DURATION_UNITS.keys()].join(', ')}; such as 1.5s`);
  const length = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(length) ? accepted(length) : refused(`the duration ${quote(text)} is too long`, 'use hours at most');
}

/** µs at the start of a calendar day in UTC. */
export function readDate(text: string): Reading<Micros> {
  const at = DATE.test(text) ? parseTime(`${text}T00:00:00Z`) : undefined;
  // Date.parse turns 30 February into March; the way back shows it.
  if (at === undefined || !formatTime(at).startsWith(text)) return refused(`${quote(text)} is no date`, 'write year-month-day: 2027-01-31');
  return accepted(at);
}

/** RFC 3339 with an offset, up to nanoseconds (cut to µs). */
export function readMoment(text: string): Reading<Micros> {
  const at = parseTime(text);
  return at === undefined ? refused(`${quote(text)} is no time`, 'write RFC 3339 with a zone: 2026-11-22T22:34:05.392Z') : accepted(at);
}

/** The end of the day that starts at `at`. */
export function endOfDay(at: Micros): Micros {
  return at + DAY;
}

export const DATE_PATTERN = String.raw`^\d{4}-\d{2}-\d{2}$`;
export const SIZE_PATTERN = String.raw`^\d{1,12}(\.\d{1,6})?(B|kB|KiB|MB|MiB|GB|GiB)$`;
export const DURATION_PATTERN = String.raw`^-?\d{1,12}(\.\d{1,6})?(us|ms|s|m|h)$`;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const SIZE = /^(\d{1,12}(?:\.\d{1,6})?)([A-Za-z]+)$/;
const DURATION = /^(-?\d{1,12}(?:\.\d{1,6})?)([a-z]+)$/;
const SIZE_UNITS: ReadonlyMap<string, number> = new Map([['B', 1], ['kB', 1000], ['KiB', 1024], ['MB', 1e6], ['MiB', 1_048_576], ['GB', 1e9], ['GiB', 1_073_741_824]]);
const DURATION_UNITS: ReadonlyMap<string, Micros> = new Map([['us', 1], ['ms', 1000], ['s', SECOND], ['m', 60 * SECOND], ['h', 3600 * SECOND]]);
const DAY: Micros = 86_400 * SECOND;
