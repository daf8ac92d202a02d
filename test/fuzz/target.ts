/**
 * What the fuzzer knows of a thing it attacks: inputs that are sound, and the
 * one question of what is wrong when it is fed another. An input is a list of
 * pieces (a file is one; a flow, a capture or a text are several), so that one
 * mutator and one shrinker serve all.
 */
export type Pieces = readonly Uint8Array[];

export interface Outcome {
  /** What broke, in one line; absent when all invariants hold. */
  readonly wrong?: string;
  /** What the input made the target do, in few words: an input with a new trait joins the seeds. */
  readonly trait?: string;
}

export interface Target {
  readonly name: string;
  readonly seeds: readonly Pieces[];
  /** Bytes are flipped, cut and copied; lines are text, whose values and lines are exchanged as well. */
  readonly kind: 'bytes' | 'lines';
  /** Share of the time; 1 unless told. Whole audits take a hundred times as long as one decoder. */
  readonly weight?: number;
  /** Feeds an input to the target and looks at all it gives. What it throws is a finding. */
  run(input: Pieces): Outcome | Promise<Outcome>;
}

/** Length of an input in bytes. */
export function sizeOf(input: Pieces): number {
  return input.reduce((sum, piece) => sum + piece.length, 0);
}

/** The first complaint, as an outcome. */
export function outcomeOf(wrong: string | undefined, trait: string): Outcome {
  return wrong === undefined ? { trait } : { wrong, trait };
}
