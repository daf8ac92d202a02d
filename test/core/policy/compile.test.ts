import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../src/core/policy/compile.ts';
import { NameTable } from '../../../src/core/policy/name-table.ts';
import { cidr, deny, entry, host, localLeg, policy } from '../../build/decide-policy.ts';

describe('compilePolicy', () => {
  it('sorts address blocks by prefix length, longest first', () => {
    const compiled = compilePolicy(policy([entry({ id: 'wide', addresses: ['198.51.100.0/24'] }), entry({ id: 'one', addresses: ['198.51.100.7'] })]), []);
    expect(compiled.blocks.map((block) => [block.cidr.text, block.candidate.entry.id])).toEqual([
      ['198.51.100.7', 'one'],
      ['198.51.100.0/24', 'wide'],
    ]);
    expect(compiled.blocks[0]?.cidr).toEqual(cidr('198.51.100.7'));
  });

  it('brings listed resolvers into canonical form', () => {
    const compiled = compilePolicy(policy([], { dns: { resolvers: ['2001:DB8:0:0::53', 'DNS.example'], encrypted: 'allow' } }), []);
    expect(compiled.resolvers).toEqual(new Set(['2001:db8::53', 'dns.example']));
  });

  it('keeps the reason of the first denial of a class', () => {
    const compiled = compilePolicy(policy([], { mustNot: [deny({ classes: ['ads'], because: 'first' }), deny({ classes: ['ads', 'crash'], because: 'second' })] }), []);
    expect([compiled.deniedClasses.get('ads')?.because, compiled.deniedClasses.get('crash')?.because]).toEqual(['first', 'second']);
  });

  it('takes `localhost` in a local leg for any loopback address', () => {
    const compiled = compilePolicy(policy([], { local: [localLeg({ address: 'localhost' }), localLeg({ address: '::1' })] }), []);
    expect(compiled.local.map((leg) => leg.address)).toEqual([undefined, '::1']);
  });

  it('keeps the port that came with a pattern', () => {
    const compiled = compilePolicy(policy([entry({ id: 'mcp', hosts: [host('mcp.example.com', '8443/tcp')] })]), []);
    expect(compiled.hosts.find('mcp.example.com')[0]?.values[0]?.port).toEqual({ from: 8443, to: 8443, transport: 'tcp' });
  });
});

describe('NameTable', () => {
  const table = new NameTable<string>();
  table.add('x.io', false, 'apex');
  table.add('x.io', true, 'below');
  table.add('deep.x.io', true, 'deeper');

  it.each<[string, string, string[]]>([
    ['an exact name is found without its wildcard', 'x.io', ['apex']],
    ['a wildcard covers one label', 'a.x.io', ['below']],
    ['a wildcard covers several labels, and the longer suffix comes first', 'a.b.deep.x.io', ['deeper', 'below']],
    ['the apex of a deeper wildcard is only below the shorter one', 'deep.x.io', ['below']],
    ['a suffix is matched at labels only', 'evilx.io', []],
    ['an escaped dot separates nothing', 'evil\\.x.io', []],
    ['an escaped backslash before a dot leaves it a separator', 'evil\\\\.x.io', ['below']],
    ['an empty first label is no label', '.x.io', []],
    ['a name longer than DNS can carry matches nothing', `${'a'.repeat(1020)}.x.io`, []],
  ])('%s', (_, name, expected) => {
    expect(table.find(name).flatMap((group) => group.values)).toEqual(expected);
  });
});
