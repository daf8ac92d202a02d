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

  it('knows where else a name was resolved to, in the same family and by then', () => {
    const names = book();
    for (const last of [6, 3, 5, 4, 2]) names.learn(API, `203.0.113.${last}`, 60, AT);
    names.learn(API, '2001:db8::1', 60, AT + SECOND);
    const others = ['203.0.113.2', '203.0.113.3', '203.0.113.4', '203.0.113.5'];
    expect([names.elsewhere(API, '198.51.100.1', AT), names.elsewhere(API, '198.51.100.1', AT - 1)]).toEqual([others, undefined]);
    expect([names.elsewhere(API, '2001:db8::2', AT), names.elsewhere(API, '2001:db8::2', AT + SECOND)]).toEqual([undefined, ['2001:db8::1']]);
    expect([names.elsewhere(API, '203.0.113.6', AT), names.elsewhere(CDN, '203.0.113.6', AT)]).toEqual([undefined, undefined]);
  });

  it('takes the earliest answer for an address, in whatever order they are told', () => {
    const names = book();
    names.learn(API, '203.0.113.1', 60, AT);
    names.learn(API, '203.0.113.1', 60, AT - SECOND);
    expect(names.elsewhere(API, '198.51.100.1', AT - SECOND)).toEqual(['203.0.113.1']);
  });

  it('contradicts nothing by a name with more addresses than it keeps', () => {
    const names = book();
    for (let last = 0; last < 63; last++) names.learn(API, `203.0.113.${last}`, 60, AT);
    expect(names.elsewhere(API, '198.51.100.1', AT)).toHaveLength(4);
    names.learn(API, '203.0.113.63', 60, AT);
    expect(names.elsewhere(API, '198.51.100.1', AT)).toBeUndefined();
  });
});
