/** What may be shown to others: no address, path or word of a process of the original, and the verdicts of the original, for every story. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalAddress, classOf } from '../../../src/core/base/address.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { findResolver } from '../../../src/core/knowledge/find-resolver.ts';
import { findSinkhole } from '../../../src/core/knowledge/sinkholes.ts';
import { conversation, totals, tunnelLines, writeBundle } from '../../build/bundle.ts';
import { bytes } from '../../build/bytes.ts';
import { runEgret } from '../../build/file-world.ts';
import { pcapngFile } from '../../build/pcapng.ts';
import { Workplace } from '../../build/program.ts';
import { stories, STORY_POLICY } from '../../build/stories.ts';

const place = new Workplace();
afterAll(() => place.remove());

/** An address in a reverse lookup: backwards it may be of another class. */
const REVERSE = /((?:\d{1,3}\.){3}\d{1,3})\.in-addr/g;

/** Rows in any order, addresses as their class: what may differ between a report and that of its redacted recording. */
function comparable(text: string): unknown {
  const { inputs: _inputs, settings: _settings, ...report } = JSON.parse(text);
  return sorted(report);
}

function sorted(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(REVERSE, (_, octets: string) => `${classOf(octets.split('.').toReversed().join('.'))}.in-addr`).replaceAll(/[0-9a-f]*[.:][0-9a-f.:]+[0-9a-f]/gi, (token) => asClass(token));
  if (Array.isArray(value)) return value.map(sorted).map((item) => JSON.stringify(item)).toSorted();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sorted(item)]));
}

function asClass(token: string): string {
  const port = /^([\d.]+):(\d+)$/.exec(token);
  const address = canonicalAddress(port?.[1] ?? token);
  return address === undefined ? token : `${classOf(address)}${port === null ? '' : `:${port[2]}`}`;
}

/** Addresses that say something of somebody. */
function telling(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/"((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]+:[0-9a-f:]+)"/g)].map(([, found = '']) => found))].filter((address) => {
    if (canonicalAddress(address) === undefined || findResolver(undefined, address) !== undefined || findSinkhole(address) !== undefined) return false;
    return ['public', 'private', 'carrier-nat', 'link-local'].includes(classOf(address));
  });
}

describe('a redacted recording', () => {
  it.each(stories().map(({ name, folder }) => [name, folder]))('of the story %s is judged as the original, under other addresses', async (_, folder) => {
    const capture = `${folder}/capture.pcapng`;
    const made = await runEgret(['redact', capture, '-o', 'shown.ndjson', '-p', STORY_POLICY]);
    expect([made.exit, made.err]).toEqual([0, '']);
    const shown = made.files.get('shown.ndjson') ?? '';
    const audit = ['-p', STORY_POLICY, '--fail-on', 'never', '--format', 'json'];
    const [original, redacted, recorded] = [await runEgret(['audit', capture, ...audit]), await runEgret(['audit', 'shown.ndjson', ...audit], { held: { 'shown.ndjson': shown } }), await runEgret(['audit', capture, '--record', 'plain.ndjson'])];
    expect(comparable(redacted.out)).toEqual(comparable(original.out));
    const named = telling(readFileSync(STORY_POLICY, 'utf8'));
    const before = telling(recorded.files.get('plain.ndjson') ?? '').filter((address) => !named.includes(address));
    expect(before.length).toBeGreaterThan(0);
    const after = telling(shown).filter((address) => !named.includes(address));
    expect([after.length, after.filter((address) => before.includes(address))]).toEqual([before.length, []]);
  });

  it('of a bundle keeps its joins and what it says of its end, and none of its packets, paths and words', () => {
    const folder = path.join(place.folder, 'alice');
    mkdirSync(folder);
    const [begun, leg, flow] = tunnelLines({ flow: 1, at: 1_000_000, host: '203.0.113.7', address: '203.0.113.7' });
    const process = { pid: 7, name: wireText('app'), exe: wireText('/home/alice/app'), args: [wireText('app'), wireText('--key=hunter2')], uid: 1000 };
    const reverse = { kind: 'lookup', at: begun.at, seq: 3, from: [0, 3], name: wireText('7.113.0.203.in-addr.arpa'), type: 'PTR', typeNumber: 12, cnames: [], addresses: [], services: [], rcode: 'NXDOMAIN', answers: 0, truncated: false, unasked: false, asked: { at: begun.at, frame: 3 }, tries: 1, client: begun.client, resolver: { address: '10.0.0.53', port: 53 }, transport: 'udp' } as const;
    writeBundle(folder, [begun, leg, { ...flow, process }, reverse, ...totals(1)], pcapngFile([...conversation('10.0.0.2:50001', '203.0.113.7:443', 1_002_100, bytes('hello'), bytes('world')), ...conversation('10.0.0.2:51000', '203.0.113.9:443', 5_000_000, bytes('hello'), bytes('world'))]));
    expect(place.run(['redact', 'alice', '-o', 'shown.ndjson']).exit).toBe(0);
    const shown = readFileSync(path.join(place.folder, 'shown.ndjson'), 'utf8');
    expect(shown).not.toMatch(/alice|hunter2|203\.0\.113\.[79]\b|7\.113\.0\.203|"10\.0\.0\.2"|"uid"/);
    expect(shown).toContain('"exe":"/home/user/app"');
    // The program's own place is told, in whose folder it lies is not.
    const report = (name: string): unknown => comparable(place.run(['audit', name, '--json']).out.replaceAll('/home/alice/', '/home/user/'));
    expect(report('shown.ndjson')).toEqual(report('alice'));
    expect(JSON.stringify(report('shown.ndjson'))).toContain('\\"joined\\"'.replaceAll('\\', ''));
  });

  it('is another one each time', () => {
    writeFileSync(path.join(place.folder, 'capture.pcapng'), pcapngFile(conversation('10.0.0.2:51000', '203.0.113.9:443', 5_000_000, bytes('hello'), bytes('world'))));
    const made = ['one', 'two'].map((name) => {
      place.run(['redact', 'capture.pcapng', '-o', `${name}.ndjson`]);
      return telling(readFileSync(path.join(place.folder, `${name}.ndjson`), 'utf8'));
    });
    expect(made[0]).toHaveLength(2);
    expect(made[0]).not.toEqual(made[1]);
  });
});
