import { describe, expect, it } from 'vitest';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { Scope } from '../../../src/core/observe/scope.ts';
import type { Process } from '../../../src/core/observe/observation.ts';

const END = { address: '10.0.0.1', port: 50_000 };
const SHEET = { variables: {}, local: [], roots: [], clockOffset: 0, components: [{ component: 'hinted', local: ['10.0.0.1:50000/tcp'] }] };
const process = (name: string): Process => ({ pid: 7, name: wireText(name) });

describe('the component of a local end', () => {
  const scope = new Scope(0, SHEET, ({ name }) => (name === 'curl' ? undefined : `part of ${name}`));

  it('is what the run sheet says of the end, whatever its process', () => {
    expect(scope.componentOf(END, 'tcp', process('node'))).toBe('hinted');
  });

  it('is what the policy says of its process where the sheet says nothing', () => {
    expect(scope.componentOf(END, 'udp', process('node'))).toBe('part of node');
    expect(scope.componentOf({ ...END, port: 1 }, 'tcp', process('node'))).toBe('part of node');
  });

  it('is unknown where neither knows', () => {
    expect(scope.componentOf(END, 'udp', process('curl'))).toBeUndefined();
    expect(scope.componentOf(END, 'udp', undefined)).toBeUndefined();
    expect(new Scope(0, SHEET).componentOf(END, 'udp', process('node'))).toBeUndefined();
  });
});
