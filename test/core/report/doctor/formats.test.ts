import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/core/report/doctor/diagnose.ts';
import { doctorJson } from '../../../../src/core/report/doctor/json.ts';
import { doctorLine, doctorText } from '../../../../src/core/report/doctor/text.ts';
import { type Look, PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { widthOf } from '../../../../src/core/report/layout/width.ts';
import { ROOT } from '../../../source-tree.ts';
import { MACHINES } from './machines.ts';

const DIAGNOSES = Object.entries(MACHINES).map(([name, facts]) => [name, diagnose(facts)] as const);
const look = (columns: number, unicode = true): Look => ({ ...PLAIN_LOOK, columns, unicode });
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

describe.each(DIAGNOSES)('the page of %s', (_name, diagnosis) => {
  it.each([40, 80, 120])('is not wider than %i columns, but for commands', (columns) => {
    const commands = new Set(diagnosis.ways.flatMap(({ advice }) => advice.flatMap((one) => one.commands)));
    const wide = [...doctorText(diagnosis, look(columns))].join('').split('\n').filter((line) => widthOf(line) > columns && !commands.has(line.trim()));
    expect(wide).toEqual([]);
  });
  it('shows no control characters', () => expect([...doctorText(diagnosis, PLAIN_LOOK)].join('')).not.toMatch(CONTROLS));
  it('is ASCII where the terminal is', () => expect([...doctorText(diagnosis, look(80, false))].join('')).toMatch(/^[\n -~]+$/));
  it('begins with what egret run would take, which is all of the short form', () => {
    const line = [...doctorLine(diagnosis, PLAIN_LOOK)].join('');
    expect(line.replaceAll('\n', ' ').trim()).toBe(diagnosis.says);
    expect([...doctorText(diagnosis, PLAIN_LOOK)].join('').startsWith(line)).toBe(true);
  });
  it('says how it ends', () => expect([...doctorText(diagnosis, PLAIN_LOOK)].at(-1)).toMatch(new RegExp(`^Exit ${diagnosis.exit}: `)));
});

describe('the JSON', () => {
  const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(path.join(ROOT, 'docs/doctor.schema.json'), 'utf8')));
  it.each(DIAGNOSES)('of %s fits its schema and is the diagnosis', (_name, diagnosis) => {
    const written = [...doctorJson(diagnosis)].join('');
    expect(written).not.toMatch(CONTROLS);
    validate(JSON.parse(written));
    expect(validate.errors ?? []).toEqual([]);
    expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(diagnosis)));
  });
});
