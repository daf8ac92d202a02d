import { describe, expect, it } from 'vitest';
import { UploadMeter, type UploadUse } from '../../../src/core/judge/upload-meter.ts';
import type { VerdictKind } from '../../../src/core/policy/verdict.ts';
import { connection } from '../../build/connection.ts';

/** `[bytes, verdict, scope]`. */
type Told = readonly [up: number, kind?: VerdictKind, scope?: number];

function use(per: 'run' | 'connection', told: readonly Told[]): UploadUse {
  const meter = new UploadMeter({ max: 1000, per, assumed: false });
  for (const [up, kind = 'declared', scope = 0] of told) meter.add(connection({ up, scope }), kind);
  return meter.use();
}

describe('an upload budget', () => {
  it.each<[string, UploadUse, Partial<UploadUse>]>([
    ['that is reached exactly is kept', use('connection', [[1000], [10]]), { measured: 2, over: 0, most: 1000, evidenceCount: 0, evidence: [] }],
    ['is exceeded by one byte', use('connection', [[1001], [10]]), { measured: 2, over: 1, most: 1001, evidenceCount: 1 }],
    ['of a connection does not add connections up', use('connection', [[600], [600]]), { over: 0, most: 600 }],
    ['of a run does', use('run', [[600], [600]]), { measured: 1, over: 1, most: 1200, evidenceCount: 2 }],
    ['of a run is counted for each scope', use('run', [[600], [600, 'declared', 1], [500, 'declared', 1]]), { measured: 2, over: 1, most: 1100, evidenceCount: 2 }],
    ['counts what broke circumstances only', use('run', [[500, 'wrong-phase'], [500, 'feature-off'], [500, 'outlives-phase'], [500, 'wrong-component']]), { most: 2000, over: 1 }],
    ['does not count another service of the host', use('run', [[5000, 'wrong-port'], [5000, 'wrong-transport'], [5000, 'forbidden']]), { measured: 0, over: 0, most: 0 }],
  ])('%s', (_, found, expected) => {
    expect(found).toMatchObject(expected);
  });

  it('shows the connections that exceeded it, the earliest first', () => {
    const meter = new UploadMeter({ max: 1000, per: 'connection', assumed: false });
    const told = [5, 1, 4, 2, 3].map((second) => connection({ second, up: second === 2 ? 10 : 2000 }));
    for (const one of told) meter.add(one, 'declared');
    const times = told.filter(({ up }) => up > 1000).map(({ opened }) => opened).sort((a, b) => a - b);
    expect(meter.use().evidence.map((one) => one.at)).toEqual(times.slice(0, 3));
  });
});
