import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { losersAmong, type TryRow } from '../../../src/core/judge/losers.ts';

const T = 1_000 * SECOND;
const row = (over: Partial<TryRow>): TryRow => ({ party: 'a', isFailed: false, count: over.openings?.length ?? 1, openings: [T], ...over });
const won = row({});

describe('a failed row', () => {
  it.each([
    ['lost to another attempt within 3 s', row({ isFailed: true, openings: [T - 3 * SECOND] }), true],
    ['stands when the success came later', row({ isFailed: true, openings: [T - 3 * SECOND - 1] }), false],
    ['stands when the success was of another name', row({ isFailed: true, party: 'b' }), false],
    ['stands when it has no name', row({ isFailed: true, party: undefined }), false],
    ['stands when one of its attempts was not overtaken', row({ isFailed: true, openings: [T, T + 60 * SECOND] }), false],
    ['stands when not every opening is known', row({ isFailed: true, count: 17, openings: [T] }), false],
  ])('%s', (_what, failed, isLoser) => {
    expect(losersAmong([failed, won]).has(failed)).toBe(isLoser);
  });

  it('stands when nothing came through', () => {
    const [one, other] = [row({ isFailed: true }), row({ isFailed: true })];
    expect(losersAmong([one, other]).size).toBe(0);
  });
});
