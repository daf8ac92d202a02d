/**
 * Time as data: microseconds since 1970-01-01T00:00:00Z, held in a JS number
 * (exact until the year 2255). Nothing in `core` reads a clock; time enters
 * with frames and events.
 */

/** Microseconds since 1970. */
export type Micros = number;

export const SECOND: Micros = 1_000_000;
export const MILLISECOND: Micros = 1_000;

/** RFC 3339 in UTC with six fractional digits; times outside years 0–9999 come back as the bare number. */
export function formatTime(at: Micros): string {
  const seconds = Math.floor(at / SECOND);
  if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND)) return `${at}µs`;
  if (seconds !== shownSecond) {
    shownSecond = seconds;
    shownText = new Date(seconds * 1000).toISOString().slice(0, 19);
  }
  return `${shownText}.${String(SECOND + Math.floor(at - seconds * SECOND)).slice(1)}Z`;
}

/** The inverse of {@link formatTime} for RFC 3339 text with up to six fractional digits; undefined for anything else. */
export function parseTime(text: string): Micros | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const whole = Date.parse(`${match[1]}T${match[2]}${match[4]}`);
  if (Number.isNaN(whole)) return undefined;
  const fraction = Number((match[3] ?? '').slice(0, 6).padEnd(6, '0') || '0');
  return whole * 1000 + fraction;
}

/** A length of time for people: `412 µs`, `3.2 s`, `2 h 05 min`. */
export function formatDuration(length: Micros): string {
  if (length < MILLISECOND) return `${Math.round(length)} µs`;
  if (length < SECOND) return `${Math.round(length / MILLISECOND)} ms`;
  if (length < 100 * SECOND) return `${(length / SECOND).toFixed(1)} s`;
  const minutes = Math.round(length / SECOND / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;
/** The second formatted last: times of one report come in runs, and a calendar costs more than a comparison. */
let shownSecond = Number.NaN;
let shownText = '';
const FIRST_SECOND = -62_167_219_200;
const LAST_SECOND = 253_402_300_799;
