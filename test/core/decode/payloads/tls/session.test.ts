import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TlsFacts } from '../../../../../src/core/decode/payloads/tls/facts.ts';
import { certificateMessage, issue, join } from '../../../../build/certificate.ts';
import { clientHello, extension, message, record, serverHello } from '../../../../build/tls-bytes.ts';
import type { Passage } from '../../../../build/tls-handshake.ts';
import { readWireFixture, wireFixtures } from '../../../../build/wire-fixture.ts';
import { openSession, play } from './play.ts';

const named = extension.serverName('lab.example');
const modes = [45, Uint8Array.of(1, 1)] as const;
const up = (...parts: Uint8Array[]): Passage => ({ side: 'up', data: join(...parts) });
const down = (...parts: Uint8Array[]): Passage => ({ side: 'down', data: join(...parts) });
const hello13 = record(22, message(1, clientHello({ extensions: [named, modes, extension.versions(0x0304, 0x0303)] })), 1);
const early13 = record(22, message(1, clientHello({ extensions: [named, modes, extension.versions(0x0304), extension.empty(42)] })), 1);
const answer13 = record(22, message(2, serverHello(0x1301, [extension.selected(0x0304)])));
const answer12 = record(22, message(2, serverHello(0xc02f, [])));
const sealed = (length: number): Uint8Array => record(23, new Uint8Array(length).fill(0xab));
const change = record(20, Uint8Array.of(1));
const flight = [answer13, change, sealed(1200)];
/** The header of a message of 64 KB and one byte. */
const long = (type: number): Uint8Array => Uint8Array.of(type, 1, 0, 1);
const alert = (level: number, code: number): Uint8Array => record(21, Uint8Array.of(level, code));
const FINISHED = 53;
const ALERT = 19;

interface Case {
  readonly passages: readonly Passage[];
  /** What each of these facts is; undefined says that it is absent. */
  readonly facts: Partial<Record<'encryptedAlert' | 'applicationData', unknown>>;
}

const LENGTHS: Readonly<Record<string, Case>> = {
  'an alert instead of the Finished is a refusal': {
    passages: [up(hello13), down(...flight), up(change, sealed(ALERT))],
    facts: { encryptedAlert: true, applicationData: 'none' },
  },
  'an alert after the Finished is none, nor is it application data': {
    passages: [up(hello13), down(...flight), up(change, sealed(FINISHED), sealed(ALERT))],
    facts: { encryptedAlert: undefined, applicationData: 'none' },
  },
  'an alert of a suite with a short tag is shorter': {
    passages: [up(hello13), down(record(22, message(2, serverHello(0x1305, [extension.selected(0x0304)]))), sealed(900)), up(sealed(11))],
    facts: { encryptedAlert: true },
  },
  'the Finished of a suite with SHA-384 is longer': {
    passages: [up(hello13), down(record(22, message(2, serverHello(0x1302, [extension.selected(0x0304)]))), sealed(900)), up(sealed(69), sealed(FINISHED))],
    facts: { applicationData: 'one-way' },
  },
  'client certificates before the Finished are no application data': {
    passages: [up(hello13), down(...flight), up(change, sealed(700), sealed(290), sealed(FINISHED))],
    facts: { applicationData: 'none' },
  },
  'early data is application data and hides an alert': {
    passages: [up(early13, sealed(ALERT)), down(...flight)],
    facts: { encryptedAlert: undefined, applicationData: 'one-way' },
  },
  'tickets are no application data': {
    passages: [up(hello13), down(...flight), up(change, sealed(FINISHED), sealed(200)), down(sealed(250), sealed(250))],
    facts: { applicationData: 'one-way' },
  },
  'what follows the tickets is': {
    passages: [up(hello13), down(...flight), up(change, sealed(FINISHED), sealed(200)), down(sealed(250), sealed(250), sealed(400))],
    facts: { applicationData: 'both' },
  },
  'records before the client has answered are the handshake': {
    passages: [up(hello13), down(...flight, sealed(300), sealed(FINISHED)), up(change, sealed(FINISHED), sealed(100))],
    facts: { applicationData: 'one-way' },
  },
  'up to TLS 1.2 any record of application data is': {
    passages: [up(hello13), down(answer12), up(change, sealed(ALERT))],
    facts: { applicationData: 'one-way', encryptedAlert: undefined },
  },
};

describe('a session on lengths of sealed records', () => {
  it.each(Object.entries(LENGTHS))('knows that %s', (_claim, { passages, facts }) => {
    for (const sizes of [[100_000], [1], [3, 700]]) {
      const played = play(passages, sizes);
      expect(played.problems).toEqual([]);
      const { encryptedAlert, applicationData } = played.facts;
      expect({ encryptedAlert, applicationData, ...facts }).toEqual({ encryptedAlert, applicationData });
    }
  });
});

describe('a session on odd streams', () => {
  const root = issue({ subject: [['2.5.4.3', 0x0c, 'Root']] });
  const chain = message(11, certificateMessage([root.der]));

  it('joins a handshake that comes in records of one byte', () => {
    const bytes = join(message(2, serverHello(0xc02f, [])), chain, message(14, new Uint8Array(0)));
    const tiny = [...bytes].map((byte) => record(22, Uint8Array.of(byte)));
    const { facts, problems } = play([up(hello13), down(...tiny)], [7]);
    expect(problems).toEqual([]);
    expect(facts).toMatchObject({ server: { version: 'TLS1.2', resumed: false }, chain: [{ subject: { CN: 'Root' } }] });
  });

  it('reads a hello in SSL 2.0 format and the answer to it', () => {
    const hello = Uint8Array.of(0x80, 0x1c, 1, 3, 1, 0, 3, 0, 0, 0, 16, 0, 0, 0x2f, ...new Uint8Array(16));
    for (const sizes of [[100], [1]]) {
      const { facts } = play([up(hello), down(answer12, record(22, chain))], sizes);
      expect(facts).toMatchObject({ hello: { sslv2Format: true, version: 'TLS1.0' }, server: { version: 'TLS1.2' }, chain: [{}] });
    }
  });

  it('takes no certificate from a TLS 1.3 server that sends one in clear', () => {
    expect(play([up(hello13), down(answer13, record(22, chain))]).facts.chain).toBeUndefined();
  });

  it('keeps the first ServerHello when another follows in clear', () => {
    expect(play([up(hello13), down(answer12, answer13)]).facts.server).toMatchObject({ version: 'TLS1.2' });
  });

  it('says so when the second hello names another host', () => {
    const other = record(22, message(1, clientHello({ extensions: [extension.serverName('other.example'), extension.versions(0x0304)] })));
    const { facts, problems } = play([up(hello13, other)]);
    expect(facts.hello?.sni).toBe('lab.example');
    expect(problems).toEqual([{ code: 'tls-damaged', detail: 'the second ClientHello names another host' }]);
  });

  it('keeps what it read before damage and wants no more', () => {
    const { facts, problems, wanting } = play([up(hello13), down(answer12, Uint8Array.of(9, 9, 9, 9, 9, 9))]);
    expect({ wanting, problems }).toEqual({ wanting: false, problems: [{ code: 'tls-damaged', detail: 'server record' }] });
    expect(facts).toMatchObject({ hello: { sni: 'lab.example' }, server: { version: 'TLS1.2' } });
  });

  it('ends at a hello or a handshake beyond its limits, passes over a chain that is', () => {
    expect(play([up(record(22, long(1)))])).toMatchObject({ wanting: false, problems: [{ code: 'tls-cap' }] });
    expect(play([up(hello13), down(answer12, record(22, long(11)))])).toMatchObject({ wanting: true, problems: [{ code: 'tls-cap' }] });
    const filler = record(22, join(Uint8Array.of(13, 0, 0x3f, 0xfc), new Uint8Array(0x3ffc)));
    expect(play([up(hello13), down(answer12, ...Array.from({ length: 33 }, () => filler))])).toMatchObject({ wanting: false, problems: [{ code: 'tls-cap', detail: 'handshake' }] });
  });

  it('stops waiting for a silent side', () => {
    const upload = Array.from({ length: 6 }, () => sealed(16_000));
    expect(play([up(hello13), down(answer12), up(...upload)])).toMatchObject({ wanting: false, facts: { applicationData: 'one-way' } });
  });

  it('ignores a warning and keeps a fatal alert', () => {
    expect(play([up(hello13), down(alert(1, 112), alert(2, 40))]).facts.alert).toEqual({ from: 'server', level: 2, code: 40 });
    expect(play([up(hello13), down(alert(1, 112))]).facts.alert).toBeUndefined();
    expect(play([up(hello13, alert(1, 0))]).facts.alert).toEqual({ from: 'client', level: 1, code: 0 });
  });
});

describe('a session with bytes missing', () => {
  it('goes on where they lie in application data', () => {
    const { session } = open(up(hello13), down(answer12), up(Uint8Array.of(23, 3, 3, 0x10, 0)));
    expect(session.gap('up', 0x1000)).toBe(true);
    expect(session.push('down', sealed(40), 0, 2)).toBe(false);
    expect(session.facts().tls?.applicationData).toBe('both');
  });

  it('reads the other side alone when a hello is lost, and ends when both are', () => {
    const { session } = open(up(hello13.subarray(0, 20)));
    expect(session.gap('up', 100)).toBe(true);
    expect(session.push('up', Uint8Array.of(1, 2, 3), 0, 2)).toBe(true);
    session.push('down', answer12, 0, 3);
    expect(session.facts().tls).toMatchObject({ server: { version: 'TLS1.2' } });
    expect(session.facts().tls?.hello).toBeUndefined();
    expect(session.gap('down', 5)).toBe(false);
  });
});

function open(...passages: Passage[]): ReturnType<typeof openSession> {
  const opened = openSession();
  for (const { side, data } of passages) opened.session.push(side, data, 0, 1);
  return opened;
}

const FIXTURES: Readonly<Record<string, Partial<Record<keyof TlsFacts, unknown>>>> = {
  'tls/tls12-chain.hex': { hello: { sni: 'lab.example' }, server: { version: 'TLS1.2', resumed: false }, chain: [{ signedByNext: true }, { selfSigned: true }], applicationData: 'both' },
  'tls/tls13-alpn.hex': { hello: { alpn: ['h2', 'http/1.1'] }, server: { version: 'TLS1.3' }, applicationData: 'both' },
  'tls/tls13-hello-retry.hex': { hello: { keyShareGroups: [29, 24] }, server: { helloRetry: true, group: 24 }, applicationData: 'both' },
  'tls/tls13-refused-in-clear.hex': { server: { version: 'TLS1.3' }, alert: { from: 'client', level: 2, code: 48 }, applicationData: 'none' },
};

describe('a session on the recordings in fixtures/wire', () => {
  it('has an expectation for every recording, and each says where it comes from', () => {
    expect(wireFixtures('tls')).toEqual(Object.keys(FIXTURES));
    for (const name of wireFixtures('tls')) expect(readWireFixture(name).origin).toMatch(/^recorded from .* by our own lab$/);
  });

  it.each(Object.entries(FIXTURES))('reads %s', (name, facts) => {
    const played = play(readWireFixture(name).passages, [64]);
    expect(played.problems).toEqual([]);
    expect(played.facts).toMatchObject(facts);
  });

  it('gives the JA4 of the first hello when a second one followed a retry request', () => {
    const { passages } = readWireFixture('tls/tls13-hello-retry.hex');
    const [first] = passages;
    const { hello } = play(passages).facts;
    expect(hello?.ja4).toBe(play(first === undefined ? [] : [first]).facts.hello?.ja4);
    expect(hello).toMatchObject({ groups: [29, 24], keyShareGroups: [29, 24] });
    // Its second hello has no early data, but may have a cookie: another fingerprint would be another client.
    expect(passages.filter(({ side }) => side === 'up').length).toBeGreaterThan(1);
  });

  it('never throws and stays consistent when bytes are changed, dropped or cut', () => {
    const recordings = wireFixtures('tls').map((name) => readWireFixture(name).passages);
    fc.assert(
      fc.property(fc.nat(recordings.length - 1), fc.array(fc.tuple(fc.nat(9), fc.nat(3000), fc.nat(255)), { maxLength: 10 }), fc.integer({ min: 1, max: 3000 }), (which, changes, size) => {
        const passages = (recordings[which] ?? []).map(({ side, data }) => ({ side, data: data.slice() }));
        for (const [index, at, value] of changes) {
          const data = passages[index % passages.length]?.data;
          if (data !== undefined) data[at % data.length] = value;
        }
        expect(play(passages, [size])).toEqual(play(passages));
      }),
      { numRuns: 400, seed: 23 },
    );
  });
});
