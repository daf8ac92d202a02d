import { createCipheriv, createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderMask } from '../../../../../src/core/decode/payloads/quic/header-mask.ts';
import { DIGEST_WORDS, Hmac, keyWords, messageBlock } from '../../../../../src/core/decode/payloads/quic/hmac.ts';

const hex = (words: Int32Array): string => Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

function signed(key: Uint8Array, message: Uint8Array): string {
  const hmac = new Hmac();
  hmac.begin(keyWords(key));
  const code = new Int32Array(DIGEST_WORDS);
  hmac.sign(messageBlock(message, 0, message.length, new Int32Array(16)), code);
  return hex(code);
}

function masked(key: Uint8Array, sample: Uint8Array): string {
  const mask = new Uint8Array(5);
  new HeaderMask(keyWords(key)).of(Uint8Array.of(9, 9, 9, ...sample, 9), 3, mask);
  return Buffer.from(mask).toString('hex');
}

describe('Hmac', () => {
  it.each([
    ['1', '0b'.repeat(20), Buffer.from('Hi There').toString('hex'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    ['2', Buffer.from('Jefe').toString('hex'), Buffer.from('what do ya want for nothing?').toString('hex'), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    ['3', 'aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  ])('gives what RFC 4231 gives in test case %s', (_, key, message, code) => {
    expect(signed(Buffer.from(key, 'hex'), Buffer.from(message, 'hex'))).toBe(code);
  });

  it('gives what OpenSSL gives for every key of a block and message of up to 55 bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 55 }), (key, message) => {
      expect(signed(key, message)).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }), { seed: 20_261_123, numRuns: 400 });
  });

  it('signs message after message under one key, and under its own answer', () => {
    const hmac = new Hmac();
    const code = new Int32Array(DIGEST_WORDS);
    let key: Uint8Array = Uint8Array.of(1, 2, 3);
    hmac.begin(keyWords(key));
    for (const text of ['a', 'b', 'c']) {
      const message = Buffer.from(text);
      hmac.sign(messageBlock(message, 0, 1, new Int32Array(16)), code);
      expect(hex(code)).toBe(createHmac('sha256', key).update(message).digest('hex'));
      key = createHmac('sha256', key).update(message).digest();
      hmac.begin(code);
    }
  });
});

describe('HeaderMask', () => {
  it('gives the block of FIPS 197 appendix B', () => {
    expect(masked(Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex'), Buffer.from('3243f6a8885a308d313198a2e0370734', 'hex'))).toBe('3925841d02');
  });

  it('gives what OpenSSL gives', () => {
    const block = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(fc.property(block, block, (key, sample) => {
      expect(masked(key, sample)).toBe(createCipheriv('aes-128-ecb', key, null).update(sample).subarray(0, 5).toString('hex'));
    }), { seed: 20_261_123, numRuns: 400 });
  });
});
