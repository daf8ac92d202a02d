/**
 * Runs one target over and over on mutated inputs and gives what broke, shrunk.
 * The n-th run of a target depends on the seed and the runs before it alone,
 * never on the clock or on other targets.
 */
import { Dice } from './dice.ts';
import { mutate } from './mutate.ts';
import { shrink } from './shrink.ts';
import { stepsOf } from './steps.ts';
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
  /** Most steps per byte that a measured run took. */
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

  /** Now and then, and whenever a run took suspiciously long, its steps are counted. */
  async #judge(input: Pieces, run: number): Promise<Outcome> {
    const before = process.cpuUsage();
    const outcome = await safely(this.target, input);
    const { user } = process.cpuUsage(before);
    const slow = user > SLOW_BASE + SLOW_PER_BYTE * sizeOf(input);
    if (outcome.wrong !== undefined || (!slow && run % MEASURE_EACH !== MEASURE_EACH - 1)) return outcome;
    const steps = await stepsOf(async () => void (await safely(this.target, input)));
    const excess = Math.max(0, steps - STEPS_BASE) / (sizeOf(input) + input.length + 1);
    this.steepest = Math.max(this.steepest, excess);
    if (excess > STEPS_PER_BYTE) return { ...outcome, wrong: `not linear: ${Math.round(excess)} steps per byte` };
    const resident = process.memoryUsage.rss();
    return resident > MEMORY_LIMIT ? { ...outcome, wrong: `memory: ${Math.round(resident / 2 ** 20)} MiB resident` } : outcome;
  }
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
/** Processor time in µs that no honest run takes; beyond it steps are counted before anything is said. */
const SLOW_BASE = 400_000;
const SLOW_PER_BYTE = 20;
/** Reading a policy and writing ten formats of a report cost the same whatever the capture. */
const STEPS_BASE = 60_000_000;
const STEPS_PER_BYTE = 20_000;
/** Milliseconds for making one finding small. */
const SHRINK_TIME = 8000;
const MEMORY_LIMIT = 1500 * 2 ** 20;
