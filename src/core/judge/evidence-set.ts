/** The earliest few pieces of evidence, whatever order they came in. */
import { EVIDENCE_CAP } from './destination.ts';
import type { Evidence } from '../observe/connection.ts';

export class EvidenceSet {
  /** Replaced, not pushed to: the first push makes room for 17. */
  #kept: readonly Evidence[] = NONE;
  #count = 0;

  add(evidence: Evidence): void {
    this.#count++;
    const last = this.#kept[this.#kept.length - 1];
    if (this.#kept.length === EVIDENCE_CAP && last && compare(evidence, last) >= 0) return;
    if (last === undefined) this.#kept = [evidence];
    else {
      const at = this.#kept.findIndex((kept) => compare(evidence, kept) < 0);
      this.#kept = this.#kept.toSpliced(at < 0 ? this.#kept.length : at, 0, evidence).slice(0, EVIDENCE_CAP);
    }
  }

  /** Earliest first, at most {@link EVIDENCE_CAP}. */
  get kept(): readonly Evidence[] {
    return this.#kept;
  }

  /** All that were added. */
  get count(): number {
    return this.#count;
  }
}

function compare(a: Evidence, b: Evidence): number {
  return a.at - b.at || a.source - b.source || a.frames[0] - b.frames[0] || a.frames[1] - b.frames[1];
}

const NONE: readonly Evidence[] = [];
