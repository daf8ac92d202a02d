/** What sessions say that they keep: the bound on all open flows is counted by it, so it must grow with what a stranger sends. */
import { describe, expect, it } from 'vitest';
import { dnsUdpDecoder } from '../../../../src/core/decode/payloads/dns/session.ts';
import { dtlsDecoder } from '../../../../src/core/decode/payloads/dtls/session.ts';
import { PREFACE } from '../../../../src/core/decode/payloads/http2/frames.ts';
import type { Decoder, Session, Side } from '../../../../src/core/decode/payloads/session.ts';
import { stunDecoders } from '../../../../src/core/decode/payloads/stun/session.ts';
import { bytes, u16 } from '../../../build/bytes.ts';
import { decoderOf } from '../../../build/decoder-of.ts';
import { message, name, question } from '../../../build/dns.ts';
import { attribute, dtlsMessage, dtlsRecord, stun, xorAddress } from '../../../build/stun.ts';
import { block, frame, request } from './http2/play.ts';

type Sent = readonly [Side, Uint8Array];

function opened(decoder: Decoder, ...sent: readonly Sent[]): Session {
  const session = decoder.open({ lookup: () => undefined, problem: () => undefined }, 0);
  for (const [side, data] of sent) session.push(side, data, 1, 1);
  return session;
}

const heldBy = (decoder: Decoder, ...sent: readonly Sent[]): number => opened(decoder, ...sent).held?.() ?? -1;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const dtlsPiece = (sequence: number, from: number, to: number): Sent => ['up', dtlsRecord({ type: 22 }, dtlsMessage(1, sequence, new Uint8Array(60_000), from, to))];
const stunTcp = stunDecoders.find(({ transport, protocol }) => transport === 'tcp' && protocol === 'stun') ?? dtlsDecoder;
const h2 = decoderOf('h2c');
const preface: Sent = ['up', bytes(PREFACE, frame(4, 0, 0))];
/** A field that is kept and indexed (RFC 7541 §6.2.1). */
const indexed = (host: string): Uint8Array => bytes(0x40, 4, 'host', host.length, host);

describe('a session tells that it keeps', () => {
  it.each<readonly [string, Decoder, readonly Sent[], readonly Sent[], number]>([
    ['fragments of a DTLS message', dtlsDecoder, [dtlsPiece(0, 0, 10)], numbers(20).map((at) => dtlsPiece(0, at * 1000, at * 1000 + 1000)), 20_000],
    ['the place that tiny DTLS fragments take', dtlsDecoder, [dtlsPiece(0, 0, 10)], numbers(40).map((at) => dtlsPiece(0, at * 2, at * 2 + 1)), 8000],
    ['channels of a relay', dtlsDecoder, [], numbers(60).flatMap((at): Sent[] => [
      ['up', stun({ type: 0x0009, id: at, attributes: [attribute(0x000c, u16(0x4000 + at), u16(0)), xorAddress(0x12, '203.0.113.9', 1000 + at)] })],
      ['down', stun({ type: 0x0109, id: at })],
    ]), 10_000],
    ['a STUN message over TCP that is not whole', stunTcp, [], [['up', bytes(u16(1), u16(40_000), 0x21, 0x12, 0xa4, 0x42, new Uint8Array(30_000))]], 30_000],
    ['a header block of HTTP/2 that goes on', h2, [preface], [preface, ['up', frame(1, 0, 1, new Uint8Array(30_000))]], 30_000],
    ['an HTTP/2 frame that is not whole', h2, [preface], [preface, ['up', frame(1, 4, 1, new Uint8Array(40_000)).subarray(0, 30_000)]], 29_000],
    ['fields in the table of HTTP/2', h2, [preface], [preface, ['up', frame(1, 4, 1, bytes(block({ ':method': 'GET' }), ...numbers(40).map((at) => indexed(`h${at}.example`))))]], 5000],
    ['open streams of HTTP/2', h2, [preface], [preface, ...numbers(500).map((at): Sent => ['up', request(at * 2 + 1, { ':method': 'GET', ':authority': 'a.example' })])], 50_000],
    ['destinations of HTTP/2', h2, [preface], [preface, ...numbers(60).map((at): Sent => ['up', request(at * 2 + 1, { ':method': 'GET', ':authority': `h${at}.example` })])], 30_000],
    ['open questions of DNS', dnsUdpDecoder, [], numbers(200).map((at): Sent => ['up', message({ id: at }, question(name(`n${at}`, 'example'), 1))]), 100_000],
  ])('%s', (_what, decoder, few, many, least) => {
    const before = heldBy(decoder, ...few);
    const after = heldBy(decoder, ...many);
    expect(before).toBeGreaterThanOrEqual(0);
    expect(after - before).toBeGreaterThanOrEqual(least);
    expect(after).toBeLessThan(least * 12 + 20_000);
  });

  it('nothing of a DTLS message that is whole', () => {
    const half = heldBy(dtlsDecoder, dtlsPiece(0, 0, 30_000));
    const whole = heldBy(dtlsDecoder, dtlsPiece(0, 0, 30_000), dtlsPiece(0, 30_000, 60_000));
    expect(half - whole).toBeGreaterThan(29_000);
  });

  it('nothing of a question that is answered', () => {
    const asked = message({ id: 1 }, question(name('a', 'example'), 1));
    const session = opened(dnsUdpDecoder, ['up', asked]);
    expect([session.held?.(), session.isIdle]).toEqual([512, false]);
    session.push('down', message({ id: 1, flags: 0x8180 }, question(name('a', 'example'), 1)), 2, 2);
    expect([session.held?.(), session.isIdle]).toEqual([0, true]);
  });
});
