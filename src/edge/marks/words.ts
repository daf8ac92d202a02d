/**
 * What `egret mark` and a run under way say to each other: one line of JSON
 * each way over a local socket. Pure; hostile lines are no message.
 */
import { objectOf, oneOf, text, type Shape } from '../../core/base/shape.ts';

/** What a mark says of a phase; `at`: it happens now and takes no time. */
export type MarkEdge = 'start' | 'end' | 'at';

export interface MarkWish {
  readonly edge: MarkEdge;
  readonly phase: string;
}

/** `done` is a sentence; otherwise why not, and what to do. */
export interface MarkAnswer {
  readonly done: boolean;
  readonly said: string;
  readonly help: string;
}

/** The wish in a line; undefined when it is none. */
export function parseWish(line: string): MarkWish | undefined {
  const value = parse(line);
  return WISH(value) && value.phase.length <= PHASE_LENGTH_CAP ? value : undefined;
}

export function parseAnswer(line: string): MarkAnswer | undefined {
  const value = parse(line);
  return ANSWER(value) ? value : undefined;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const WISH: Shape<MarkWish> = objectOf<MarkWish>({ edge: oneOf<MarkEdge>('start', 'end', 'at'), phase: text });
const ANSWER: Shape<MarkAnswer> = objectOf<MarkAnswer>({ done: (value) => typeof value === 'boolean', said: text, help: text });
/** Characters of a phase's name in a mark; those of policies are far shorter. */
const PHASE_LENGTH_CAP = 200;
/** Bytes of one line either way. */
export const LINE_CAP = 4096;
/** In ms, for the other side to say its line. */
export const LINE_WAIT = 5000;
