/**
 * `--phases FILE`: what a scripted run does when, as lines of
 * `+30s start sop-generation`, counted from the start of the app. Reads it with
 * all its mistakes, and plays it.
 */
import type { Mistake } from '../../core/base/errors.ts';
import { MILLISECOND } from '../../core/base/time.ts';
import { readDuration } from '../../core/policy/words/amount-word.ts';
import type { MarkWish } from '../../edge/marks/words.ts';
import { phaseFault } from './phases.ts';

export interface PlannedMark extends MarkWish {
  /** In ms from the start of the app. */
  readonly after: number;
}

/** The marks of a plan in order of time, and what is wrong with it; `declared`: phases of the policy, where there is one. */
export function readPhasePlan(text: string, file: string, declared: readonly string[] | undefined): { readonly marks: readonly PlannedMark[]; readonly mistakes: readonly Mistake[] } {
  const marks: PlannedMark[] = [];
  const mistakes: Mistake[] = [];
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = whole.replace(/#.*$/, '').trim();
    if (line === '') continue;
    const at = { file, line: index + 1, column: whole.search(/\S/) + 1 };
    const [, offset = '', edge, phase = ''] = LINE.exec(line) ?? [];
    const length = readDuration(offset);
    if ((edge !== 'start' && edge !== 'end' && edge !== 'at') || !length.ok || length.value / MILLISECOND > LONGEST) {
      mistakes.push({ message: 'this is no mark', at, help: 'write when it happens, counted from the start of the app, what, and the phase, as in: +30s start sop-generation (or end, or at for a moment)' });
      continue;
    }
    const wrong = phaseFault(phase, declared);
    if (wrong !== undefined) mistakes.push({ ...wrong, at });
    else if (marks.length >= MARK_CAP) return { marks, mistakes: [...mistakes, { message: `more than ${MARK_CAP} marks`, at, help: 'mark by hand with egret mark' }] };
    else marks.push({ after: length.value / MILLISECOND, edge, phase });
  }
  return { marks: marks.sort((one, other) => one.after - other.after), mistakes };
}

/** Plays a plan from now on; gives what stops it. */
export function playPhases(marks: readonly PlannedMark[], mark: (wish: MarkWish) => void): () => void {
  const timers = marks.map((planned) => setTimeout(() => mark(planned), planned.after).unref());
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

const LINE = /^\+(\d\S*)\s+(start|end|at)\s+(\S+)$/;
/** In ms: what a timer of Node can wait for. */
const LONGEST = 24 * 86_400_000;
/** Timers that a plan may ask for. */
const MARK_CAP = 1000;
