/**
 * The phases of a live run as people and scripts mark them: which are on, and
 * what to say to a mark that makes no sense. `launch` begins by itself where
 * the phases are known from the start, and ends at the first other mark or
 * after 30 s (design §5). Tells each edge to the run; holds no observation.
 */
import type { Mistake } from '../../core/base/errors.ts';
import { unknownName } from '../../core/policy/names.ts';
import type { MarkAnswer, MarkEdge, MarkWish } from '../../edge/marks/words.ts';

export interface PhaseChoice {
  /** Phases of the policy; undefined: there is none, and any word will do. */
  readonly declared: readonly string[] | undefined;
  /** Phases are known from the start, because the run was told so. */
  readonly isPlanned: boolean;
  readonly tell: (phase: string, edge: 'start' | 'end') => void;
}

export class LivePhases {
  private readonly choice: PhaseChoice;
  private readonly on = new Set<string>();
  private launchEnds: NodeJS.Timeout | undefined;

  constructor(choice: PhaseChoice) {
    this.choice = choice;
  }

  /** The app starts now. */
  begin(): void {
    const { declared, isPlanned } = this.choice;
    if (!isPlanned || declared?.includes(LAUNCH) !== true || this.on.has(LAUNCH)) return;
    this.start(LAUNCH);
    this.launchEnds = setTimeout(() => this.endLaunch(), LAUNCH_MAX);
    this.launchEnds.unref();
  }

  /** Takes a mark, or says why not. */
  mark({ phase, edge }: MarkWish): MarkAnswer {
    const { declared } = this.choice;
    const wrong = phaseFault(phase, declared);
    if (wrong !== undefined) return { done: false, said: wrong.message, help: wrong.help ?? '' };
    if (phase !== LAUNCH) this.endLaunch();
    const isOn = this.on.has(phase);
    if (edge === 'end' && !isOn) return { done: false, said: `${phase} is not on`, help: this.on.size === 0 ? 'no phase is' : `on: ${[...this.on].join(', ')}` };
    if (edge !== 'end' && isOn) return { done: true, said: `${phase} was on already`, help: '' };
    if (edge !== 'end') this.start(phase);
    if (edge !== 'start') this.end(phase);
    return { done: true, said: `${phase} ${SAID[edge]}`, help: '' };
  }

  /** No more marks. What is on stays on to the end of the recording. */
  close(): void {
    clearTimeout(this.launchEnds);
  }

  private start(phase: string): void {
    this.on.add(phase);
    this.choice.tell(phase, 'start');
  }

  private end(phase: string): void {
    if (phase === LAUNCH) clearTimeout(this.launchEnds);
    this.on.delete(phase);
    this.choice.tell(phase, 'end');
  }

  /** Only the one that began by itself ends by itself. */
  private endLaunch(): void {
    if (this.launchEnds !== undefined && this.on.has(LAUNCH)) this.end(LAUNCH);
    this.launchEnds = undefined;
  }
}

/** Why a word is no phase of the policy, or without one no word for a phase. */
export function phaseFault(phase: string, declared: readonly string[] | undefined): Mistake | undefined {
  if (declared !== undefined) return unknownName('phase', phase, new Set(declared));
  return WORD.test(phase) ? undefined : { message: `${JSON.stringify(phase)} is no name of a phase`, help: 'letters, digits, - and _, as in sop-generation' };
}

const SAID: Readonly<Record<MarkEdge, string>> = { start: 'has started', end: 'has ended', at: 'is marked' };
const WORD = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const LAUNCH = 'launch';
/** In ms (design §5). */
const LAUNCH_MAX = 30_000;
