/**
 * Holds the upload of one entry against its budget, connection by connection,
 * before anything is folded. A `run` is a scope; its evidence is the earliest
 * of its connections.
 */
import type { Connection, Evidence } from '../observe/connection.ts';
import type { Entry } from '../policy/policy.ts';
import type { VerdictKind } from '../policy/verdict.ts';
import { EvidenceSet } from './evidence-set.ts';

/** What an entry with an upload budget sent. */
export interface UploadUse {
  /** Connections, or runs, that were measured, and those of them over the budget. */
  readonly measured: number;
  readonly over: number;
  /** The largest upload of one, in bytes. */
  readonly most: number;
  /** Connections behind those over the budget: the earliest, and all of them. */
  readonly evidence: readonly Evidence[];
  readonly evidenceCount: number;
}

interface RunSum {
  up: number;
  readonly evidence: EvidenceSet;
}

export class UploadMeter {
  readonly #budget: NonNullable<Entry['upload']>;
  readonly #runs = new Map<number, RunSum>();
  readonly #over = new EvidenceSet();
  #connections = 0;
  #most = 0;

  constructor(budget: NonNullable<Entry['upload']>) {
    this.#budget = budget;
  }

  /** Counts a connection that the entry admitted, or whose circumstances alone it did not. */
  add({ scope, up, evidence }: Connection, kind: VerdictKind): void {
    if (!COUNTED.has(kind)) return;
    if (this.#budget.per === 'connection') {
      this.#connections++;
      this.#most = Math.max(this.#most, up);
      if (up > this.#budget.max) this.#over.add(evidence);
      return;
    }
    let run = this.#runs.get(scope);
    if (run === undefined) this.#runs.set(scope, (run = { up: 0, evidence: new EvidenceSet() }));
    run.up += up;
    run.evidence.add(evidence);
  }

  use(): UploadUse {
    if (this.#budget.per === 'connection') {
      return { measured: this.#connections, over: this.#over.count, most: this.#most, evidence: this.#over.kept, evidenceCount: this.#over.count };
    }
    const over = [...this.#runs].sort(([a], [b]) => a - b).flatMap(([, run]) => (run.up > this.#budget.max ? [run] : []));
    return {
      measured: this.#runs.size,
      over: over.length,
      most: [...this.#runs.values()].reduce((most, { up }) => Math.max(most, up), 0),
      evidence: over.flatMap(({ evidence }) => evidence.kept),
      evidenceCount: over.reduce((sum, { evidence }) => sum + evidence.count, 0),
    };
  }
}

/** Bytes on another port or protocol belong to another service; a wrong component, feature or phase sends to the same one. */
const COUNTED: ReadonlySet<VerdictKind> = new Set(['declared', 'used-outside-phase', 'outlives-phase', 'wrong-component', 'feature-off', 'wrong-phase']);
