/** Small shapes of the builders: one value or many, and words that the schema has already accepted. */
import type { Position } from '../../base/errors.ts';
import type { Reading } from '../words/reading.ts';

/** `x`, `[x, y]` or nothing, as a list. */
export function list<Item extends string>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** The value of a word that was checked before; a refusal here is a bug of egret, not of the policy. */
export function valueOf<T>(reading: Reading<T>): T {
  if (!reading.ok) throw new Error(`a checked word was refused when it was built: ${reading.message}`);
  return reading.value;
}

/** The same item, knowing its line. */
export function placed<Item extends object>(item: Item, at: Position): Item & { readonly at: Position } {
  return { ...item, at };
}
