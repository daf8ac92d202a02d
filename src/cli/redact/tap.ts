/** A recording in which nothing is written as it was seen: stands before the one that writes it. */
import type { Observation } from '../../core/observe/observation.ts';
import type { RecordedSource } from '../../core/observe/recording.ts';
import type { AddressMap } from '../../core/redact/address-map.ts';
import { redactObservation, redactSource } from '../../core/redact/observation.ts';
import type { Report } from '../../core/report/report.ts';
import type { Tap } from '../audit/tap.ts';

export class RedactingTap implements Tap {
  readonly stopped = undefined;
  private readonly inner: Tap;
  private readonly map: AddressMap;

  constructor(inner: Tap, map: AddressMap) {
    this.inner = inner;
    this.map = map;
  }

  opened(): void {}

  /** Packets cannot be shown: whatever is in them would have to be known. */
  packets(): void {}

  add(observation: Observation): void {
    this.inner.add(redactObservation(observation, this.map));
  }

  async commit(sources: readonly RecordedSource[], report: Report): Promise<void> {
    await this.inner.commit(sources.map((source) => redactSource(source, this.map)), report);
  }

  async discard(neverBegan: boolean): Promise<void> {
    await this.inner.discard(neverBegan);
  }
}
