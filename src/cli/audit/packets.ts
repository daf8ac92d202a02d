/** The packets of one scope on their way to a run: files of a rotation share one observer. */
import { Observer } from '../../core/observe/observer.ts';
import type { InputConsumer } from '../../edge/capture/read.ts';
import type { AuditRun, OpenScope } from './run.ts';

export interface Live {
  readonly open: OpenScope;
  readonly observer: Observer;
}

/** An observer of packets for a scope. */
export function beginScope(run: AuditRun, open: OpenScope, seed: number): Live {
  const { local, clockOffset } = open.scope.sheet;
  return { open, observer: new Observer({ seed, local, clockOffset, emit: (observation) => run.observe(observation) }) };
}

/** A capture's reader that ends its source, and with the last part of a scope the flows. */
export function followed(reader: InputConsumer, observer: Observer, isLast: boolean): InputConsumer {
  return {
    push: (chunk) => reader.push(chunk),
    end() {
      reader.end();
      if (isLast) observer.finish();
      observer.end();
    },
  };
}
