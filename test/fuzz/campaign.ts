/**
 * Runs one target over and over on mutated inputs and gives what broke, shrunk.
 * The n-th run of a target depends on the seed and the runs before it alone,
 * never on the clock or on other targets.
 */
import { Dice } from './dice.ts';
import { growthOf, MOST_GROWTH } from './growth.ts';
import { mutate } from './mutate.ts';
import { shrink } from './shrink.ts';
import { type Outcome, type Pieces, sizeOf, type Target } from './target.ts';

export interface Finding {
  readonly target: string;
  readonly run: number;
  readonly wrong: string;
  readonly input: Pieces;
  readonly shrunk: Pieces;
}

export class Campaign {
  readonly target: Target;
  /** Processor time spent so far, in µs: what a fair turn is measured by. */
  spent = 0;
  runs = 0;
  /** Runs that gave a complaint already known. */
  repeats = 0;
  /** Runs whose growth was looked at, those that took long enough to say, and how much more twice the input cost at most. */
  looked = 0;
  measured = 0;
  steepest = 0;
  readonly #pool: Pieces[];
  readonly #traits = new Set<string>();
  readonly #known = new Set<string>();
  readonly #dice: Dice;

  constructor(target: Target, seed: number) {
    this.target = target;
    this.#pool = [...target.seeds];
    this.#dice = new Dice(seed ^ hashOf(target.name));
  }

  /** Inputs to mutate: the seeds, and those that made the target do something new. */
  get inputs(): number {
    return this.#pool.length;
  }

  /** One run. The first runs feed the seeds as they are: a sound input must hold, too. */
  async next(): Promise<Finding | undefined> {
    const before = process.cpuUsage();
    const run = this.runs++;
    const input = this.target.seeds[run] ?? mutate(this.#dice.pick(this.#pool), this.#dice.pick(this.#pool), this.target.kind, this.#dice);
    const { wrong, trait } = await this.#judge(input, run);
    const { user, system } = process.cpuUsage(before);
    if (wrong === undefined) {
      if (trait !== undefined && !this.#traits.has(trait) && sizeOf(input) < POOLED && this.#pool.length < POOL) {
        this.#traits.add(trait);
        if (run >= this.target.seeds.length) this.#pool.push(input);
      }
      this.spent += user + system;
      return undefined;
    }
    const kind = kindOf(wrong);
    if (this.#known.has(kind)) {
      this.repeats++;
      this.spent += user + system;
      return undefined;
    }
    this.#known.add(kind);
    const enough = Date.now() + SHRINK_TIME;
    const shrunk = await shrink(input, async (smaller) => Date.now() < enough && kindOf((await safely(this.target, smaller)).wrong ?? '') === kind);
    this.spent += process.cpuUsage(before).user;
    return { target: this.target.name, run, wrong: (await safely(this.target, shrunk)).wrong ?? wrong, input, shrunk };
  }

  /** Now and then, and whenever a run took suspiciously long, the input is repeated to see how its cost grows. */
  async #judge(input: Pieces, run: number): Promise<Outcome> {
    let outcome: Outcome = {};
    const cost = (fed: Pieces): Promise<number> => costOf(async () => {
      outcome = await safely(this.target, fed);
    });
    const isSlow = await cost(input) > slowFor(input);
    const first = outcome;
    if (first.wrong !== undefined || (!isSlow && run % MEASURE_EACH !== MEASURE_EACH - 1)) return first;
    if (isSlow && Math.min(await cost(input), await cost(input)) > slowFor(input)) return { ...first, wrong: `slow: ${Math.round(await cost(input) / 1000)} ms for ${sizeOf(input)} bytes` };
    const { ratio, times } = await growthOf(input, cost);
    this.looked++;
    if (ratio > 0) this.measured++;
    this.steepest = Math.max(this.steepest, ratio);
    if (ratio > MOST_GROWTH) return { ...first, wrong: `not linear: ${times * 2} times the input cost ${ratio.toFixed(1)} times what ${times} times cost` };
    const resident = process.memoryUsage.rss();
    return resident > MEMORY_LIMIT ? { ...first, wrong: `memory: ${Math.round(resident / 2 ** 20)} MiB resident` } : first;
  }
}

function slowFor(input: Pieces): number {
  return SLOW_BASE + SLOW_PER_BYTE * sizeOf(input);
}

/** Processor time of some work, in µs. */
export async function costOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return process.cpuUsage(before).user;
}

/** Runs a target; what it throws is its complaint. */
export async function safely(target: Target, input: Pieces): Promise<Outcome> {
  try {
    // Plain arrays: `slice` of a Buffer is a view, and readers are handed copies.
    return await target.run(input.map(({ buffer, byteOffset, length }) => new Uint8Array(buffer, byteOffset, length)));
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // Who called this function is no part of what broke.
    const lines = stack.split('\n');
    const own = lines.findIndex((line) => line.includes(' safely '));
    return { wrong: `threw ${lines.slice(0, Math.min(4, own < 0 ? 4 : own)).map((line) => line.trim()).join(' ').slice(0, 600)}` };
  }
}

/** Complaints of one kind: numbers and names in them differ from input to input. */
function kindOf(wrong: string): string {
  return wrong.replaceAll(/"[^"]*"/g, '""').replaceAll(/\d+/g, 'n').slice(0, 160);
}

function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Inputs kept because they did something new, and the longest of them. */
const POOL = 2000;
const POOLED = 1 << 18;
const MEASURE_EACH = 500;
/** Processor time in µs that no input takes, three times over: a whole audit takes a tenth of it, a decoder a thousandth. */
const SLOW_BASE = 400_000;
const SLOW_PER_BYTE = 20;
/** Milliseconds for making one finding small. */
const SHRINK_TIME = 8000;
const MEMORY_LIMIT = 1500 * 2 ** 20;
