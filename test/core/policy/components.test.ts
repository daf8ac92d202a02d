import { describe, expect, it } from 'vitest';
import { componentOf, isLike, type KnownProcess } from '../../../src/core/policy/components.ts';
import type { Component } from '../../../src/core/policy/policy.ts';

type Match = Component['match'];
type Seen = KnownProcess & { readonly parents?: readonly KnownProcess[] };

const policy = (components: Readonly<Record<string, Match>>): { readonly components: ReadonlyMap<string, Component> } => ({
  components: new Map(Object.entries(components).map(([id, match]) => [id, { id, match, covered: true, at: { file: 'policy.yaml', line: 1, column: 1 } }])),
});
/** As the shipped policy has them. */
const PRODUCT = policy({
  desktop: [{ exe: 'MultiClaw*' }, { name: 'MultiClaw*' }],
  gateway: [{ exe: 'openclaw-gateway' }, { args: '*openclaw gateway*' }],
  'mcp-server': [{ parent: 'gateway' }],
});
const DESKTOP = { name: 'MultiClaw', exe: '/opt/MultiClaw/MultiClaw', args: ['/opt/MultiClaw/MultiClaw'] };
const GATEWAY = { name: 'node', exe: '/usr/bin/node', args: ['node', 'openclaw', 'gateway', '--port', '1'] };
const CURL = { name: 'curl', exe: '/usr/bin/curl', args: ['curl', 'https://a.example'] };

describe('the component of a process', () => {
  const cases: readonly (readonly [string, Seen, string | undefined])[] = [
    ['is told by the file name of its program', { ...DESKTOP, name: 'other' }, 'desktop'],
    ['is told by the file name of a Windows path', { name: 'x', exe: 'C:\\Program Files\\MultiClaw\\MultiClaw.exe' }, 'desktop'],
    ['is not told by a folder of its path', { name: 'x', exe: '/opt/MultiClaw/crashpad' }, undefined],
    ['is told by its name where nothing else is known', { name: 'MultiClaw Helper (Renderer)' }, 'desktop'],
    ['is told by its words', GATEWAY, 'gateway'],
    ['is its parent\'s where it is nobody itself', { ...CURL, parents: [DESKTOP] }, 'desktop'],
    ['is that of the nearest ancestor that has one', { ...CURL, parents: [{ name: 'sh' }, { ...GATEWAY, exe: '/x/openclaw-gateway' }, DESKTOP] }, 'mcp-server'],
    ['is its own before it is its parent\'s', { ...GATEWAY, parents: [DESKTOP] }, 'gateway'],
    ['is told by an ancestor\'s component, however far up', { ...CURL, parents: [{ name: 'sh' }, { name: 'sh' }, GATEWAY] }, 'mcp-server'],
    ['is the first of the policy that matches: a worker of the gateway is no server of its', { ...GATEWAY, parents: [GATEWAY] }, 'gateway'],
    ['is unknown where no item matches', CURL, undefined],
    ['is unknown where the item asks for what was not seen', { name: 'node' }, undefined],
    ['is unknown where ancestors were not seen', { name: 'curl' }, undefined],
  ];
  it.each(cases)('%s', (_what, process, component) => {
    expect(componentOf(PRODUCT, process)).toBe(component);
  });

  it('needs every key of an item', () => {
    const strict = policy({ app: [{ exe: 'node', args: '*server.js*', uid: 1000 }] });
    const server = { name: 'node', exe: '/usr/bin/node', args: ['node', 'server.js'], uid: 1000 };
    expect(componentOf(strict, server)).toBe('app');
    for (const other of [{ exe: '/usr/bin/deno' }, { args: ['node', 'client.js'] }, { uid: 1001 }, { uid: undefined }, { exe: undefined }, { args: undefined }]) expect(componentOf(strict, { ...server, ...other })).toBeUndefined();
  });

  it('asks nothing of listeners, which nobody witnesses yet', () => {
    expect(componentOf(policy({ app: [{ name: 'node', listens: '127.0.0.1:80/tcp' }, { name: 'bun' }] }), { name: 'node' })).toBeUndefined();
  });

  it('does not let a parent make itself: an ancestor\'s component is settled before its children\'s', () => {
    const circle = policy({ a: [{ parent: 'b' }], b: [{ parent: 'a' }] });
    expect(componentOf(circle, { name: 'x', parents: [{ name: 'y' }, { name: 'z' }] })).toBeUndefined();
  });
});

describe('a pattern with stars', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['curl', 'curl', true], ['curl', 'cur', false], ['curl', '*', true], ['', '*', true], ['curl', 'c*l', true], ['cl', 'c*l', true], ['c', 'c*c', false], ['abcabc', '*abc', true], ['abcabd', '*abc', false],
    ['a b c', '*b*', true], ['abab', 'ab*ab*ab', false], ['ababab', 'ab*ab*ab', true], ['a*b', 'a*b', true], ['a.c', 'a.c', true], ['abc', 'a.c', false], ['xaxbx', '*a*b*', true], ['xbxax', '*a*b*', false], ['aa', 'a**a', true],
  ];
  it.each(cases)('%j is like %j: %s', (text, pattern, answer) => {
    expect(isLike(text, pattern)).toBe(answer);
  });

  it('gives up on what would take a matcher that tries again for ever', () => {
    expect(isLike('a'.repeat(20_000), `${'*a'.repeat(40)}*b`)).toBe(false);
  });
});
