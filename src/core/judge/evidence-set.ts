/** The earliest few pieces of evidence, whatever order they came in. */
import { EVIDENCE_CAP } from './destination.ts';
import type { Evidence } from '../observe/connection.ts';

export class EvidenceSet {
  readonly #kept: Evidence[] = [];
  #count = 0;

  add(evidence: Evidence): void {
    this.#count++;
    const last = this.#kept[this.#kept.length - 1];
    if (this.#kept.length === EVIDENCE_CAP && last && compare(evidence, last) >= 0) return;
    const at = this.#kept.findIndex((kept) => compare(evidence, kept) < 0);
    this.#kept.splice(at < 0 ? this.#kept.length : at, 0, evidence);
    if (this.#kept.length > EVIDENCE_CAP) this.#kept.pop();
  }

  /** Earliest first, at most {@link EVIDENCE_CAP}. */
  get kept(): readonly Evidence[] {
    return [...this.#kept];
  }

  /** All that were added. */
  get count(): number {
    return this.#count;
  }
}

function compare(a: Evidence, b: Evidence): number {
  return a.at - b.at || a.source - b.source || a.frames[0] - b.frames[0] || a.frames[1] - b.frames[1];
}
