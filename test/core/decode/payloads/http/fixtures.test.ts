import { describe, expect, it } from 'vitest';
import { hexFixtures, readHexFixture } from '../../../../build/hex-fixture.ts';
import { rechunked } from '../../../../build/play-session.ts';
import { lines, play } from './play.ts';

/** What each recording in fixtures/wire/http shows. */
const EXPECTED: Readonly<Record<string, { readonly parts: readonly string[]; readonly inner?: string }>> = {
  'connect-tls': { parts: ['authority CONNECT inside.example:443 ×1 200 switched'], inner: 'tls' },
  'proxied-keep-alive': { parts: ['absolute GET+HEAD one.example:80 ×2 200', 'absolute POST two.example:8080 ×1 200'] },
  websocket: { parts: ['origin GET feed.example ×1 101 switched'] },
};

describe('the recordings in fixtures/wire/http', () => {
  it('are all expected', () => expect(hexFixtures('http')).toEqual(Object.keys(EXPECTED)));

  it.each(Object.entries(EXPECTED))('%s shows its destinations, however it is cut', (name, { parts, inner }) => {
    const { origin, passages } = readHexFixture('http', name);
    expect(origin).toMatch(/^recorded from /);
    for (const sizes of [[1_000_000], [1], [13, 2]]) {
      const played = play(...rechunked(passages, sizes));
      expect(lines(played.parts)).toEqual(parts);
      expect(played.facts.http?.inner).toBe(inner);
      expect(played.problems).toEqual([]);
    }
  });
});
