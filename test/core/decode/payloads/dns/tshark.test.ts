/** What tshark reads of the same messages: names, types and codes of real resolvers' traffic and of names asked of the link. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { llmnrDecoder, mdnsDecoder, nbnsDecoder } from '../../../../../src/core/decode/payloads/dns/local-names.ts';
import type { Decoder } from '../../../../../src/core/decode/payloads/session.ts';
import { bytes } from '../../../../build/bytes.ts';
import { message, name, question } from '../../../../build/dns.ts';
import { ethernet } from '../../../../build/frames.ts';
import { udp } from '../../../../build/packets.ts';
import { pcapFile } from '../../../../build/pcap.ts';
import { playSession, type Passage } from '../../../../build/play-session.ts';
import { readWireFixture, wireFixtures } from '../../../../build/wire-fixture.ts';
import { playUdp } from './play.ts';

const hasTshark = spawnSync('tshark', ['--version'], { stdio: 'ignore' }).status === 0;
if (!hasTshark) console.log('tests of DNS against tshark skipped: tshark is not installed');

const CLEAR = wireFixtures('dns').filter((file) => !/kdig|dot-in-label|pipelined|retried/.test(file));
const LINK: ReadonlyArray<readonly [what: string, decoder: Decoder, port: number, data: Uint8Array]> = [
  ['multicast DNS', mdnsDecoder, 5353, message({ id: 0, flags: 0, counts: [2, 0, 0, 0] }, question(name('printer', 'local'), 1, 0x8001), question(name('_ipp', '_tcp', 'local'), 12))],
  ['LLMNR', llmnrDecoder, 5355, message({ flags: 0 }, question(name('wpad'), 1))],
  ['NetBIOS names', nbnsDecoder, 137, message({ flags: 0x0110 }, question(name('FHFAEBEECACACACACACACACACACACAAA'), 0x20))],
];

describe.skipIf(!hasTshark)('tshark', () => {
  it.each(CLEAR)('reads %s as egret does', (file) => {
    const { passages } = readWireFixture(file);
    const told = tshark(passages, 53, ['dns.qry.name', 'dns.qry.type', 'dns.flags.opcode', 'dns.flags.rcode', 'dns.a', 'dns.aaaa']).filter((row) => row[3] !== '');
    const lookups = playUdp(...passages).lookups;
    expect(lookups.map((lookup) => [lookup.name, String(lookup.typeNumber)])).toEqual(told.map(([queried = '', type]) => [queried, type]));
    expect(lookups.map(({ rcode }) => CODES.indexOf(rcode))).toEqual(told.map((row) => Number(row[3])));
    // tshark lists every record of the answer, egret those at the end of the chain: what egret names tshark must have seen.
    const seen = told.flatMap((row) => `${row[4]},${row[5]}`.split(','));
    expect(seen).toEqual(expect.arrayContaining(lookups.flatMap(({ addresses }) => addresses.map(({ address }) => address))));
  });

  it.each(LINK)('reads questions of %s as egret does', (_what, decoder, port, data) => {
    const passage: Passage = { side: 'up', data };
    const [told = []] = tshark([passage], port, [decoder === nbnsDecoder ? 'nbns.name' : 'dns.qry.name', '_ws.col.Protocol']);
    const names = (told[0] ?? '').split(',').map((each) => each.replace(/<00>.*$/, ''));
    expect(playSession(decoder, [passage]).lookups.map((lookup) => lookup.name)).toEqual(names);
    expect(told[1]?.toLowerCase()).toBe(decoder.protocol);
  });
});

/** One row of fields a packet, of the passages as datagrams to and from `port`. */
function tshark(passages: readonly Passage[], port: number, fields: readonly string[]): string[][] {
  const home = mkdtempSync(path.join(os.tmpdir(), 'egret-tshark-'));
  try {
    const [client, server] = ['10.0.0.2:40000', `10.0.0.53:${port}`];
    const file = path.join(home, 'dns.pcap');
    writeFileSync(file, pcapFile(passages.map(({ side, data }) => ethernet(udp({ from: side === 'up' ? client : server, to: side === 'up' ? server : client, payload: data instanceof Uint8Array ? data : bytes() })))));
    const out = execFileSync('tshark', ['-r', file, '-n', '-T', 'fields', ...fields.flatMap((field) => ['-e', field])], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return out.trimEnd().split('\n').map((row) => row.split('\t'));
  } finally {
    rmSync(home, { recursive: true });
  }
}

const CODES: readonly string[] = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
