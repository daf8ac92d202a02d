/**
 * `--require entries=80%,named=95%,phases=launch+update-check,claims=C12+C13`:
 * the evidence below which a run is exit 2 (design §8). Takes the option's
 * text, gives the requirements and every mistake in it.
 */
import { nearest } from '../base/nearest.ts';

export interface Requirements {
  /** Share of policy entries that were exercised, 0 to 1. */
  readonly entries?: number;
  /** Share of connections with a name of medium confidence or better, 0 to 1. */
  readonly named?: number;
  /** Phases that must have been recorded. */
  readonly phases: readonly string[];
  /** Claims that must be settled: holds or broken. */
  readonly claims: readonly string[];
}

export const NOTHING_REQUIRED: Requirements = { phases: [], claims: [] };

/** Reads the option; several mistakes are all given, and then the requirements are not to be used. */
export function parseRequirements(text: string): { readonly requirements: Requirements; readonly mistakes: readonly { readonly message: string; readonly help: string }[] } {
  const mistakes: { message: string; help: string }[] = [];
  const shares: { entries?: number; named?: number } = {};
  const lists = { phases: [] as string[], claims: [] as string[] };
  for (const item of text.split(',').map((part) => part.trim())) {
    const equals = item.indexOf('=');
    const key = equals < 0 ? item : item.slice(0, equals);
    const value = equals < 0 ? '' : item.slice(equals + 1);
    if (key === 'entries' || key === 'named') {
      const share = parseShare(value);
      if (share === undefined) mistakes.push({ message: `--require ${key} wants a percentage from 0% to 100%, not "${value}"`, help: `write --require ${key}=80%` });
      else shares[key] = share;
    } else if (key === 'phases' || key === 'claims') {
      const names = value.split('+').filter((name) => name !== '');
      if (names.length === 0) mistakes.push({ message: `--require ${key} names nothing`, help: `write --require ${EXAMPLES[key]}` });
      lists[key].push(...names);
    } else {
      const close = nearest(key, KEYS);
      mistakes.push({ message: `--require does not know "${key}"`, help: close === undefined ? `it knows ${KEYS.join(', ')}` : `did you mean ${close}?` });
    }
  }
  return { requirements: { ...shares, ...lists }, mistakes };
}

function parseShare(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]);
  return value <= 100 ? value / 100 : undefined;
}

const KEYS = ['entries', 'named', 'phases', 'claims'] as const;
const EXAMPLES = { phases: 'phases=launch+update-check', claims: 'claims=C12+C13' } as const;
