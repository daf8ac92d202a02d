/** JSON Schema (draft 2020-12) of policies and run sheets, for editors: generated, so that it cannot drift from what is checked. */
import { z } from 'zod';
import { policySchema } from './policy.ts';
import { sheetSchema } from './sheet.ts';

/** Text of docs/policy.schema.json and docs/run-sheet.schema.json, by file name. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map([
    ['policy.schema.json', textOf(policySchema, 'egret policy, version 1')],
    ['run-sheet.schema.json', textOf(sheetSchema, 'egret run sheet, version 1')],
  ]);
}

function textOf(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
}
