import { describe, expect, it } from 'vitest';
import { BELOW, HostSet, ITSELF } from '../../../src/core/policy/host-set.ts';

describe('a set of hosts', () => {
  it.each<[covers: string, bits: number, found: readonly string[]]>([
    ['itself', ITSELF, ['a.example']],
    ['what is below', BELOW, ['b.a.example', 'c.b.a.example']],
    ['both', ITSELF | BELOW, ['a.example', 'b.a.example', 'c.b.a.example']],
  ])('that covers %s finds that and no more', (_, bits, found) => {
    const set = new HostSet();
    set.add('a.example', bits, 7);
    expect(['a.example', 'b.a.example', 'c.b.a.example', 'xa.example', 'example', '', '.', '.a', 'a.example.org'].filter((name) => set.find(name) !== undefined)).toEqual(found);
    expect(set.find(found[0] ?? '')?.line).toBe(7);
  });

  it('takes a host once for each thing that it covers, under its first line', () => {
    const set = new HostSet();
    expect([set.add('a.example', ITSELF, 1), set.add('a.example', ITSELF, 2), set.add('a.example', ITSELF | BELOW, 3), set.add('a.example', BELOW, 4)]).toEqual([true, false, true, false]);
    expect([set.find('a.example')?.line, set.find('x.a.example')?.line]).toEqual([1, 1]);
  });

  it('names the most specific host', () => {
    const set = new HostSet();
    set.add('example', BELOW, 1);
    set.add('a.example', BELOW, 2);
    expect([set.find('x.a.example'), set.find('x.b.example')]).toEqual([{ host: 'a.example', wildcard: true, line: 2 }, { host: 'example', wildcard: true, line: 1 }]);
  });

  it('lets no dot inside a label and no name longer than DNS has slip below a host', () => {
    const set = new HostSet();
    set.add('a.example', BELOW, 1);
    expect([set.find('evil\\.a.example'), set.find(`${'x.'.repeat(600)}a.example`)]).toEqual([undefined, undefined]);
  });
});
