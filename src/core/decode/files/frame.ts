/**
 * What a capture reader hands on: one reused frame cursor and a few rare
 * facts. The cursor and its bytes are valid only inside the call.
 */
import type { Problem } from '../../base/problem.ts';
import type { Micros } from '../../base/time.ts';
import type { WireText } from '../../base/wire-text.ts';

/** A frame as it lies in the reader's buffer: `bytes[start..end)`. */
export interface Frame {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Length on the wire; more than was captured when a snap length cut the frame. */
  wireLength: number;
  at: Micros;
  /** LINKTYPE_ value of the frame's interface. */
  link: number;
  /** Counted from 0 over all sections of the file. */
  interfaceId: number;
  /** Number of the frame in the file, from 1, as Wireshark shows it. */
  index: number;
  /** Key of the process that owned the packet (Darwin process event blocks), or -1. */
  process: number;
}

export interface InterfaceFacts {
  readonly id: number;
  readonly link: number;
  readonly name?: WireText;
  readonly snapLength?: number;
}

/** What the file said of a process (Darwin process event blocks). */
export interface ProcessFacts {
  readonly key: number;
  readonly pid: number;
  readonly name: WireText;
}

/** Receives what a reader finds, in file order. */
export interface CaptureSink {
  frame(frame: Frame): void;
  interfaceSeen(facts: InterfaceFacts): void;
  processSeen(facts: ProcessFacts): void;
  /** The capturing system's own loss counter of an interface (pcapng ISB), cumulative. */
  dropped(interfaceId: number, count: number): void;
  problem(problem: Problem): void;
}

/** A push-based reader: chunks of any size, no I/O. A chunk may be reused by the caller after `push` returns. */
export interface CaptureReader {
  push(chunk: Uint8Array): void;
  /** Says that no more bytes come; reports a cut record as a `file-cut` problem. */
  end(): void;
}
