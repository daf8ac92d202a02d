/** A diagnosis as JSON, `egret.doctor/1` (docs/doctor.schema.json): one member, need or way per line. */
import { jsonSafe } from '../../base/wire-text.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Pieces of the file; what the machine does not have is absent. */
export function* doctorJson(diagnosis: Diagnosis): Iterable<string> {
  const { schema, egret, exit, mode, says, needs, ways, machine } = diagnosis;
  yield `{\n  "schema": ${line(schema)}`;
  for (const [name, value] of Object.entries({ egret, exit, mode, says })) yield `,\n  ${line(name)}: ${line(value)}`;
  for (const [name, rows] of Object.entries({ needs, ways })) yield `,\n  ${line(name)}: [${rows.map((row) => `\n    ${line(row)}`).join(',')}${rows.length === 0 ? '' : '\n  '}]`;
  yield `,\n  "machine": ${line(machine)}\n}\n`;
}

function line(value: unknown): string {
  return jsonSafe(JSON.stringify(value));
}
