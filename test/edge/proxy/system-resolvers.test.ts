/** Which resolvers the machine asks, from what the system says. */
import { describe, expect, it } from 'vitest';
import { systemResolvers } from '../../../src/edge/proxy/system-resolvers.ts';

describe('the resolvers of the machine', () => {
  it.each<readonly [string, readonly string[], readonly string[] | undefined]>([
    ['are the addresses that it was told, without ports', ['203.0.113.53', '203.0.113.54:5353', '2001:DB8::53', '[2001:db8::54]:5353'], ['203.0.113.53', '203.0.113.54', '2001:db8::53', '2001:db8::54']],
    ['are unknown where one of them is on the machine, and asks others in turn', ['203.0.113.53', '127.0.0.53'], undefined],
    ['are unknown where that one has IPv6', ['::1'], undefined],
    ['are unknown where none is told', [], undefined],
    ['are unknown where a word is no address', ['203.0.113.53', 'resolver.example'], undefined],
  ])('%s', (_, servers, expected) => {
    expect(systemResolvers(servers)).toEqual(expected);
  });
});
