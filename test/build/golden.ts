/** Golden files: what stands in the project is what must come out; `UPDATE=1` writes them first, and a person reads the diff. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../source-tree.ts';

/** The golden text of a file of the project, empty when there is none yet. */
export function golden(file: string, now: string): string {
  const place = path.join(ROOT, file);
  if (process.env['UPDATE'] === '1') writeFileSync(place, now);
  return existsSync(place) ? readFileSync(place, 'utf8') : '';
}
