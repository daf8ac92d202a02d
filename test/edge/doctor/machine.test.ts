import { describe, expect, it } from 'vitest';
import { capabilitiesOf, isNested, machineFacts, systemOf } from '../../../src/edge/doctor/machine.ts';

describe('os-release', () => {
  it.each<readonly [what: string, text: string, id: string, like: readonly string[], name: string]>([
    ['with quotes', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n', 'debian', [], 'Debian GNU/Linux 12 (bookworm)'],
    ['with several relatives', 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\n', 'rocky', ['rhel', 'centos', 'fedora'], 'Rocky Linux'],
    ['in single quotes, without names', 'ID=\'arch\'\nBUILD_ID=rolling', 'arch', [], 'arch'],
    ['with comments and nonsense', '# a comment\n\nID\n=x\nID=alpine\n', 'alpine', [], 'alpine'],
  ])('%s is read', (_what, text, id, like, name) => expect(systemOf(text)).toEqual({ id, like, name }));
  it.each([['nothing', undefined], ['an empty file', ''], ['a file without an id', 'NAME=X\n']])('that is %s names no system', (_what, text) => expect(systemOf(text)).toBeUndefined());
});

describe('capabilities', () => {
  it.each([
    ['1fffeffffff', { mask: '1fffeffffff', netAdmin: true, netRaw: true }],
    ['00000000a80425fb', { mask: 'a80425fb', netAdmin: false, netRaw: true }],
    ['0000000000001000', { mask: '1000', netAdmin: true, netRaw: false }],
    ['0000000000000000', { mask: '0', netAdmin: false, netRaw: false }],
  ])('of %s', (mask, expected) => expect(capabilitiesOf(`Name:\tnode\nCapInh:\t0\nCapEff:\t${mask}\nCapBnd:\tffff\n`)).toEqual(expected));
  it('are unknown where the system has none', () => expect([capabilitiesOf(undefined), capabilitiesOf('CapEff:\tnonsense\n')]).toEqual([undefined, undefined]));
});

describe('a map of user ids', () => {
  it.each([
    ['the machine\'s own', '         0          0 4294967295\n', false],
    ['one user as root', '         0       1000          1\n', true],
    ['a range of a container', '         0     100000      65536\n', true],
    ['an empty one, as of a namespace without a map', '', true],
  ])('that is %s', (_what, text, nested) => expect(isNested(text)).toBe(nested));
  it('that is not there says nothing', () => expect(isNested(undefined)).toBe(false));
});

describe('this machine', () => {
  it('is told without guesses', async () => {
    const facts = await machineFacts({ PATH: '/nonexistent' }, { node: process.versions.node, addPackage: 'npm install -g' });
    expect(facts).toMatchObject({ platform: process.platform, architecture: process.arch, isRoot: process.geteuid?.() === 0, addPackage: 'npm install -g' });
    expect(facts.loopback).toContain('127.0.0.1');
    // Without `unshare` nothing is tried, and only a switch of the kernel can say that they are forbidden.
    expect(['unknown', 'refused']).toContain(facts.userNamespaces);
  });
});
