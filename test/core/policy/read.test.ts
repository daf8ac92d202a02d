import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTree } from '../../../src/core/policy/read.ts';
import { describeNode, field, itemsOf, keyPosition, nodeAt, plainOf, positionOf } from '../../../src/core/policy/tree.ts';
import type { TreeNode } from '../../../src/core/policy/tree.ts';

const MEGABYTE = 1_048_576;

describe('the tree of a YAML text', () => {
  it('knows line and column of keys, values and list items', () => {
    const root = rootOf('egret: 1\nconnections:\n  - { id: a, port: [443/tcp,  80/tcp] }\n');
    expect(keyPosition(root, ['connections', 0], 'port')).toEqual({ file: 'p.yaml', line: 3, column: 14 });
    expect(positionOf(root, ['connections', 0, 'port', 1])).toEqual({ file: 'p.yaml', line: 3, column: 31 });
  });

  it('stands at the deepest part that is there when a path leads nowhere', () => {
    expect(positionOf(rootOf('a:\n  b: 1\n'), ['a', 'c', 'd']).line).toBe(2);
  });

  it('keeps the spelling of numbers', () => {
    const mode = nodeAt(rootOf('mode: 0700'), ['mode']);
    expect(mode === undefined ? '' : describeNode(mode)).toBe('the number 0700');
  });

  it('reads YAML 1.2 words as words', () => {
    expect(plainOf(rootOf('a: on\nb: no\nc: 12:30:45\nd: 2026-03-31\ne: ~\nf: true'))).toEqual({ a: 'on', b: 'no', c: '12:30:45', d: '2026-03-31', e: null, f: true });
  });

  it('follows aliases to what stands before them', () => {
    expect(plainOf(rootOf('a: &x [1, 2]\nb: *x'))).toEqual({ a: [1, 2], b: [1, 2] });
  });

  it('makes maps that no key can escape', () => {
    const { root, mistakes } = readTree('__proto__: { admin: true }\nconstructor: 1', 'p.yaml');
    expect(mistakes.map((mistake) => mistake.message)).toEqual(['the key "__proto__" cannot be used']);
    const plain = root === undefined ? {} : plainOf(root);
    expect(Object.getPrototypeOf(plain)).toBeNull();
    expect(plain).toEqual({ constructor: 1 });
  });

  it('reads what CRLF separates', () => {
    expect(field(rootOf('a: 1\r\nb: 2\r\n'), 'b')?.at.line).toBe(2);
  });
});

describe('guards', () => {
  it('refuses a text of 10 MB before it looks inside', () => {
    const { root, mistakes } = readTree('a'.repeat(10 * MEGABYTE), 'p.yaml');
    expect(root).toBeUndefined();
    expect(mistakes[0]?.message).toContain('10485760 characters');
  });

  it('reads a text of just under 1 MB', () => {
    const rows = '- { id: a, host: a.example.com }\n'.repeat(20_000);
    expect(itemsOf(rootOf(rows))).toHaveLength(20_000);
  });

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
    ['question marks', '? '.repeat(100_000)],
    ['lines that each go deeper', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
  ])('refuses %s nested without end, forty times over', (_name, text) => {
    // Forty, because that many deep parses in one process ended Node 20 without an exception (CVE-2026-33532).
    const messages = Array.from({ length: 40 }, () => readTree(text, 'p.yaml').mistakes[0]?.message);
    expect(new Set(messages)).toEqual(new Set(['nesting is deeper than 64 levels']));
  });

  it('reads sixty levels', () => {
    expect(readTree(`${'['.repeat(60)}1${']'.repeat(60)}`, 'p.yaml').mistakes).toEqual([]);
  });

  it('finds repeated keys of a huge map in linear time', () => {
    const { mistakes } = readTree('k: v\n'.repeat(100_000), 'p.yaml');
    expect(mistakes).toHaveLength(101);
    expect(mistakes.at(-1)?.message).toBe('and 99899 more mistakes of this kind');
  });

  it('refuses an alias to the value it stands in', () => {
    expect(readTree('a: &x [*x]', 'p.yaml').mistakes[0]?.message).toContain('"*x" names no anchor');
  });

  it('refuses YAML 1.1, where `no` would be false', () => {
    expect(readTree('%YAML 1.1\n---\na: no\n', 'p.yaml').mistakes[0]?.message).toBe('YAML 1.1 is not read');
  });

  it('never throws, whatever the text', () => {
    const words = constantFrom('a', ': ', '- ', '[', ']', '{', '}', '&a ', '*a', '!t ', '"', "'", '|', '>', '\n', '  ', '\t', '#', '---', '...', '? ', ',', '<<', '%', '\u0000', '\ud800', '@', '`');
    assert(
      property(array(words, { maxLength: 60 }), (parts) => {
        const { root, mistakes } = readTree(parts.join(''), 'p.yaml');
        for (const mistake of mistakes) expect(mistake.at === undefined || mistake.at.line >= 1).toBe(true);
        expect(() => JSON.stringify(root === undefined ? undefined : plainOf(root))).not.toThrow();
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});

function rootOf(text: string): TreeNode {
  const { root, mistakes } = readTree(text, 'p.yaml');
  expect(mistakes).toEqual([]);
  if (root === undefined) throw new Error('no root');
  return root;
}
