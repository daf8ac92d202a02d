// Writes docs/policy.schema.json and docs/run-sheet.schema.json from the zod schemas.
// `npx vitest run --config test/vitest.config.ts test/core/policy/schema/json-schema.test.ts` says when they are stale; UPDATE=1 in front rewrites them.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchemas } from '../../src/core/policy/schema/json-schema.ts';

const DOCS = new URL('../../docs/', import.meta.url);

/** The generated text and the committed one, by file name. */
export function schemaFiles(): readonly { readonly name: string; readonly generated: string; readonly committed: string }[] {
  return [...jsonSchemas()].map(([name, generated]) => {
    const path = fileURLToPath(new URL(name, DOCS));
    if (process.env['UPDATE'] === '1') writeFileSync(path, generated);
    return { name, generated, committed: readFileSync(path, 'utf8') };
  });
}
