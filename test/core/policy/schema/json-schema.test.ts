import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { plainOf } from '../../../../src/core/policy/tree.ts';
import { readTree } from '../../../../src/core/policy/read.ts';
import { schemaFiles } from '../../../tools/write-schemas.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

describe('the JSON Schemas in docs', () => {
  it.each(schemaFiles())('$name is what the code generates', ({ generated, committed }) => {
    expect(committed).toBe(generated);
  });

  it.each(schemaFiles())('$name describes every key', ({ generated }) => {
    expect(undescribed(JSON.parse(generated), '')).toEqual([]);
  });

  it.each(validFiles())('%s is valid under the schema', (file) => {
    const { root } = readTree(readFileSync(file, 'utf8'), file);
    if (root === undefined) throw new Error(`${file} is not YAML`);
    const schema: unknown = JSON.parse(readFileSync(`${ROOT}docs/policy.schema.json`, 'utf8'));
    if (typeof schema !== 'object' || schema === null) throw new Error('the schema is no object');
    const validate = new Ajv2020({ strict: false }).compile(schema);
    validate(JSON.parse(JSON.stringify(plainOf(root))));
    expect(validate.errors).toBeNull();
  });
});

function validFiles(): readonly string[] {
  return ['policies', 'fixtures/policies/good'].flatMap((folder) => readdirSync(`${ROOT}${folder}`).filter((name) => name.endsWith('.yaml')).map((name) => `${ROOT}${folder}/${name}`));
}

/** Paths of properties without a description. */
function undescribed(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => undescribed(item, `${path}/${index}`));
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = key === 'properties' ? Object.entries(inner).filter(([, property]) => !hasDescription(property)).map(([name]) => `${path}/${name}`) : [];
    return own.concat(undescribed(inner, `${path}/${key}`));
  });
}

function hasDescription(property: unknown): boolean {
  return typeof property === 'object' && property !== null && 'description' in property && property.description !== '';
}
