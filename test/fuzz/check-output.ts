/** What must be true of everything egret prints or writes: well-formed for its readers, and free of what moves a terminal's cursor. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { SARIF_SCHEMA } from '../build/sarif-schema.ts';
import { UNSAFE } from '../build/unsafe.ts';
import { readXml } from '../build/xml.ts';
import { ROOT } from '../source-tree.ts';

/** What is wrong with a document of a format, if anything. */
export function outputWrong(format: string, text: string): string | undefined {
  const unsafe = UNSAFE.exec(text.replaceAll(/[\ufffe\uffff]/g, '').replaceAll(format === 'csv' ? '\r\n' : '\n', '\n'));
  if (unsafe !== null) return `${format} holds the character U+${(unsafe[0].codePointAt(0) ?? 0).toString(16)}: ${JSON.stringify(text.slice(Math.max(0, unsafe.index - 40), unsafe.index + 40))}`;
  if (/\b(?:NaN|Infinity|undefined|\[object Object\])(?![\w.-])/.test(text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')) && JSON_FORMATS.has(format)) return `${format} holds a value that is none`;
  try {
    if (format === 'json') return schemaWrong('report', JSON.parse(text));
    if (format === 'ndjson') return text.split('\n').filter((line) => line !== '').map((line) => schemaWrong('connection', JSON.parse(line))).find((wrong) => wrong !== undefined);
    if (format === 'sarif') return schemaWrong('sarif', JSON.parse(text));
    if (format === 'junit') readXml(text);
    return undefined;
  } catch (error) {
    return `${format} is not well-formed: ${String(error).slice(0, 200)}`;
  }
}

function schemaWrong(name: string, value: unknown): string | undefined {
  const validate = validators.get(name) ?? compile(name);
  if (validate(value)) return undefined;
  const [first] = validate.errors ?? [];
  return `${name}: ${first?.instancePath.replaceAll(/\d+/g, 'n')} ${first?.message} ${JSON.stringify(first?.params)}`;
}

function compile(name: string): ValidateFunction {
  const schema: object = name === 'sarif' ? SARIF_SCHEMA : JSON.parse(readFileSync(path.join(ROOT, `docs/${name}.schema.json`), 'utf8'));
  const validate = new Ajv({ strict: true, allErrors: false }).compile(schema);
  validators.set(name, validate);
  return validate;
}

const validators = new Map<string, ValidateFunction>();
const JSON_FORMATS: ReadonlySet<string> = new Set(['json', 'ndjson', 'sarif']);
