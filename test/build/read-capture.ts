/** Runs a capture reader over bytes in chunks and keeps everything it says, copied out of the reused cursor. */
import { openCapture, type CaptureKind } from '../../src/core/decode/files/open.ts';
import type { Frame, InterfaceFacts, ProcessFacts } from '../../src/core/decode/files/frame.ts';
import type { Problem } from '../../src/core/base/problem.ts';

interface ReadFrame extends Omit<Frame, 'start' | 'end'> {}

export interface ReadCapture {
  readonly frames: ReadFrame[];
  readonly interfaces: InterfaceFacts[];
  readonly processes: ProcessFacts[];
  readonly dropped: { interfaceId: number; count: number }[];
  readonly problems: Problem[];
}

/** `sizes` are the chunk lengths in order; the last one repeats, and without any the file comes in one piece. */
export function readCapture(kind: CaptureKind, file: Uint8Array, sizes: readonly number[] = []): ReadCapture {
  const found: ReadCapture = { frames: [], interfaces: [], processes: [], dropped: [], problems: [] };
  const reader = openCapture(kind, {
    frame: ({ start, end, bytes, ...rest }) => found.frames.push({ ...rest, bytes: Uint8Array.from(bytes.subarray(start, end)) }),
    interfaceSeen: (facts) => found.interfaces.push(facts),
    processSeen: (facts) => found.processes.push(facts),
    dropped: (interfaceId, count) => found.dropped.push({ interfaceId, count }),
    problem: (problem) => found.problems.push(problem),
  });
  let at = 0;
  for (let index = 0; at < file.length; index++) {
    const size = Math.max(1, sizes[index] ?? sizes.at(-1) ?? file.length);
    const chunk = file.slice(at, at + size);
    reader.push(chunk);
    // The contract lets the caller reuse the chunk: a reader that kept a view of it would now see garbage.
    chunk.fill(0xee);
    at += size;
  }
  reader.end();
  return found;
}
