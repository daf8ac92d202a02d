/** What the facts of a machine mean for whoever wants to watch an app there: plain and serialisable, the form of `egret doctor --json`. */
import type { Need } from '../../judge/claim.ts';
import type { MachineFacts } from './facts.ts';

/** `works`, `part`: less than it could, `no`. */
export type WayState = 'works' | 'part' | 'no';

/** What to do: a sentence, and commands to copy, one after the other. */
export interface Advice {
  readonly text: string;
  readonly commands: readonly string[];
}

/** One of several programs that can do the same. */
export interface Part {
  readonly name: string;
  readonly state: WayState;
  readonly found: string;
}

/** A way of seeing, or something that one rests on. */
export interface Way {
  readonly id: 'proxy' | 'packets' | 'owners' | 'marks' | 'way-out' | 'screen';
  readonly title: string;
  readonly state: WayState;
  /** What was tried and how it went. */
  readonly found: string;
  readonly parts: readonly Part[];
  /** Empty for what only helps. */
  readonly sees: string;
  /** What it cannot see by its nature, or on this machine. */
  readonly blind: string;
  readonly advice: readonly Advice[];
}

/** `can`: this machine gives it; `cannot`: it does not; `depends`: on the app, its servers or what the user says. */
export interface NeedOutlook {
  readonly need: Need;
  readonly outlook: 'can' | 'cannot' | 'depends';
  readonly why: string;
}

/** What `egret run` would take here. */
export type Mode = 'proxy-and-packets' | 'proxy' | 'none';

export interface Diagnosis {
  readonly schema: 'egret.doctor/1';
  readonly egret: string;
  readonly exit: number;
  readonly mode: Mode;
  /** The mode in one sentence. */
  readonly says: string;
  readonly needs: readonly NeedOutlook[];
  readonly ways: readonly Way[];
  readonly machine: MachineFacts;
}
