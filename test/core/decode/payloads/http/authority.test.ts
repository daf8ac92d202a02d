import { describe, expect, it } from 'vitest';
import { splitAuthority } from '../../../../../src/core/decode/payloads/http/authority.ts';

const CASES: ReadonlyArray<readonly [text: string, host: string, port: number | undefined, isSound: boolean]> = [
  ['a.example', 'a.example', undefined, true],
  ['A.Example:8080', 'A.Example', 8080, true],
  ['a.example:', 'a.example', undefined, true],
  ['192.0.2.1:80', '192.0.2.1', 80, true],
  ['[2001:db8::1]:443', '2001:db8::1', 443, true],
  ['user:secret@a.example:1', 'a.example', 1, true],
  ['2001:db8::1', '2001:db8::1', undefined, false],
  ['a.example:65536', 'a.example:65536', undefined, false],
  ['a.example:80:81', 'a.example:80:81', undefined, false],
  ['evil.example\\@a.example', 'a.example', undefined, false],
  ['a@b@c.example', 'c.example', undefined, false],
  ['a b', 'a b', undefined, false],
  ['bücher.example', 'bücher.example', undefined, false],
  ['', '', undefined, false],
];

describe('splitAuthority', () => {
  it.each(CASES)('reads %j as host %j', (text, host, port, sound) => {
    const { userInfo: _, ...rest } = splitAuthority(text);
    expect(rest).toEqual({ host, ...(port === undefined ? {} : { port }), sound });
  });

  it('keeps nothing of a password when the rest is out of grammar', () => {
    expect(JSON.stringify(splitAuthority('user:secret@a b'))).not.toContain('secret');
  });

  it.each([
    ['user:pass@a.example', true],
    ['token@a.example', true],
    ['anonymous:me@a.example', undefined],
    ['a.example', undefined],
  ])('tells of %j whether user information was there', (text, userInfo) => expect(splitAuthority(text).userInfo).toBe(userInfo));

  it('bounds what it keeps of a long one', () => expect(splitAuthority('a'.repeat(9_999)).host).toHaveLength(512));
});
