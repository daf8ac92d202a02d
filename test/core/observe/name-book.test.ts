import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { NameBook } from '../../../src/core/observe/name-book.ts';

const API = wireText('api.example.com');
const CDN = wireText('cdn.example.com');
const AT = 1_000 * SECOND;

function book(): NameBook {
  return new NameBook(() => undefined);
}

describe('the name book', () => {
  it('never names what was opened before the answer', () => {
    const names = book();
    names.learn(API, '203.0.113.1', 300, AT);
    expect([names.candidates('203.0.113.1', AT - 1).live, names.candidates('203.0.113.1', AT).live]).toEqual([[], [API]]);
  });

  it('keeps a name alive for its time to live, at least 60 s, plus 30 s', () => {
    const names = book();
    names.learn(API, '203.0.113.1', 5, AT);
    names.learn(CDN, '203.0.113.2', 100, AT);
    expect(names.candidates('203.0.113.1', AT + 90 * SECOND).live).toEqual([API]);
    expect(names.candidates('203.0.113.1', AT + 91 * SECOND)).toEqual({ live: [], stale: API });
    expect(names.candidates('203.0.113.2', AT + 130 * SECOND).live).toEqual([CDN]);
    expect(names.candidates('203.0.113.2', AT + 131 * SECOND).live).toEqual([]);
  });

  it('keeps every candidate of a shared address', () => {
    const names = book();
    names.learn(API, '203.0.113.1', 60, AT);
    names.learn(CDN, '203.0.113.1', 60, AT + 1);
    expect(names.candidates('203.0.113.1', AT + 2).live).toEqual([API, CDN]);
  });

  it('gives the same result when a name is learned again', () => {
    const names = book();
    names.learn(API, '203.0.113.1', 60, AT);
    names.learn(API, '203.0.113.1', 60, AT + 50 * SECOND);
    expect(names.candidates('203.0.113.1', AT + 120 * SECOND).live).toEqual([API]);
  });

  it('counts what it must forget', () => {
    let dropped = 0;
    const names = new NameBook(() => dropped++);
    for (let name = 0; name < 300; name++) names.learn(wireText(`n${name}.example`), '203.0.113.1', 60, AT);
    expect([dropped, names.candidates('203.0.113.1', AT).live.length]).toEqual([44, 256]);
  });

  it('knows which names were resolved', () => {
    const names = book();
    names.learn(API, '203.0.113.1', 60, AT);
    expect([names.isResolved(API), names.isResolved(CDN)]).toEqual([true, false]);
  });
});
