/**
 * Stands between the reader of a live capture and its observer: looks for the
 * sentinels and keeps them back, and passes frames on only from when the run
 * wants them until its end is proven.
 */
import type { Problem } from '../../core/base/problem.ts';
import type { CaptureSink, Frame, InterfaceFacts, ProcessFacts } from '../../core/decode/files/frame.ts';
import type { Sentinel } from './sentinel.ts';

export class CaptureGate implements CaptureSink {
  /** The program has said which interfaces it captures: it is at work. */
  hasBegun = false;
  isOpen = false;
  private readonly inner: CaptureSink;
  private readonly sentinel: Sentinel | undefined;

  constructor(inner: CaptureSink, sentinel: Sentinel | undefined) {
    this.inner = inner;
    this.sentinel = sentinel;
  }

  frame(frame: Frame): void {
    if (this.sentinel?.isIn(frame) === true) return;
    if (this.isOpen) this.inner.frame(frame);
  }

  interfaceSeen(facts: InterfaceFacts): void {
    this.hasBegun = true;
    this.inner.interfaceSeen(facts);
  }

  processSeen(facts: ProcessFacts): void {
    this.inner.processSeen(facts);
  }

  /** The program's last words count, which leave out what came after the end. */
  dropped(): void {}

  problem(problem: Problem): void {
    this.inner.problem(problem);
  }
}
