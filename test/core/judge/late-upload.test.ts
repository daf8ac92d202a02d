import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { uploadWithin, type Bounds } from '../../../src/core/judge/late-upload.ts';
import type { Stretch } from '../../../src/core/judge/phase-end.ts';
import { UploadTrail } from '../../../src/core/observe/upload-trail.ts';
import { connection, START } from '../../build/connection.ts';

const at = (second: number) => START + second * SECOND;
const from = (begin: number, end = Infinity): Stretch => ({ from: at(begin), to: at(end) });

/** 100 bytes by 40 s, 600 by 60 s, 5000 in all at 90 s. */
const SENT = connection({ up: 5000, last: at(90), upBy: [[at(40), 100], [at(60), 600]] });

function within(stretches: readonly Stretch[], grace = 0): Bounds {
  return uploadWithin(SENT, stretches, grace * SECOND);
}

describe('the upload within a time', () => {
  it.each<[string, Bounds, Bounds]>([
    ['is exact where a sample stands', within([from(40)]), { least: 4900, most: 5000 }],
    ['is bounded between samples', within([from(50)]), { least: 4400, most: 4900 }],
    ['is all that came after the last sample, or none of it', within([from(80)]), { least: 0, most: 4400 }],
    ['begins after the grace', within([from(10)], 40), { least: 4400, most: 4900 }],
    ['ends where the stretch ends', within([from(40, 60)]), { least: 0, most: 600 }],
    ['adds stretches up', within([from(0, 40), from(60)]), { least: 4400, most: 5000 }],
    ['is nothing in a stretch shorter than the grace', within([from(40, 60)], 30), { least: 0, most: 0 }],
    ['is nothing after the last packet', within([from(90)]), { least: 0, most: 0 }],
    ['is unknown without samples', uploadWithin(connection({ up: 5000, last: at(90) }), [from(50)], 0), { least: 0, most: 5000 }],
  ])('%s', (_, bounds, expected) => {
    expect(bounds).toEqual(expected);
  });

  it('never claims more, nor less, than was sent', () => {
    const packet = fc.record({ wait: fc.integer({ min: 1, max: 40 }), bytes: fc.nat(3000) });
    const holds = fc.property(fc.array(packet, { minLength: 1, maxLength: 120 }), fc.nat(600), fc.integer({ min: 1, max: 600 }), (packets, begin, length) => {
      const trail = new UploadTrail();
      let [now, up, due, real] = [0, 0, 30, 0];
      for (const { wait, bytes } of packets) {
        now += wait;
        if (now >= due) due = (trail.add(at(now), up, 0) - START) / SECOND;
        up += bytes;
        if (now >= begin && now < begin + length) real += bytes;
      }
      const { least, most } = uploadWithin(connection({ up, last: at(now), upBy: trail.of(true) }), [from(begin, begin + length)], 0);
      // What passes in the moment of the last packet itself is not later than it.
      return begin >= now || (least <= real && real <= most);
    });
    expect(fc.check(holds, { seed: 11, numRuns: 300 }).failed).toBe(false);
  });
});
