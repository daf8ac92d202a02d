/**
 * Attempts to one name by one component, grouped into tries (design §4): those
 * within 3 s of the first are one try, over all addresses, both families, QUIC
 * and TCP; a try succeeds when any of its attempts came through. Attempts wait
 * until they are counted, because connections are told when they end and not in
 * the order of their openings.
 */
import { MILLISECOND, SECOND, type Micros } from '../base/time.ts';
import { depthOf } from './attempt.ts';

export interface TrySums {
  tries: number;
  through: number;
  failed: number;
  /** Failed tries by the layer that stopped them. */
  readonly layers: Map<string, number>;
}

/** `resolved`: a lookup that worked; it makes no try, but takes the blame from failed lookups beside it. */
export type AttemptResult = 'through' | 'open' | 'resolved' | { readonly layer: string };

/** Layer texts as small numbers, shared by all tries of a judge. */
export class LayerTable {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(layer: string): number {
    const known = this.#numbers.get(layer);
    if (known !== undefined) return known;
    if (this.#texts.length >= LAYER_CAP - 1) return LAYER_CAP - 1;
    this.#texts.push(layer);
    this.#numbers.set(layer, this.#texts.length - 1);
    return this.#texts.length - 1;
  }

  textOf(number: number): string {
    return this.#texts[number] ?? 'other';
  }
}

export class Tries {
  readonly #layers: LayerTable;
  /** Milliseconds since the first attempt told and result code in one number, so that sorting numbers sorts attempts. */
  #waiting: number[] = [];
  #base: Micros | undefined;
  #settled: TrySums | undefined;

  constructor(layers: LayerTable) {
    this.#layers = layers;
  }

  add(at: Micros, result: AttemptResult): void {
    this.#base ??= at;
    const elapsed = Math.min(FURTHEST, Math.max(-FURTHEST, Math.floor((at - this.#base) / MILLISECOND)));
    this.#waiting.push(elapsed * CODES + this.#codeOf(result));
  }

  /** All tries so far; waiting attempts keep waiting. */
  sums(): TrySums {
    const sums = noTries();
    if (this.#settled) addSums(sums, this.#settled);
    this.#count(sums);
    return sums;
  }

  /** Counts what waits for good, to free its memory: a try that goes on afterwards counts as two. */
  settle(): void {
    this.#settled ??= noTries();
    this.#count(this.#settled);
    this.#waiting = [];
  }

  #codeOf(result: AttemptResult): number {
    if (typeof result === 'object') return FIRST_LAYER + this.#layers.numberOf(result.layer);
    return result === 'through' ? THROUGH : result === 'open' ? OPEN : RESOLVED;
  }

  #count(sums: TrySums): void {
    const sorted = Float64Array.from(this.#waiting).sort();
    let from = 0;
    while (from < sorted.length) {
      const end = timeOf(sorted[from] ?? 0) + TRY_WINDOW / MILLISECOND;
      let to = from + 1;
      while (to < sorted.length && timeOf(sorted[to] ?? 0) < end) to++;
      this.#countTry(sorted, from, to, sums);
      from = to;
    }
  }

  #countTry(sorted: Float64Array, from: number, to: number, sums: TrySums): void {
    let isResolved = false;
    let isOpen = false;
    let failure: string | undefined;
    for (let index = from; index < to; index++) {
      const code = codeIn(sorted[index] ?? 0);
      if (code === THROUGH) {
        sums.tries++;
        sums.through++;
        return;
      }
      if (code === OPEN) isOpen = true;
      else if (code === RESOLVED) isResolved = true;
      else failure = deeper(failure, this.#layers.textOf(code - FIRST_LAYER));
    }
    if (failure !== undefined && !(isResolved && failure.startsWith('dns'))) {
      sums.tries++;
      sums.failed++;
      sums.layers.set(failure, (sums.layers.get(failure) ?? 0) + 1);
    } else if (isOpen) sums.tries++;
  }
}

/** Sums of no tries. */
export function noTries(): TrySums {
  return { tries: 0, through: 0, failed: 0, layers: new Map() };
}

/** Adds `more` to `total`. */
export function addSums(total: TrySums, more: TrySums): void {
  total.tries += more.tries;
  total.through += more.through;
  total.failed += more.failed;
  for (const [layer, count] of more.layers) total.layers.set(layer, (total.layers.get(layer) ?? 0) + count);
}

function deeper(a: string | undefined, b: string): string {
  if (a === undefined) return b;
  const difference = depthOf(b) - depthOf(a);
  return difference > 0 || (difference === 0 && b < a) ? b : a;
}

function codeIn(packed: number): number {
  return ((packed % CODES) + CODES) % CODES;
}

function timeOf(packed: number): number {
  return Math.floor(packed / CODES);
}

/** Design §4. */
export const TRY_WINDOW: Micros = 3 * SECOND;
const THROUGH = 0;
const OPEN = 1;
const RESOLVED = 2;
const FIRST_LAYER = 3;
/** ICMP codes and DNS rcodes are few in practice; a capture made to hold more shows the rest as `other`. */
const LAYER_CAP = 4000;
const CODES = 4096;
/** 2^40 ms is 34 years: beyond it packed numbers would stop being exact. */
const FURTHEST = 2 ** 40;
