import { describe, expect, it } from 'vitest';
import { complain, mistakeText } from '../../src/cli/complain.ts';
import { MachineError, UsageError } from '../../src/core/base/errors.ts';
import { HOSTILE_NAMES } from '../build/hostile-names.ts';
import { fakeWorld } from './fake-world.ts';

describe('complain', () => {
  it('writes a mistake as editors read it, with the line, a caret and help', async () => {
    const world = fakeWorld({ files: { 'policy.yaml': 'egret: 1\nconnections:\n  - hots: api.x.io\n' } });
    const error = new UsageError([{ message: '"hots" is not a key of a connection', at: { file: 'policy.yaml', line: 3, column: 5 }, help: 'did you mean host?' }]);
    expect(await complain(error, world)).toBe(3);
    expect(world.err()).toBe('policy.yaml:3:5: "hots" is not a key of a connection\n  3 |   - hots: api.x.io\n    |     ^\n  help: did you mean host?\n');
  });

  it('shows all mistakes', async () => {
    const world = fakeWorld();
    await complain(new UsageError([{ message: 'one' }, { message: 'two' }]), world);
    expect(world.err()).toBe('egret: one\negret: two\n');
  });

  it('leaves the excerpt out when the file cannot be read or has no such line', async () => {
    const world = fakeWorld({ files: { short: 'x' } });
    expect(await mistakeText([{ message: 'm', at: { file: 'gone', line: 1, column: 1 } }, { message: 'm', at: { file: 'short', line: 9, column: 1 } }], world)).toBe('gone:1:1: m\nshort:9:1: m\n');
  });

  it('puts the caret below its column behind tabs, wide characters and a long line', async () => {
    const line = `${'x'.repeat(200)}HERE${'y'.repeat(200)}`;
    const world = fakeWorld({ files: { f: `\t例え: HERE\n${line}` } });
    for (const [at, column] of [[1, 6], [2, 201]] as const) {
      const [, shown = '', caret = ''] = (await mistakeText([{ message: 'm', at: { file: 'f', line: at, column } }], world)).split('\n');
      expect(shown.length).toBeLessThan(120);
      const wide = at === 1 ? 2 : 0;
      expect(shown.indexOf('HERE') + wide).toBe(caret.indexOf('^'));
    }
  });

  it('says what was tried, what the machine answered and what to do: exit 4', async () => {
    const world = fakeWorld();
    expect(await complain(new MachineError('cannot write r.json', 'no space left', 'make room'), world)).toBe(4);
    expect(world.err()).toBe('egret: cannot write r.json: no space left\n  help: make room\n');
  });

  it('calls anything else a bug in one line without a stack: exit 70', async () => {
    const world = fakeWorld();
    expect(await complain(new TypeError('x is not a function'), world)).toBe(70);
    expect(world.err()).toMatch(/^egret: this is a bug in egret 0\.0\.0-test: TypeError: x is not a function; please report it .*\n$/);
  });

  it('adds the stack only when asked', async () => {
    const world = fakeWorld({ env: { EGRET_DEBUG: '1' } });
    await complain(new Error('boom'), world);
    expect(world.err()).toContain('complain.test.ts');
  });

  it.each(Object.entries(HOSTILE_NAMES))('lets %s in a file do the terminal no harm', async (_, name) => {
    const world = fakeWorld({ files: { f: `key: ${name}` } });
    await complain(new UsageError([{ message: name, at: { file: 'f', line: 1, column: 6 }, help: name }]), world);
    await complain(new Error(name), world);
    expect(/[^\P{C}\n\ufffe\uffff]/u.exec(world.err())).toBeNull();
  });
});
