/** All formats by name; `--format`, its help and its spelling suggestions read this table. */
import type { Format } from './format.ts';
import { github } from './github.ts';
import { json } from './json.ts';
import { ndjson } from './ndjson.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

export const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([text, json, ndjson, sarif, github].map((format) => [format.name, format]));
