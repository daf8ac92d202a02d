/** A recording on its way to a run: its sources and scopes take the next numbers, in their order. */
import type { Observation } from '../../core/observe/observation.ts';
import { type RecordedSheet, type RecordedSource, restoreSheet } from '../../core/observe/recording.ts';
import type { RunSheet } from '../../core/policy/sheet.ts';
import { Replay } from './replay.ts';
import type { AuditRun, OpenScope } from './run.ts';

export interface ReplayChoice {
  readonly run: AuditRun;
  /** The user's own, in place of the recorded ones. */
  readonly sheet: RunSheet | undefined;
  /** Known when the run had ended, and later than the headers. */
  readonly recorded?: RecordedSheet | undefined;
  /** Sources that are told, in place of all. */
  readonly admits?: ((source: RecordedSource) => boolean) | undefined;
  /** What is said when the last lines are missing. */
  readonly cutCode?: 'run-unended' | undefined;
  /** Called with each scope as it is opened, before anything is observed. */
  readonly opened?: ((open: OpenScope) => void) | undefined;
}

/** Takes the bytes of the recording called `name`. */
export function replay(name: string, choice: ReplayChoice): Replay {
  const { run, sheet, recorded, admits = () => true, opened, cutCode } = choice;
  const numbers = new Map<number, number>();
  const scopes = new Map<number, OpenScope>();
  let first = -1;
  return new Replay(name, {
    sources(sources) {
      for (const source of sources) {
        if (!admits(source)) continue;
        const known = scopes.get(source.scope);
        const open = known ?? run.openScope(sheet ?? restoreSheet(recorded ?? source.sheet), [], sheet === undefined);
        scopes.set(source.scope, open);
        if (known === undefined) opened?.(open);
        const number = run.openSource(open, source.path, source, name);
        numbers.set(source.id, number);
        if (first < 0) first = number;
      }
    },
    observation(observation) {
      const number = numbers.get(observation.from[0]);
      // Who states the phases does not take the word of whoever marked them.
      if (observation.kind === 'mark' && sheet?.phases !== undefined) return;
      if (number !== undefined) run.observe({ ...observation, from: [number, observation.from[1]] });
      else for (const kept of ofLeftOut(observation)) run.observe({ ...kept, from: [first, observation.from[1]] });
    },
    problem: (code) => run.observe({ kind: 'blind-spot', at: 0, seq: 0, from: [first, 0], code, count: 1 }),
  }, cutCode);
}

/** What holds of a source whose packets are read in its place: marks, how the capture went, and what it lost, which files of some formats do not say. What reading finds is found again. */
function ofLeftOut(observation: Observation): readonly Observation[] {
  const { kind, at, seq, from } = observation;
  if (kind === 'mark' || (kind === 'blind-spot' && observation.code.startsWith('capture-'))) return [observation];
  if (kind === 'source' && (observation.dropped ?? 0) > 0) return [{ kind: 'blind-spot', at, seq, from, code: 'capture-lossy', count: observation.dropped ?? 0 }];
  return [];
}
