/** All formats by name; `--format`, its help and its spelling suggestions read this table. */
import type { Format } from './format.ts';
import { json } from './json.ts';
import { ndjson } from './ndjson.ts';
import { text } from './text.ts';

export const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([text, json, ndjson].map((format) => [format.name, format]));
