/** Hellos of real clients, read by us, by read-tls-client-hello and by tshark. How they are recorded: test/tools/record-hellos.ts. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { calculateJa4, getExtensionData, readTlsClientHello } from 'read-tls-client-hello';
import { describe, expect, it } from 'vitest';
import { decodeClientHello } from '../../../../../src/core/decode/payloads/tls/client-hello.ts';
import type { ClientHelloFacts } from '../../../../../src/core/decode/payloads/tls/facts.ts';
import { wireText } from '../../../../../src/core/base/wire-text.ts';
import { ethernet } from '../../../../build/frames.ts';
import { helloFixtures, type HelloFixture } from '../../../../build/hello-fixtures.ts';
import { tcp } from '../../../../build/packets.ts';
import { pcapFile } from '../../../../build/pcap.ts';
import { observeBytes } from '../../../../observe-file.ts';

const hellos = helloFixtures();
const cases = hellos.map((hello) => [hello.name, hello] as const);
const fields = spawnSync('tshark', ['-G', 'fields'], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout ?? '';
const hasTshark = fields.includes('\ttls.handshake.ciphersuite\t');
const hasTsharkJa4 = fields.includes('\ttls.handshake.ja4\t');
if (!hasTshark) console.log('skipped: tshark is not installed, so hellos are compared with read-tls-client-hello alone');
else if (!hasTsharkJa4) console.log('skipped: this tshark has no tls.handshake.ja4 (4.2 and later have); the lists that JA4 is made of are compared instead');

describe('the hellos of real clients', () => {
  it('come from many TLS libraries', () => {
    expect(hellos.map(({ name }) => name)).toEqual(expect.arrayContaining([
      'bun-boringssl', 'cargo', 'chromium', 'chromium-again', 'curl-openssl', 'deno-rustls', 'git-gnutls', 'gnutls-cli', 'go', 'java', 'node20-https', 'node22-https', 'node24-https', 'node26-https', 'python-ssl', 'wget-gnutls',
    ]));
  });

  it.each(cases)('%s has the JA4 of read-tls-client-hello, now and when it was recorded', async (_name, { record, ja4, sni }) => {
    const facts = factsOf(record);
    const oracle = await readTlsClientHello(Readable.from([Buffer.from(record)], { objectMode: false }));
    expect(facts.ja4).toBe(ja4);
    expect(facts.ja4).toBe(calculateJa4(oracle));
    expect(facts.sni).toBe(sni);
    expect(facts.sni).toBe(getExtensionData(oracle, 'server_name')?.serverName);
    expect(facts.alpn).toEqual(getExtensionData(oracle, 'application_layer_protocol_negotiation')?.protocols ?? []);
    expect(facts.groups).toEqual(plain(getExtensionData(oracle, 'supported_groups')?.groups));
  });

  it('give Chromium one JA4 although it shuffles its extensions and its GREASE', () => {
    const [one, other] = ['chromium', 'chromium-again'].map((name) => hellos.find((hello) => hello.name === name));
    expect(typesOf(one)).not.toEqual(typesOf(other));
    expect(one?.ja4).toBe(other?.ja4);
  });

  const told: Readonly<Record<string, Partial<ClientHelloFacts>>> = {
    chromium: { ech: true, version: 'TLS1.3', groups: [4588, 29, 23, 24], keyShareGroups: [4588, 29], resumptionOffered: false, weakCiphers: undefined },
    'node22-https': { ech: false, keyShareGroups: [4588, 29], length: 1579 },
    'openssl-psk': { offered: ['TLS1.3'], resumptionOffered: true, resumption: ['psk'], earlyData: undefined },
    'openssl-early-data': { resumption: ['psk'], resumptionOffered: true, earlyData: true },
    'openssl-ticket': { version: 'TLS1.2', resumption: ['session-id', 'ticket'], resumptionOffered: true, earlyData: undefined },
    'openssl-session-id': { version: 'TLS1.2', resumption: ['session-id'], resumptionOffered: true },
    'openssl-postgresql': { alpn: ['postgresql'].map(wireText) },
    'openssl-odd-alpn': { alpn: ['x', 'h2'].map(wireText) },
    'openssl-tls10': { version: 'TLS1.0', offered: ['TLS1.0'], keyShareGroups: [] },
    'curl-openssl-tls12': { version: 'TLS1.2', offered: ['TLS1.2'], resumption: undefined },
    'gnutls-cli-legacy': { version: 'TLS1.2', weakCiphers: [0xc008, 0xc007, 0xc012, 0xc011, 0x000a, 0x0005, 0x0016] },
    go: { weakCiphers: [0xc012, 0x000a] },
  };
  it.each(Object.entries(told))('tell what %s is about', (name, facts) => {
    const hello = hellos.find((one) => one.name === name);
    expect(factsOf(hello?.record ?? new Uint8Array(0))).toMatchObject(facts);
  });

  it('name NULL, anonymous and RC4-like suites among those of a client that offers all it has', () => {
    const weak = factsOf(hellos.find(({ name }) => name === 'openssl-weak')?.record ?? new Uint8Array(0)).weakCiphers ?? [];
    // `openssl ciphers -V` names them: NULL-SHA256, AECDH-NULL-SHA, ADH-AES128-SHA.
    expect(weak).toEqual(expect.arrayContaining([0x003b, 0xc015, 0x0034]));
    expect(weak.some((cipher) => cipher === 0x1301 || cipher === 0xc02f || cipher === 0x00ff)).toBe(false);
  });
});

describe('a hello on any port', () => {
  it.each([25, 53, 80, 110, 143, 389, 853, 1080, 3306, 3389, 5432, 6667, 8080, 49_152])('is TLS on port %i', (port) => {
    const record = hellos.find(({ name }) => name === 'openssl-postgresql')?.record ?? [];
    const ends = { from: '10.0.0.2:40000', to: `203.0.113.7:${port}` };
    const back = { from: ends.to, to: ends.from };
    const frames = [tcp({ ...ends, flags: 'S', seq: 0 }), tcp({ ...back, flags: 'SA', seq: 9, ack: 1 }), tcp({ ...ends, flags: 'PA', seq: 1, ack: 10, payload: record })];
    const [flow] = observeBytes(pcapFile(frames.map((packet) => ethernet(packet)))).flows;
    expect(flow).toMatchObject({ protocol: 'tls', server: { port }, tls: { hello: { sni: 'lab.example', alpn: ['postgresql'] } } });
    expect(flow?.tls?.startedIn).toBeUndefined();
  });
});

describe.skipIf(!hasTshark)('tshark', () => {
  const rows = hasTshark ? tsharkRows() : [];

  it.each(hellos.map((hello, index) => [hello.name, hello, index] as const))('reads the same lists of %s', (_name, { record }, index) => {
    const row = rows[index];
    const facts = factsOf(record);
    expect(row).toBeDefined();
    expect(facts.sni ?? '').toBe(row?.sni);
    expect(facts.alpn).toEqual(row?.alpn);
    expect(facts.groups ?? []).toEqual(plain(row?.groups));
    expect(facts.keyShareGroups).toEqual(plain(row?.keyShares));
    expect(facts.ja4).toBe(ja4OfRow(row));
    expect(hasTsharkJa4 ? facts.ja4 : '').toBe(row?.ja4);
  });
});

function factsOf(record: Uint8Array): ClientHelloFacts {
  const facts = decodeClientHello(record.subarray(9));
  if (facts === undefined) throw new Error('a real hello makes no sense to us');
  return facts;
}

function typesOf(hello: HelloFixture | undefined): readonly number[] {
  const bytes = Buffer.from(hello?.record ?? []);
  let at = 9 + 34;
  at += 1 + bytes.readUInt8(at);
  at += 2 + bytes.readUInt16BE(at);
  at += 1 + bytes.readUInt8(at);
  const types: number[] = [];
  for (at += 2; at < bytes.length; at += 4 + bytes.readUInt16BE(at + 2)) types.push(bytes.readUInt16BE(at));
  return types;
}

/** Without GREASE, as its RFC lists the values. */
function plain(values: readonly number[] = []): readonly number[] {
  const grease = new Set(Array.from({ length: 16 }, (_, index) => index * 0x1010 + 0x0a0a));
  return values.filter((value) => !grease.has(value));
}

interface TsharkRow {
  readonly sni: string;
  readonly alpn: readonly string[];
  readonly groups: readonly number[];
  readonly keyShares: readonly number[];
  readonly ciphers: readonly number[];
  readonly types: readonly number[];
  readonly versions: readonly number[];
  readonly version: number;
  readonly signatures: readonly number[];
  readonly ja4: string;
}

/** One connection for each hello, in one capture. */
function tsharkRows(): readonly TsharkRow[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'egret-hello-'));
  try {
    const file = path.join(folder, 'hellos.pcap');
    const frames = hellos.flatMap(({ record }, index) => {
      const ends = { from: `10.0.0.2:${40_000 + index}`, to: '203.0.113.7:443' };
      return [ethernet(tcp({ ...ends, flags: 'S', seq: 0 })), ethernet(tcp({ ...ends, flags: 'PA', seq: 1, ack: 1, payload: record }))];
    });
    writeFileSync(file, pcapFile(frames));
    const names = ['extensions_server_name', 'extensions_alpn_str', 'extensions_supported_group', 'extensions_key_share_group', 'ciphersuite', 'extension.type', 'extensions.supported_version', 'version', 'sig_hash_alg', 'sig_hash_alg_len', ...(hasTsharkJa4 ? ['ja4'] : [])];
    const text = execFileSync('tshark', ['-r', file, '-Y', 'tls.handshake.type==1', '-T', 'fields', ...names.flatMap((name) => ['-e', `tls.handshake.${name}`])], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return text.trimEnd().split('\n').map((line) => {
      const [sni = '', alpn = '', groups = '', keyShares = '', ciphers = '', types = '', versions = '', version = '', signatures = '', lengths = '', ja4 = ''] = line.split('\t');
      return { sni, alpn: alpn === '' ? [] : alpn.split(','), groups: list(groups), keyShares: list(keyShares), ciphers: list(ciphers), types: list(types), versions: list(versions), version: Number(version), signatures: signatureAlgorithms(list(types), list(lengths), list(signatures)), ja4 };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** tshark gives the schemes of signature_algorithms (13), its kin for certificates (50) and delegated credentials (34) as one list; JA4 counts the first only. */
function signatureAlgorithms(types: readonly number[], lengths: readonly number[], all: readonly number[]): readonly number[] {
  const place = types.filter((type) => type === 13 || type === 34 || type === 50).indexOf(13);
  const before = lengths.slice(0, place).reduce((sum, length) => sum + length / 2, 0);
  return place === -1 ? [] : all.slice(before, before + (lengths[place] ?? 0) / 2);
}

/** JA4 as FoxIO's page defines it, from the lists that tshark read: so that one misreading of ours cannot hide in both. */
function ja4OfRow(row: TsharkRow | undefined): string {
  if (row === undefined) return '';
  const [ciphers, types, versions, signatures] = [plain(row.ciphers), plain(row.types), plain(row.versions), plain(row.signatures)];
  const marks: Readonly<Record<number, string>> = { 0x0304: '13', 0x0303: '12', 0x0302: '11', 0x0301: '10' };
  const [protocol = '00'] = row.alpn;
  const counted = hex(types.filter((type) => type !== 0 && type !== 16)).sort().join(',');
  return [
    `t${marks[Math.max(...versions, ...(versions.length === 0 ? [row.version] : []))] ?? '00'}${types.includes(0) ? 'd' : 'i'}${count(ciphers)}${count(types)}${protocol.charAt(0)}${protocol.charAt(protocol.length - 1)}`,
    hash(hex(ciphers).sort().join(',')),
    hash(signatures.length === 0 ? counted : `${counted}_${hex(signatures).join(',')}`),
  ].join('_');
}

function count(values: readonly number[]): string {
  return String(Math.min(99, values.length)).padStart(2, '0');
}

function hex(values: readonly number[]): string[] {
  return values.map((value) => value.toString(16).padStart(4, '0'));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function list(value: string): number[] {
  return value === '' ? [] : value.split(',').map(Number);
}
