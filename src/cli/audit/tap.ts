/** Where a run's observations go besides the ledger: a recording of one file, or a bundle. */
import type { Observation } from '../../core/observe/observation.ts';
import type { RecordedSource } from '../../core/observe/recording.ts';
import type { Report } from '../../core/report/report.ts';

export interface Tap {
  /** Why it holds less than was observed; undefined: it does not. */
  readonly stopped: string | undefined;
  /** A source was opened: all sources so far, and the policy that they are judged by. */
  opened(known: Known): void;
  /** An observation, as this `line` where it is one already. */
  add(observation: Observation, line?: string): void;
  /** Bytes of a live capture, as its program gives them: pcap or pcapng. */
  packets(chunk: Uint8Array): void;
  /** Everything was observed. Throws MachineError where the whole is worth nothing without its end. */
  commit(sources: readonly RecordedSource[], report: Report): Promise<void>;
  /** The run came to nothing; `neverBegan`: what it was to watch was never started. */
  discard(neverBegan: boolean): Promise<void>;
}

export interface Known {
  readonly sources: readonly RecordedSource[];
  readonly policy: { readonly path: string; readonly sha256: string; readonly name: string } | undefined;
}
