/**
 * Remembers how much a long flow had sent at some moments of its life, so that
 * "bytes after a time" can be bounded later, whatever the time turns out to be.
 * A fixed number of samples a flow: when they are full every other one goes and
 * the step doubles. Knows no phase, client or policy.
 */
import { SECOND, type Micros } from '../base/time.ts';

/** Bytes sent before moments, earliest first. */
export type Sent = readonly (readonly [at: Micros, bytes: number])[];

export class UploadTrail {
  private readonly samples = new Float64Array(SAMPLE_CAP * WIDTH);
  private count = 0;
  private step: Micros = FIRST_STEP;

  /** Notes what both ends had sent before a packet at `at`; gives the time from which the next sample is due. */
  add(at: Micros, bytesA: number, bytesB: number): Micros {
    if (this.count === SAMPLE_CAP) this.thin();
    const base = this.count++ * WIDTH;
    this.samples[base] = at;
    this.samples[base + 1] = bytesA;
    this.samples[base + 2] = bytesB;
    return at + this.step;
  }

  /** The samples of one end. */
  of(endA: boolean): Sent {
    return Array.from({ length: this.count }, (_, index) => [this.samples[index * WIDTH] ?? 0, this.samples[index * WIDTH + (endA ? 1 : 2)] ?? 0]);
  }

  private thin(): void {
    this.count = SAMPLE_CAP / 2;
    for (let kept = 1; kept < this.count; kept++) this.samples.copyWithin(kept * WIDTH, kept * 2 * WIDTH, (kept * 2 + 1) * WIDTH);
    this.step *= 2;
  }
}

const WIDTH = 3;
/** 16 samples bound a moment to an eighth of the flow's life at worst, and exactly where it was silent before. */
export const SAMPLE_CAP = 16;
/** A third of the time after a phase in which uploads are still the phase's (design §5). */
const FIRST_STEP: Micros = 10 * SECOND;
