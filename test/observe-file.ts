/** Reads a whole capture in memory through the product's own readers and observer; for tests. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Cidr } from '../src/core/base/address.ts';
import { openCapture, sniffFile } from '../src/core/decode/files/open.ts';
import type { FlowObservation, LookupObservation, Observation, SourceObservation, BlindSpotObservation } from '../src/core/observe/observation.ts';
import { Observer } from '../src/core/observe/observer.ts';

export interface Observed {
  readonly all: readonly Observation[];
  readonly flows: readonly FlowObservation[];
  readonly lookups: readonly LookupObservation[];
  readonly blindSpots: readonly BlindSpotObservation[];
  readonly source: SourceObservation;
}

export function observeFile(file: string): Observed {
  const stored = readFileSync(file);
  return observeBytes(stored[0] === 0x1f && stored[1] === 0x8b ? gunzipSync(stored) : stored);
}

/** `chunk`: bytes given to the reader at a time. */
export function observeBytes(bytes: Uint8Array, options: { chunk?: number; local?: readonly Cidr[]; seed?: number } = {}): Observed {
  const all: Observation[] = [];
  const observer = new Observer({ seed: options.seed ?? 1, local: options.local ?? [], clockOffset: 0, emit: (observation) => void all.push(observation) });
  observer.begin(0);
  const kind = sniffFile(bytes);
  if (kind !== 'pcap' && kind !== 'pcapng') throw new Error(`not a capture: ${kind}`);
  const reader = openCapture(kind, observer);
  const step = options.chunk ?? bytes.length;
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
  reader.end();
  observer.finish();
  observer.end();
  const source = all.find((observation) => observation.kind === 'source');
  if (source === undefined) throw new Error('the observer told no source totals');
  return {
    all,
    flows: all.filter((observation) => observation.kind === 'flow'),
    lookups: all.filter((observation) => observation.kind === 'lookup'),
    blindSpots: all.filter((observation) => observation.kind === 'blind-spot'),
    source,
  };
}
