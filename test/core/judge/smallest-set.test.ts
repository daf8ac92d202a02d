import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceSet } from '../../../src/core/judge/evidence-set.ts';
import { SmallestSet } from '../../../src/core/judge/smallest-set.ts';

describe('SmallestSet', () => {
  it('keeps the alphabetically first texts, whatever the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-f]{1,3}$/), { maxLength: 60 }), (texts) => {
        const set = new SmallestSet(4);
        for (const text of texts) set.add(text);
        expect(set.sorted()).toEqual([...new Set(texts)].sort().slice(0, 4));
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});

describe('EvidenceSet', () => {
  it('keeps the earliest three and counts all, whatever the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ source: fc.nat(2), at: fc.nat(9), frame: fc.nat(9) }), { maxLength: 12 }), (all) => {
        const set = new EvidenceSet();
        for (const { source, at, frame } of all) set.add({ source, at, frames: [frame, frame] });
        const sorted = [...all].sort((a, b) => a.at - b.at || a.source - b.source || a.frame - b.frame);
        expect(set.kept.map((each) => [each.at, each.source, each.frames[0]])).toEqual(sorted.slice(0, 3).map((each) => [each.at, each.source, each.frame]));
        expect(set.count).toBe(all.length);
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});
