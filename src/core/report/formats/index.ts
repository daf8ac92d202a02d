/** All formats by name; `--format`, its help and its spelling suggestions read this table. */
import type { Format } from './format.ts';
import { bypass } from './bypass.ts';
import { csv } from './csv.ts';
import { github } from './github.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { ndjson } from './ndjson.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

export const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([text, json, ndjson, sarif, junit, github, markdown, csv, bypass].map((format) => [format.name, format]));
