// docs/policy.schema.json and docs/run-sheet.schema.json come from the zod schemas, so that they cannot drift from what is checked.
// `UPDATE=1 npx vitest run --config test/vitest.config.ts test/core/policy/schema/json-schema.test.ts` rewrites them; without UPDATE the test says when they are stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { policySchema } from '../../src/core/policy/schema/policy.ts';
import { baselineSchema } from '../../src/core/policy/schema/baseline.ts';
import { sheetSchema } from '../../src/core/policy/schema/sheet.ts';

/** The generated text and the committed one, by file name. */
export function schemaFiles(): readonly { readonly name: string; readonly generated: string; readonly committed: string }[] {
  return SCHEMAS.map(([name, generated]) => {
    const path = fileURLToPath(new URL(name, DOCS));
    if (process.env['UPDATE'] === '1') writeFileSync(path, generated);
    return { name, generated, committed: readFileSync(path, 'utf8') };
  });
}

/** Draft 2020-12, which editors read. */
function textOf(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
}

const DOCS = new URL('../../docs/', import.meta.url);
const SCHEMAS: readonly (readonly [name: string, generated: string])[] = [
  ['policy.schema.json', textOf(policySchema, 'egret policy, version 1')],
  ['baseline.schema.json', textOf(baselineSchema, 'egret baseline, version 1')],
  ['run-sheet.schema.json', textOf(sheetSchema, 'egret run sheet, version 1')],
];
