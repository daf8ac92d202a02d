import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { SAMPLE_CAP, UploadTrail } from '../../../src/core/observe/upload-trail.ts';

describe('an upload trail', () => {
  it('keeps what each end had sent, and asks for the next sample 10 s later', () => {
    const trail = new UploadTrail();
    expect([trail.add(30 * SECOND, 5, 7), trail.add(41 * SECOND, 6, 9)]).toEqual([40 * SECOND, 51 * SECOND]);
    expect(trail.of(true)).toEqual([[30 * SECOND, 5], [41 * SECOND, 6]]);
    expect(trail.of(false)).toEqual([[30 * SECOND, 7], [41 * SECOND, 9]]);
  });

  it('gives up every other sample when it is full, and doubles the step', () => {
    const trail = new UploadTrail();
    for (let at = 0; at < SAMPLE_CAP; at++) trail.add(at, at, 0);
    expect(trail.add(SAMPLE_CAP, SAMPLE_CAP, 0) - SAMPLE_CAP).toBe(20 * SECOND);
    expect(trail.of(true).map(([at]) => at)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
  });

  it('stays within its cap and in order, however long the flow lives', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 300 }), (sizes) => {
        const trail = new UploadTrail();
        const told = new Map<number, number>();
        let bytes = 0;
        sizes.forEach((size, at) => {
          told.set(at, (bytes += size));
          trail.add(at, bytes, 0);
        });
        const kept = trail.of(true);
        expect(kept.length).toBeLessThanOrEqual(SAMPLE_CAP);
        expect(kept.every(([at, sent], index) => told.get(at) === sent && (index === 0 || at > (kept[index - 1]?.[0] ?? Infinity)))).toBe(true);
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});
