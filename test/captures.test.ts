/**
 * Every fact that another tool saw in a set of small real captures, against
 * what egret sees. The captures are not part of the project: EGRET_CAPTURES
 * names their folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../src/core/base/address.ts';
import type { StunFacts } from '../src/core/decode/payloads/stun/facts.ts';
import type { FlowObservation } from '../src/core/observe/observation.ts';
import { observeFile, type Observed } from './observe-file.ts';
import { ROOT } from './source-tree.ts';

const FOLDER = path.resolve(ROOT, process.env['EGRET_CAPTURES'] ?? '../shared/captures');
const isThere = existsSync(path.join(FOLDER, 'EXPECTED.jsonl'));
if (!isThere) console.log('skipped: the sample captures are not here; EGRET_CAPTURES=<folder with EXPECTED.jsonl> names them');

interface Name {
  readonly CN?: string;
  readonly O?: string;
}

interface Expected {
  readonly name: string;
  readonly file: { readonly packets: number };
  readonly tls?: readonly { dst: string; port: number; sni: string | null; alpn: string[]; ver: string; nver?: string[]; ja4: string; n: number; ech?: boolean; cert?: { subject: Name; issuer: Name; sha256: string; chain: number }[] }[];
  readonly dtls?: readonly { dst: string; port: number; sni: string | null; ver: string; nver: string[]; ja4: string; srtp?: boolean }[];
  readonly stun?: readonly { tr: string; dst: string; port: number; kinds: string[]; n: number }[];
  readonly quic?: readonly { dst: string; port: number; sni: string | null; alpn: string[]; qver: string; ja4: string | null; n: number; ech?: boolean; pq?: number[]; chlen?: number }[];
  readonly dns?: readonly [string, string, string, number, string?][];
  readonly dns_a?: readonly [string, string, string, string[]?][];
  readonly http?: readonly { dst: string; port: number; host: string; kind: string; n: number; ws?: boolean; ws101?: boolean; uri?: string }[];
}

const expected: Expected[] = isThere ? readFileSync(path.join(FOLDER, 'EXPECTED.jsonl'), 'utf8').split('\n').filter(Boolean).map(parseRow) : [];
const cache = new Map<string, Observed>();
const see = (name: string): Observed => {
  const seen = cache.get(name) ?? observeFile(path.join(FOLDER, name));
  cache.set(name, seen);
  return seen;
};
const rows = (field: 'tls' | 'quic' | 'dtls' | 'stun' | 'dns' | 'dns_a' | 'http'): [string, Expected][] =>
  expected.filter((row) => row[field] !== undefined && row[field].length > 0).map((row) => [row.name, row]);

describe.skipIf(!isThere)('the sample captures', () => {
  it('are all there', () => expect(expected.length).toBeGreaterThanOrEqual(33));

  it.each(expected.map((row) => [row.name, row] as const))('%s: all packets are counted', (name, row) => expect(see(name).source.packets).toBe(row.file.packets));

  it.each(rows('tls'))('%s: TLS hellos, versions, fingerprints and certificates', (name, row) => {
    const hellos = see(name).flows.filter((flow) => flow.tls?.hello !== undefined && flow.transport === 'tcp');
    expect(tally(hellos.map(helloRow))).toEqual(tally((row.tls ?? []).flatMap((tls) => Array.from({ length: tls.n }, () => expectedRow(tls)))));
    for (const tls of row.tls ?? []) {
      const flows = hellos.filter((flow) => flow.server.address === tls.dst && flow.tls?.hello?.ja4 === tls.ja4);
      expect(tally(new Set(flows.flatMap((flow) => flow.tls?.server?.version ?? [])))).toEqual(tally(tls.nver ?? []));
      const chains = flows.map((flow) => flow.tls?.chain).filter((chain) => chain !== undefined);
      const found = chains.map(([leaf, ...rest]) => ({ subject: pick(leaf?.subject), issuer: pick(leaf?.issuer), sha256: leaf?.sha256.slice(0, 16), chain: rest.length + 1 }));
      expect(found.slice(0, tls.cert?.length ?? 0)).toEqual((tls.cert ?? []).map(({ subject, issuer, sha256, chain }) => ({ subject: pick(subject), issuer: pick(issuer), sha256, chain })));
      expect(found.length > 0).toBe((tls.cert?.length ?? 0) > 0);
    }
  });

  it.each(rows('dtls'))('%s: DTLS hellos, versions and fingerprints', (name, row) => {
    const found = see(name).flows.flatMap(({ client, server, tls, media }) => {
      const to = media?.dtls?.helloFrom === 'server' ? client : server;
      return tls?.hello === undefined || media?.dtls === undefined ? [] : [[to.address, to.port, tls.hello.sni ?? null, tls.hello.version, tls.server?.version, tls.hello.ja4, media.dtls.srtp !== undefined]];
    });
    expect(found).toEqual((row.dtls ?? []).map(({ dst, port, sni, ver, nver, ja4, srtp }) => [dst, port, sni, ver, nver[0], ja4, srtp === true]));
  });

  it.each(rows('stun'))('%s: STUN and TURN messages by who was asked', (name, row) => {
    const found = see(name).flows.flatMap(({ transport, client, server, media }) => (media?.stun === undefined ? [] : [stunRow(transport, server, media.stun, 0), stunRow(transport, client, media.stun, 1)])).filter(({ n }) => n > 0);
    expect(found.map((one) => JSON.stringify(one)).toSorted()).toEqual((row.stun ?? []).map(({ tr, dst, port, kinds, n }) => JSON.stringify({ tr, dst, port, kinds, n })).toSorted());
  });

  it.each(rows('quic'))('%s: QUIC versions, names and fingerprints', (name, row) => {
    const flows = see(name).flows.filter((flow) => flow.quic !== undefined);
    expect(tally(flows.map(quicRow))).toEqual(tally((row.quic ?? []).flatMap((quic) => Array.from({ length: quic.n }, () => expectedQuic(quic)))));
    expect(see(name).blindSpots.filter(({ code }) => code.startsWith('quic'))).toEqual([]);
    for (const { ja4, pq, chlen } of row.quic ?? []) {
      const hello = flows.find((flow) => flow.tls?.hello?.ja4 === ja4)?.tls?.hello;
      for (const group of pq ?? []) expect(hello?.keyShareGroups).toContain(group);
      expect(hello?.length).toBe(chlen ?? hello?.length);
    }
  });

  it.each(rows('dns'))('%s: DNS questions', (name, row) => {
    const asked = see(name).lookups.map((lookup) => `${lookup.transport} ${lookup.name} ${lookup.typeNumber}`);
    expect([...new Set(asked)].sort()).toEqual([...new Set((row.dns ?? []).map(([, transport, question, type]) => `${transport} ${question} ${type}`))].sort());
  });

  it.each(rows('dns_a'))('%s: DNS addresses and CNAME chains', (name, row) => {
    const found = see(name).lookups.flatMap((lookup) => lookup.addresses.map((answer) => `${lookup.name} ${answer.address} ${lookup.cnames.join('>')}`));
    for (const [, question, address, chain] of row.dns_a ?? []) expect(found).toContain(`${question} ${address} ${(chain ?? []).join('>')}`);
  });

  it.each(rows('http'))('%s: HTTP requests', (name, row) => {
    const parts = see(name).flows.flatMap((flow) => (flow.http?.parts ?? []).map((part) => ({ flow, part })));
    expect(parts.map(({ flow, part }) => [flow.server.address, flow.server.port, part.form === 'authority' ? 'CONNECT' : 'REQ', part.upgrade?.toLowerCase() === 'websocket', part.form !== 'authority' && part.switched])).toEqual(
      (row.http ?? []).map((http) => [http.dst, http.port, http.kind, http.ws === true, http.ws101 === true]));
    for (const [index, http] of (row.http ?? []).entries()) expect(parts[index]?.part.host).toBe(http.host.replace(/:\d+$/, ''));
  });
});

function helloRow(flow: FlowObservation): string {
  const hello = flow.tls?.hello;
  return JSON.stringify([flow.server.address, flow.server.port, hello?.sni ?? null, hello?.alpn ?? [], hello?.version, hello?.ja4, hello?.ech]);
}

function expectedRow(tls: NonNullable<Expected['tls']>[number]): string {
  return JSON.stringify([tls.dst, tls.port, tls.sni, tls.alpn, tls.ver, tls.ja4, tls.ech === true]);
}

/** The requests of one end (0 the client's) with what answered them. */
function stunRow(tr: string, { address: dst, port }: Endpoint, stun: StunFacts, asker: 0 | 1): NonNullable<Expected['stun']>[number] {
  const family = stun.methods.some((method) => method !== 'binding') ? 'turn' : 'stun';
  const [asked, answered] = [stun.requests[asker], stun.answers[1 - asker] ?? 0];
  const failed = stun.failures[1 - asker] ?? 0;
  return { tr, dst, port, kinds: [...(asked > 0 ? [`${family}-req`] : []), ...(answered + failed > 0 ? [`${family}-resp`] : [])], n: asked + answered + failed };
}

function quicRow({ server, tls, quic }: FlowObservation): string {
  const hello = tls?.hello;
  return JSON.stringify([server.address, server.port, hello?.sni ?? quic?.sni ?? null, hello?.alpn ?? [], quic?.version, hello?.ja4 ?? null, hello?.ech === true]);
}

function expectedQuic(quic: NonNullable<Expected['quic']>[number]): string {
  return JSON.stringify([quic.dst, quic.port, quic.sni, quic.alpn, VERSION_LABELS[quic.qver] ?? quic.qver, quic.ja4, quic.ech === true]);
}

function pick(name: Readonly<Record<string, string>> | Name | undefined): Name {
  return { ...(name?.CN === undefined ? {} : { CN: name.CN }), ...(name?.O === undefined ? {} : { O: name.O }) };
}

function tally(rowsSeen: Iterable<string>): string[] {
  return [...rowsSeen].toSorted();
}

function parseRow(line: string): Expected {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape of EXPECTED.jsonl, beside captures that are not ours
  return JSON.parse(line) as Expected;
}

const VERSION_LABELS: Readonly<Record<string, string>> = { '0x00000001': 'v1', '0x6b3343cf': 'v2', '0xff00001d': 'draft-29', 'gquic:Q043': 'Q043' };
