import { describe, expect, it } from 'vitest';
import { readWireFixture, wireFixtures } from '../../../../build/wire-fixture.ts';
import { rechunked } from '../../../../build/play-session.ts';
import { lines, play } from './play.ts';

/** What each recording in fixtures/wire/http shows. */
const EXPECTED: Readonly<Record<string, { readonly parts: readonly string[]; readonly inner?: string }>> = {
  'connect-tls': { parts: ['authority CONNECT inside.example:443 ×1 200 switched'], inner: 'tls' },
  'proxied-keep-alive': { parts: ['absolute GET+HEAD one.example:80 ×2 200', 'absolute POST two.example:8080 ×1 200'] },
  websocket: { parts: ['origin GET feed.example ×1 101 switched'], inner: 'websocket' },
};

describe('the recordings in fixtures/wire/http', () => {
  it('are all expected', () => expect(wireFixtures('http')).toEqual(Object.keys(EXPECTED).map((name) => `http/${name}.hex`)));

  it.each(Object.entries(EXPECTED))('%s shows its destinations, however it is cut', (name, { parts, inner }) => {
    const { origin, passages } = readWireFixture(`http/${name}.hex`);
    expect(origin).toMatch(/^recorded from /);
    for (const sizes of [[1_000_000], [1], [13, 2]]) {
      const played = play(...rechunked(passages, sizes));
      expect(lines(played.parts)).toEqual(parts);
      expect(played.facts.http?.inner).toBe(inner);
      expect(played.problems).toEqual([]);
    }
  });
});
