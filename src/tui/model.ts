/** What the screen shows besides the rows and what the user made of it: facts of the run, promises so far, phases, the app's output. */
import type { Micros } from '../core/base/time.ts';
import type { Totals } from './rows.ts';

export interface Model {
  /** `proxy 127.0.0.1:8888`, `run ./app`. */
  readonly what: string;
  /** Name of the policy; undefined: nothing is judged. */
  readonly policy: string | undefined;
  readonly since: Micros;
  readonly now: Micros;
  readonly totals: Totals;
  /** How many destinations there are, whatever the filter. */
  readonly destinations: number;
  /** How many of them are against the policy, as far as it is known. */
  readonly broken: number;
  /** What cannot be seen, in words, the lasting ones first. */
  readonly unseen: readonly string[];
  readonly promises: readonly Promised[];
  readonly phases: readonly Phase[];
  /** Last lines of the app, oldest first; undefined where it has its own terminal. */
  readonly output: readonly string[] | undefined;
  /** Something that was just said. */
  readonly notice: string;
}

/** A claim of the policy, and what was seen of it so far. Nothing holds before the end. */
export interface Promised {
  readonly id: string;
  readonly text: string;
  readonly state: 'broken' | 'tested' | 'untested';
  readonly reason: string;
}

export interface Phase {
  readonly name: string;
  readonly isOn: boolean;
}
