// Every file under fixtures/policies is read; what is wrong with it stands beside it in a `.out` file.
// UPDATE=1 rewrites those files, to be read before they are committed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatMistake } from '../../../src/core/base/errors.ts';
import { readPolicy } from '../../../src/core/policy/document.ts';

const FOLDER = fileURLToPath(new URL('../../../fixtures/policies/', import.meta.url));

describe('policy fixtures', () => {
  it.each(yamlFiles('bad'))('refuses %s with the mistakes that stand beside it', (name) => {
    const { policy, mistakes } = readPolicy(readFileSync(`${FOLDER}bad/${name}`, 'utf8'), name);
    expect(policy).toBeUndefined();
    expect(mistakes).not.toHaveLength(0);
    expectBeside(`bad/${name}`, mistakes.map(formatMistake));
  });

  it.each(yamlFiles('good'))('reads %s', (name) => {
    const { policy, mistakes, warnings } = readPolicy(readFileSync(`${FOLDER}good/${name}`, 'utf8'), name);
    expect(mistakes.map(formatMistake)).toEqual([]);
    expect(policy?.name).toBeTypeOf('string');
    expectBeside(`good/${name}`, warnings.map((lint) => `${lint.severity} ${lint.id} ${formatMistake(lint)}`));
  });

  it('finds no file without its fixture', () => {
    const outs = ['bad', 'good'].flatMap((folder) => readdirSync(`${FOLDER}${folder}`).filter((name) => name.endsWith('.out')).map((name) => `${FOLDER}${folder}/${name.replace(/out$/, 'yaml')}`));
    expect(outs.filter((file) => !existsSync(file))).toEqual([]);
  });
});

function yamlFiles(folder: string): readonly string[] {
  return readdirSync(`${FOLDER}${folder}`).filter((name) => name.endsWith('.yaml'));
}

/** A good policy without lints has no `.out` file. */
function expectBeside(name: string, lines: readonly string[]): void {
  const path = `${FOLDER}${name.replace(/yaml$/, 'out')}`;
  const text = lines.map((line) => `${line}\n`).join('');
  if (process.env['UPDATE'] === '1' && text !== '') writeFileSync(path, text);
  expect(text).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '');
}
