import { decode, encode, streamDecode, type Packet } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { answer, firstMessage, nameAsked, question } from '../../../src/edge/demo/dns.ts';

const asked = question('o0.ingest.sentry.io');
const message = firstMessage(asked) ?? new Uint8Array();

/** As dns-packet reads it, frame and all. */
function read(framed: Uint8Array): Packet {
  return streamDecode(Buffer.from(framed));
}

describe('DNS messages of the demo', () => {
  it('ask one question, recursion desired', () => {
    expect(read(asked)).toMatchObject({ type: 'query', flag_rd: true, questions: [{ name: 'o0.ingest.sentry.io', type: 'A', class: 'IN' }], answers: [] });
  });

  it('are whole only with their last byte', () => {
    for (let length = 0; length < asked.length; length++) expect(firstMessage(asked.subarray(0, length))).toBeUndefined();
    expect(message).toHaveLength(asked.length - 2);
  });

  it('give back the name, also of a question that somebody else wrote', () => {
    expect(nameAsked(message)).toBe('o0.ingest.sentry.io');
    expect(nameAsked(encode({ type: 'query', questions: [{ type: 'A', name: 'a.example' }] }))).toBe('a.example');
  });

  it('answer with the address', () => {
    expect(read(answer(message, '203.0.113.61'))).toMatchObject({ id: decode(Buffer.from(message)).id, type: 'response', rcode: 'NOERROR', questions: [{ name: 'o0.ingest.sentry.io' }], answers: [{ name: 'o0.ingest.sentry.io', type: 'A', data: '203.0.113.61' }] });
  });

  it('answer that there is no such name', () => {
    expect(read(answer(message, undefined))).toMatchObject({ type: 'response', rcode: 'NXDOMAIN', answers: [] });
  });
});
