import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TlsFacts } from '../../../../../src/core/decode/payloads/tls/facts.ts';
import { tlsDecoder } from '../../../../../src/core/decode/payloads/tls/session.ts';
import { tcpStreams, type TcpStream } from '../../../../build/tcp-streams.ts';
import { openSession } from './play.ts';

interface ExpectedTls {
  readonly dst: string;
  readonly port: number;
  readonly sni: string | null;
  readonly alpn: readonly string[];
  readonly ver: string;
  readonly ja4: string;
  readonly n: number;
  readonly nver?: readonly string[];
  readonly nalpn?: readonly string[];
  readonly ech?: boolean;
  readonly pq?: readonly number[];
  readonly chlen?: number;
  readonly cert?: ReadonlyArray<{ readonly subject: object; readonly issuer: object; readonly sha256: string; readonly chain: number }>;
}

interface ExpectedCapture {
  readonly name: string;
  readonly tls?: readonly ExpectedTls[];
}

/** Samples whose TLS does not stand at the beginning of a plain TCP stream: the flow table's tests cover them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'tls-geneve.pcap': 'inside Geneve',
  'ldap-starttls.pcap': 'after STARTTLS',
  'http-connect-tls.pcap': 'after CONNECT',
};

/** Problems that a sample rightly gives: its certificate has 340 KB. */
const PROBLEMS: Readonly<Record<string, readonly string[]>> = { 'tls-record-fragments.pcap.gz': ['tls-cap'] };

const folder = process.env['EGRET_CAPTURES'] ?? path.resolve('../shared/captures');
const present = existsSync(path.join(folder, 'EXPECTED.jsonl'));
if (!present) console.log(`skipped: no sample captures in ${folder} (set EGRET_CAPTURES)`);
const samples = present ? readExpected().filter((sample) => (sample.tls ?? []).length > 0 && ELSEWHERE[sample.name] === undefined) : [];

describe.skipIf(!present)('a session on the sample captures', () => {
  it('finds every sample that is said to lie elsewhere', () => {
    expect(readExpected().map((sample) => sample.name)).toEqual(expect.arrayContaining(Object.keys(ELSEWHERE)));
    expect(samples.length).toBeGreaterThan(10);
  });

  it.each(samples.map((sample) => [sample.name, sample] as const))('reads what other tools read in %s', (name, sample) => {
    const streams = tcpStreams(readFileSync(path.join(folder, name))).flatMap((stream) => {
      const facts = readStream(stream, PROBLEMS[name]);
      return facts?.hello === undefined ? [] : [{ stream, facts, hello: facts.hello }];
    });
    const seen = (sample.tls ?? []).map((row) => {
      const alike = streams.filter(({ stream, hello }) => stream.server === row.dst && stream.port === row.port && (hello.sni ?? null) === row.sni && hello.ja4 === row.ja4);
      return summarise(row, alike.map(({ facts }) => facts));
    });
    expect(seen).toEqual((sample.tls ?? []).map(expected));
    expect(streams.length).toBe((sample.tls ?? []).reduce((sum, row) => sum + row.n, 0));
  });
});

describe.skipIf(!present)('what tshark does not say of the sample captures', () => {
  it('reads application data of both ends where a page was fetched', () => {
    expect(factsOf('tls13-pq-split-client-hello.pcap')[0]).toMatchObject({ applicationData: 'both', server: { group: 4588, helloRetry: false } });
    expect(factsOf('tls12-ipv6-null.pcap')[0]).toMatchObject({ applicationData: 'both', server: { resumed: false, group: 29 } });
    expect(factsOf('tls13-ech.pcap')[0]).toMatchObject({ applicationData: 'both' });
  });

  it('sees the retry request', () => {
    expect(factsOf('tls13-hrr.pcap')[0]?.server).toMatchObject({ helloRetry: true, version: 'TLS1.3' });
  });

  it('verifies the chains that were sent', () => {
    for (const name of ['tls11.pcap', 'ssl30.pcap', 'tls-multi-interface-ns.pcapng', 'tls-pppoe-qinq.pcap']) {
      const chain = factsOf(name)[0]?.chain ?? [];
      expect(chain.slice(0, -1).every((certificate) => certificate.signedByNext === true)).toBe(true);
      expect(chain.at(-1)?.signedByNext).toBeUndefined();
      expect(chain[0]?.dnsNames.length).toBeGreaterThan(0);
    }
  });
});

function factsOf(name: string): TlsFacts[] {
  return tcpStreams(readFileSync(path.join(folder, name))).map((stream) => readStream(stream)).filter((facts) => facts !== undefined);
}

function readStream(stream: TcpStream, expectedProblems: readonly string[] = []): TlsFacts | undefined {
  const first = stream.pieces.find((piece) => piece.side === 'up');
  if (first === undefined || !('data' in first) || tlsDecoder.recognise(first.data.subarray(0, 64), [0, 0]) !== 'client') return undefined;
  const { session, problems } = openSession();
  for (const piece of stream.pieces) {
    const wanting = 'data' in piece ? session.push(piece.side, piece.data, 0, 1) : session.gap(piece.side, piece.missing);
    if (!wanting) break;
  }
  expect(problems.map((problem) => problem.code)).toEqual(expectedProblems);
  return session.facts().tls;
}

function expected(row: ExpectedTls): object {
  return {
    ...row,
    nver: row.nver ?? [],
    ech: row.ech ?? false,
    pq: row.pq ?? [],
    cert: row.cert ?? [],
    nalpn: row.nalpn ?? [],
  };
}

/** The row as our own reading has it; what our facts do not hold is taken over from the row. */
function summarise(row: ExpectedTls, alike: readonly TlsFacts[]): object {
  const hello = alike[0]?.hello;
  const chains = new Map(alike.flatMap(({ chain }) => (chain?.[0] === undefined ? [] : [[chain[0].sha256, chain] as const])));
  return {
    ...row,
    n: alike.length,
    alpn: hello?.alpn,
    ver: hello?.version,
    nver: distinct(alike.map((facts) => facts.server?.version)),
    nalpn: distinct(alike.map((facts) => facts.server?.alpn)),
    ech: hello?.ech,
    pq: (hello?.keyShareGroups ?? []).filter((group) => group === 4588),
    ...(row.chlen === undefined ? {} : { chlen: hello?.length }),
    cert: [...chains.values()].map((chain) => ({
      subject: nameAndOwner(chain[0]?.subject),
      issuer: nameAndOwner(chain[0]?.issuer),
      sha256: chain[0]?.sha256.slice(0, 16),
      chain: chain.length,
    })),
  };
}

function distinct(values: ReadonlyArray<string | undefined>): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}

function nameAndOwner(attributes: Readonly<Record<string, string>> = {}): object {
  return Object.fromEntries(['CN', 'O'].flatMap((key) => (attributes[key] === undefined ? [] : [[key, attributes[key]]])));
}

function readExpected(): ExpectedCapture[] {
  const lines = readFileSync(path.join(folder, 'EXPECTED.jsonl'), 'utf8').trim().split('\n');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the sample captures' own list, described in their FORMAT.md
  return lines.map((line) => JSON.parse(line) as ExpectedCapture);
}
