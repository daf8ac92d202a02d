/** Lines of a recording: what was written is read again, and nothing that could break a reader passes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../../src/core/base/address.ts';
import { headerLine, observationLine, parseHeader, parseObservation, recordSheet, RECORDING_VERSION, restoreSheet } from '../../../src/core/observe/recording.ts';
import type { RunSheet } from '../../../src/core/policy/sheet.ts';
import { readCaptureOf, stories } from '../../build/stories.ts';
import { observeBytes } from '../../observe-file.ts';

type Json = Record<string, unknown>;

const seen = stories().flatMap((story) => observeBytes(readCaptureOf(story)).all);
const sample = (kind: string, has: (line: Json) => boolean = () => true): Json => {
  const found = seen.map((observation): Json => JSON.parse(observationLine(observation))).find((line) => line['kind'] === kind && has(line));
  if (found === undefined) throw new Error(`no story shows such a ${kind}`);
  return found;
};
const flow = sample('flow', (line) => line['tls'] !== undefined && JSON.stringify(line).includes('"chain"'));
const lookup = sample('lookup', (line) => JSON.stringify(line['addresses']) !== '[]');
const source = sample('source');
const blindSpot: Json = { kind: 'blind-spot', at: 1, seq: 2, from: [0, 3], code: 'file-cut', count: 1 };

describe('observations as lines', () => {
  it('come back as they were written, all that the stories show', () => {
    expect(seen.length).toBeGreaterThan(100);
    for (const observation of seen) expect(parseObservation(observationLine(observation))).toEqual(JSON.parse(JSON.stringify(observation)));
  });

  it.each([
    ['no JSON', '{"kind":"flow"'], ['a list', '[]'], ['a number', '7'], ['null', 'null'], ['an empty object', '{}'], ['a kind that is a number', '{"kind":7}'],
    ['a kind that is an object', '{"kind":{}}'], ['a tick without time', '{"kind":"tick","seq":1,"from":[0,1]}'], ['a time beyond numbers', '{"kind":"tick","at":1e999,"seq":1,"from":[0,1]}'],
    ['a negative source', '{"kind":"tick","at":1,"seq":1,"from":[-1,1]}'], ['half a place', '{"kind":"tick","at":1,"seq":1,"from":[0]}'], ['a place of three', '{"kind":"tick","at":1,"seq":1,"from":[0,1,2]}'],
  ])('are damaged: %s', (_what, line) => expect(parseObservation(line)).toEqual({ code: 'record-damaged' }));

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'quic-flow', ''])('of the kind "%s" are unknown', (kind) => {
    expect(parseObservation(JSON.stringify({ kind, at: 1, seq: 1, from: [0, 1] }))).toEqual({ code: 'record-unknown' });
  });

  it.each(['later-problem', 'constructor', '__proto__'])('with the blind spot "%s" are unknown', (code) => {
    expect(parseObservation(JSON.stringify({ ...blindSpot, code }))).toEqual({ code: 'record-unknown' });
  });

  it.each([
    ['come back with the samples of a long flow', 16, { kind: 'flow' }],
    ['are damaged by more samples than a flow has', 17, { code: 'record-damaged' }],
  ])('%s', (_what, count, expected) => {
    const upBy = Array.from({ length: count }, (_, index) => [index, index]);
    expect(parseObservation(JSON.stringify({ ...flow, upBy }))).toMatchObject(count > 16 ? expected : { ...expected, upBy });
  });

  it('let pass what a later version may add', () => {
    expect(parseObservation(JSON.stringify({ ...flow, weather: { rain: true } }))).toMatchObject({ kind: 'flow' });
  });

  const chain = at(flow, 'tls')['chain'];
  const hostile: readonly (readonly [string, Json])[] = [
    ['tls as text', { ...flow, tls: 'x' }],
    ['tls as null', { ...flow, tls: null }],
    ['tls without a word on application data', { ...flow, tls: {} }],
    ['a hello as list', { ...flow, tls: { ...at(flow, 'tls'), hello: [] } }],
    ['ALPN as text', { ...flow, tls: { ...at(flow, 'tls'), hello: { ...at(at(flow, 'tls'), 'hello'), alpn: 'h2' } } }],
    ['ALPN with a number in it', { ...flow, tls: { ...at(flow, 'tls'), hello: { ...at(at(flow, 'tls'), 'hello'), alpn: ['h2', 7] } } }],
    ['a version that is none', { ...flow, tls: { ...at(flow, 'tls'), server: { ...at(at(flow, 'tls'), 'server'), version: 'TLS9.9' } } }],
    ['a chain of nulls', { ...flow, tls: { ...at(flow, 'tls'), chain: [null] } }],
    ['a chain with a name of numbers', { ...flow, tls: { ...at(flow, 'tls'), chain: (Array.isArray(chain) ? chain : []).map((certificate: Json) => Object.assign({}, certificate, { subject: { CN: 7 } })) } }],
    ['a chain of a million', { ...flow, tls: { ...at(flow, 'tls'), chain: Array.from({ length: 1_000_000 }, () => 0) } }],
    ['a client without anything', { ...flow, client: {} }],
    ['a client whose address is a list', { ...flow, client: { address: ['10.0.0.1'], port: 1 } }],
    ['a client whose address is a sentence', { ...flow, client: { address: 'not an address', port: 1 } }],
    ['a port beyond 65535', { ...flow, server: { address: '10.0.0.1', port: 70_000 } }],
    ['a port that is text', { ...flow, server: { address: '10.0.0.1', port: '443' } }],
    ['an outcome that is none', { ...flow, outcome: 'won' }],
    ['an outcome called constructor', { ...flow, outcome: 'constructor' }],
    ['a transport that is none', { ...flow, transport: 'pigeon' }],
    ['bytes below zero', { ...flow, up: -1 }],
    ['half a byte', { ...flow, down: 0.5 }],
    ['more bytes than can be counted', { ...flow, down: 1e300 }],
    ['a missing outcome', { ...flow, outcome: undefined }],
    ['HTTP as a list', { ...flow, http: [] }],
    ['HTTP with parts that are none', { ...flow, http: { parts: [{}], moreParts: 0 } }],
    ['a process without a name', { ...flow, process: { pid: 1 } }],
    ['addresses as text', { ...lookup, addresses: '203.0.113.7' }],
    ['an address without its time to live', { ...lookup, addresses: [{ address: '203.0.113.7' }] }],
    ['an address that is none', { ...lookup, addresses: [{ address: '', ttl: 1 }] }],
    ['aliases that are objects', { ...lookup, cnames: [{}] }],
    ['a name that is an object', { ...lookup, name: { toString: 'x' } }],
    ['a name of a megabyte', { ...lookup, name: 'a'.repeat(1 << 20) }],
    ['an answer at no time', { ...lookup, answered: { frame: 1 } }],
    ['packets as text', { ...source, packets: '413' }],
    ['link types as object', { ...source, linkTypes: {} }],
    ['a count below zero', { ...blindSpot, count: -1 }],
    ['a blind spot without a code', { ...blindSpot, code: 7 }],
  ];
  it.each(hostile)('are damaged: %s', (_what, line) => expect(parseObservation(JSON.stringify(line))).toEqual({ code: 'record-damaged' }));

  it('with a key __proto__ change nothing but themselves', () => {
    const line = JSON.stringify(flow).replace('{', '{"__proto__":{"polluted":true},');
    expect(parseObservation(line)).toMatchObject({ kind: 'flow' });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('never throw, whatever stands where', () => {
    const path = fc.array(fc.nat(40), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(fc.constantFrom(flow, lookup, source, blindSpot), path, fc.jsonValue(), (line, steps, value) => {
      const found = parseObservation(JSON.stringify(replaced(line, steps, value)));
      expect('kind' in found || found.code.startsWith('record-')).toBe(true);
    }), { seed: 11, numRuns: 400 });
  });
});

describe('the header', () => {
  const sheet: RunSheet = { file: 'x.run.yaml', variables: { hosts: ['a.example:443/tcp'] }, local: [parseCidr('10.0.0.0/8')].filter((cidr) => cidr !== undefined), roots: [], components: [], clockOffset: 0 };
  const header: Json = JSON.parse(headerLine('1.2.3', [{ id: 0, path: 'a.pcap', sha256: 'ab'.repeat(32), bytes: 1, linkTypes: [1], scope: 0, sheet: recordSheet(sheet) }]));
  const first = at(at(header, 'sources'), '0');

  it('gives its sheet back, but not the file it stood in', () => {
    const { file: _, ...rest } = sheet;
    const read = parseHeader(JSON.stringify(header));
    expect(read !== undefined && 'sources' in read ? read.sources.map((found) => restoreSheet(found.sheet)) : read).toEqual([rest]);
  });

  it('of a higher version is read as far as its version', () => {
    expect(parseHeader(JSON.stringify({ egret: 'recording', version: RECORDING_VERSION + 1, sources: 'elsewhere' }))).toEqual({ laterVersion: RECORDING_VERSION + 1 });
  });

  it.each<readonly [string, Json]>([
    ['no version', { ...header, version: undefined }], ['a version of text', { ...header, version: '1' }], ['version one and a half', { ...header, version: 1.5 }], ['no sources', { ...header, sources: undefined }],
    ['sources as object', { ...header, sources: {} }], ['a source that is null', { ...header, sources: [null] }], ['a source without a sheet', { ...header, sources: [{ ...first, sheet: undefined }] }],
    ['a sheet whose networks are text', { ...header, sources: [{ ...first, sheet: { ...at(first, 'sheet'), local: '10.0.0.0/8' } }] }],
    ['a sheet whose phases are numbers', { ...header, sources: [{ ...first, sheet: { ...at(first, 'sheet'), phases: [1] } }] }],
    ['a sheet whose variables are text', { ...header, sources: [{ ...first, sheet: { ...at(first, 'sheet'), variables: { hosts: 'a' } } }] }],
    ['a sheet with hints of no component', { ...header, sources: [{ ...first, sheet: { ...at(first, 'sheet'), components: [{}] } }] }],
    ['another program', { ...header, egret: 'heron' }],
  ])('is none with %s', (_what, value) => expect(parseHeader(JSON.stringify(value))).toBeUndefined());
});

function at(value: Json, key: string): Json {
  const found = value[key];
  return isJson(found) ? found : {};
}

/** The value with what stands at the path (each step an index into the keys) replaced. */
function replaced(value: unknown, [step = 0, ...rest]: readonly number[], by: unknown): unknown {
  if (!isJson(value)) return by;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const inner = rest.length === 0 ? by : replaced(value[key], rest, by);
  return Array.isArray(value) ? value.map((item: unknown, index) => (String(index) === key ? inner : item)) : { ...value, [key]: inner };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
