import { execFile } from 'node:child_process';
import { connect, createSecureContext, type ConnectionOptions, type TlsOptions, type TLSSocket } from 'node:tls';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TlsFacts } from '../../../../../src/core/decode/payloads/tls/facts.ts';
import { issue } from '../../../../build/certificate.ts';
import { closed, recordHandshake, type Passage } from '../../../../build/tls-handshake.ts';
import { play } from './play.ts';

const authority = issue({ subject: [['2.5.4.3', 0x0c, 'Lab Root']], authority: true });
const leaf = issue({ subject: [['2.5.4.3', 0x0c, 'lab.example']], dnsNames: ['lab.example', 'www.lab.example'] }, authority);
const served: TlsOptions = { key: leaf.keyPem, cert: leaf.pem + authority.pem };
const trusting: ConnectionOptions = { host: '127.0.0.1', servername: 'lab.example', ca: authority.pem };

/** A client that asks, waits for the answer and goes; with `asks` false it goes after the handshake. */
function client(options: ConnectionOptions, asks = true): (port: number) => Promise<void> {
  return async (port) => {
    const socket = connect({ ...trusting, ...options, port });
    socket.on('error', () => undefined);
    if (asks) {
      socket.on('secureConnect', () => socket.write('GET / HTTP/1.1\r\nHost: lab.example\r\n\r\n'));
      socket.on('data', () => socket.end());
    } else socket.on('secureConnect', () => socket.end());
    await closed(socket);
  };
}

function answer(socket: TLSSocket): void {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
}

/** Two connections, the second with the session of the first; the recording is of the second. */
function resuming(version: 'TLSv1.2' | 'TLSv1.3'): (port: number) => Promise<void> {
  return async (port) => {
    let session: Buffer | undefined;
    const options = { minVersion: version, maxVersion: version } as const;
    const first = connect({ ...trusting, ...options, port });
    first.on('session', (ticket) => (session = ticket));
    first.on('secureConnect', () => first.write('x'));
    first.on('data', () => first.end());
    await closed(first);
    await client(session === undefined ? options : { ...options, session })(port);
  };
}

interface Case {
  readonly server?: TlsOptions;
  readonly run: (port: number) => Promise<void>;
  readonly facts: Partial<Record<keyof TlsFacts, unknown>>;
}

const exchanged = { applicationData: 'both' };
const CASES: Readonly<Record<string, Case>> = {
  'TLS 1.3 with ALPN, request and answer': {
    // Node 22 and later would agree on a hybrid group.
    server: { ALPNProtocols: ['http/1.1'], ecdhCurve: 'X25519' },
    run: client({ ALPNProtocols: ['h2', 'http/1.1'], ecdhCurve: 'X25519' }),
    facts: { ...exchanged, hello: { version: 'TLS1.3', sni: 'lab.example', alpn: ['h2', 'http/1.1'], ech: false }, server: { version: 'TLS1.3', helloRetry: false, group: 29, resumed: false } },
  },
  'TLS 1.2 with ALPN, request and answer': {
    server: { maxVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] },
    run: client({ ALPNProtocols: ['h2', 'http/1.1'] }),
    facts: { ...exchanged, hello: { version: 'TLS1.3' }, server: { version: 'TLS1.2', alpn: 'http/1.1', group: 29, resumed: false } },
  },
  'a server that can 1.3 marks its answer to a 1.2 client': {
    run: client({ maxVersion: 'TLSv1.2' }),
    facts: { ...exchanged, hello: { version: 'TLS1.2', offered: ['TLS1.2'], keyShareGroups: [] }, server: { version: 'TLS1.2', downgradeMark: 'TLS1.2' } },
  },
  'HelloRetryRequest, the key shares of both hellos': {
    server: { ecdhCurve: 'P-384' },
    run: client({ ecdhCurve: 'X25519:P-384' }),
    facts: { ...exchanged, hello: { keyShareGroups: [29, 24], groups: [29, 24] }, server: { version: 'TLS1.3', helloRetry: true, group: 24 } },
  },
  'a TLS 1.3 connection without a request': {
    run: client({ minVersion: 'TLSv1.3' }, false),
    facts: { applicationData: 'none', server: { version: 'TLS1.3' } },
  },
  'a TLS 1.2 connection without a request': {
    run: client({ maxVersion: 'TLSv1.2' }, false),
    facts: { applicationData: 'none', server: { version: 'TLS1.2' } },
  },
  'resumption in TLS 1.2 shows no certificate': {
    run: resuming('TLSv1.2'),
    facts: { ...exchanged, hello: { resumptionOffered: true, resumption: ['session-id', 'ticket'] }, server: { version: 'TLS1.2', resumed: true } },
  },
  'resumption in TLS 1.3 shows in the extensions': {
    run: resuming('TLSv1.3'),
    facts: { ...exchanged, hello: { resumptionOffered: true, resumption: ['psk'] }, server: { version: 'TLS1.3', resumed: true, extensions: expect.arrayContaining([41]) } },
  },
  'no version in common: the server alerts': {
    server: { minVersion: 'TLSv1.3' },
    run: client({ maxVersion: 'TLSv1.2' }),
    facts: { applicationData: 'none', alert: { from: 'server', level: 2, code: 70 } },
  },
  'a client certificate in TLS 1.3': {
    server: { requestCert: true, rejectUnauthorized: true, ca: authority.pem },
    run: client({ key: leaf.keyPem, cert: leaf.pem }),
    facts: { ...exchanged, server: { version: 'TLS1.3' } },
  },
  'a missing client certificate in TLS 1.3: the server refuses unseen': {
    server: { requestCert: true, rejectUnauthorized: true, ca: authority.pem },
    run: client({}, false),
    facts: { applicationData: 'none', server: { version: 'TLS1.3' } },
  },
};

describe('a session on recorded handshakes', () => {
  const recorded = new Map<string, Passage[]>();

  beforeAll(async () => {
    for (const [name, { server, run }] of Object.entries(CASES)) recorded.set(name, await recordHandshake({ ...served, ...server }, answer, run));
  });

  it.each(Object.keys(CASES))('reads %s', (name) => {
    const { facts, problems } = play(recorded.get(name) ?? []);
    expect(problems).toEqual([]);
    expect(facts).toMatchObject(CASES[name]?.facts ?? {});
    expect(facts.encryptedAlert).toBeUndefined();
  });

  it.each(Object.keys(CASES))('reads the same however the bytes are cut: %s', (name) => {
    const passages = recorded.get(name) ?? [];
    const whole = play(passages);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2000 })), { minLength: 1, maxLength: 20 }), (sizes) => {
        expect(play(passages, sizes)).toEqual(whole);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('wants no more bytes once both sides have sent application data', () => {
    expect(play(recorded.get('TLS 1.3 with ALPN, request and answer') ?? []).wanting).toBe(false);
    expect(play(recorded.get('TLS 1.2 with ALPN, request and answer') ?? []).wanting).toBe(false);
  });

  it('gives the chain in TLS 1.2 and none in TLS 1.3', () => {
    const { chain } = play(recorded.get('TLS 1.2 with ALPN, request and answer') ?? []).facts;
    expect(chain?.map((certificate) => certificate.subject['CN'])).toEqual(['lab.example', 'Lab Root']);
    expect(chain?.map((certificate) => certificate.selfSigned)).toEqual([false, true]);
    expect(chain?.[0]).toMatchObject({ signedByNext: true, dnsNames: ['lab.example', 'www.lab.example'] });
    expect(play(recorded.get('TLS 1.3 with ALPN, request and answer') ?? []).facts.chain).toBeUndefined();
    expect(play(recorded.get('resumption in TLS 1.2 shows no certificate') ?? []).facts.chain).toBeUndefined();
  });

  it('stays within its limits when recorded bytes are damaged', () => {
    const all = [...recorded.values()];
    fc.assert(
      fc.property(fc.nat(all.length - 1), fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { minLength: 1, maxLength: 12 }), fc.nat(400), (which, changes, size) => {
        const passages = (all[which] ?? []).map(({ side, data }) => ({ side, data: data.slice() }));
        for (const [at, value] of changes) {
          const passage = passages[at % passages.length];
          if (passage !== undefined) passage.data[at % passage.data.length] = value;
        }
        const { facts, problems } = play(passages, [size]);
        expect(['none', 'one-way', 'both']).toContain(facts.applicationData);
        expect(problems.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});

const hasCurl = await new Promise<boolean>((resolve) => {
  execFile('curl', ['--version'], (error) => resolve(error === null));
});
if (!hasCurl) console.log('skipped: curl is not installed, so no client refuses a certificate inside the handshake');

/** curl without the lab's authority; `more` are further options. */
async function refusing(port: number, ...more: string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    execFile('curl', ['-s', '--noproxy', '*', '--resolve', `lab.example:${port}:127.0.0.1`, ...more, `https://lab.example:${port}/`], () => resolve());
  });
}

describe.skipIf(!hasCurl)('a client that refuses the certificate', () => {
  it('shows its alert in TLS 1.2', async () => {
    const passages = await recordHandshake({ ...served, maxVersion: 'TLSv1.2' }, answer, (port) => refusing(port));
    expect(play(passages).facts).toMatchObject({ alert: { from: 'client', level: 2, code: 48 }, applicationData: 'none', chain: [{ subject: { CN: 'lab.example' } }, {}] });
  });

  it('shows its alert in TLS 1.3 too, since OpenSSL encrypts only after the server has finished', async () => {
    const passages = await recordHandshake(served, answer, (port) => refusing(port));
    expect(play(passages).facts).toMatchObject({ alert: { from: 'client', level: 2, code: 48 }, applicationData: 'none', server: { version: 'TLS1.3' } });
  });

  it('shows none when it accepts', async () => {
    const passages = await recordHandshake(served, answer, (port) => refusing(port, '-k'));
    const { facts } = play(passages);
    expect(facts.encryptedAlert).toBeUndefined();
    expect(facts.applicationData).toBe('both');
  });
});

describe('a node client that refuses the certificate', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('goes without application data in %s', async (version) => {
    const bare = createSecureContext({ minVersion: version, maxVersion: version });
    const passages = await recordHandshake(served, answer, client({ ca: [], secureContext: bare }));
    expect(play(passages).facts.applicationData).toBe('none');
  });
});
