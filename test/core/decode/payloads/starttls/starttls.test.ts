/** OpenSSL's own client turns each protocol to TLS against a server that says the few words it waits for; and what must not count as a turn. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { issue } from '../../../../build/certificate.ts';
import { bytes, u16, u32 } from '../../../../build/bytes.ts';
import { decoderOf } from '../../../../build/decoder-of.ts';
import { down, lost, playSession, rechunked, up, type Passage } from '../../../../build/play-session.ts';
import { listen, openRelay } from '../../../../build/relay.ts';
import { recognise } from '../../../../../src/core/decode/payloads/index.ts';
import { RECOGNISE_LIMIT } from '../../../../../src/core/decode/payloads/session.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.log('skipped: openssl is not installed (Debian: apt-get install openssl)');

const authority = issue({ subject: [['2.5.4.3', 0x0c, 'Lab Root']], authority: true });
const leaf = issue({ subject: [['2.5.4.3', 0x0c, 'mail.example']], dnsNames: ['mail.example'] }, authority);

/** What the server says: first by itself, then upon what the client says; the last answer is followed by TLS. */
interface Script {
  readonly greeting?: string | Uint8Array;
  readonly answers: readonly (readonly [asked: RegExp, reply: string | Uint8Array, tls?: true])[];
}

const HANDSHAKE = bytes(10, '8.0.36', 0, u32(9, true), '12345678', 0, u16(0xffff), 33, u16(2, true), u16(0xffff), 21, new Uint8Array(10), '123456789012', 0, 'mysql_native_password', 0);
const GREETING = bytes(HANDSHAKE.length, 0, 0, 0, HANDSHAKE);

const SCRIPTS: Readonly<Record<string, Script>> = {
  smtp: { greeting: '220 mail.example ESMTP ready\r\n', answers: [[/^EHLO/, '250-mail.example\r\n250-STARTTLS\r\n250 8BITMIME\r\n'], [/^STARTTLS/, '220 go\r\n', true]] },
  imap: { greeting: '* OK IMAP4rev1 ready\r\n', answers: [[/CAPABILITY/, '* CAPABILITY IMAP4rev1 STARTTLS\r\n. OK done\r\n'], [/STARTTLS/, '. OK begin TLS\r\n', true]] },
  pop3: { greeting: '+OK POP3 ready\r\n', answers: [[/^STLS/, '+OK begin TLS\r\n', true]] },
  ftp: { greeting: '220 FTP server ready\r\n', answers: [[/^AUTH TLS/, '234 go\r\n', true]] },
  nntp: { greeting: '200 NNTP service ready\r\n', answers: [[/^CAPABILITIES/, '101 list\r\nSTARTTLS\r\n.\r\n'], [/^STARTTLS/, '382 go\r\n', true]] },
  sieve: { greeting: '"IMPLEMENTATION" "Lab"\r\n"STARTTLS"\r\nOK\r\n', answers: [[/^STARTTLS/, 'OK "begin"\r\n', true]] },
  xmpp: {
    answers: [
      [/<stream:stream/, `<?xml version='1.0'?><stream:stream id='1' from='a' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>`],
      [/<starttls/, `<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`, true],
    ],
  },
  postgres: { answers: [[/\/$/, 'S', true]] },
  mysql: { greeting: GREETING, answers: [[/^ /, '', true]] },
  ldap: { answers: [[/1\.3\.6\.1\.4\.1\.1466\.20037/, bytes(0x30, 12, 2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0), true]] },
};
const NAMES: Readonly<Record<string, string>> = { postgres: 'postgresql', sieve: 'managesieve' };

let tlsPort = 0;
const tlsServer = createTlsServer({ key: leaf.keyPem, cert: leaf.pem }, (inner) => {
  inner.on('error', () => undefined);
  inner.once('data', () => inner.end('bye\r\n'));
});
beforeAll(async () => {
  tlsPort = await listen(tlsServer);
});
afterAll(() => void tlsServer.close());

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe.skipIf(!hasOpenssl)('openssl s_client -starttls', () => {
  it.each(Object.entries(SCRIPTS))('%s: the TLS behind the turn is read, and where it began', async (name, script) => {
    const passages = await recordTurn(name, script);
    const protocol = NAMES[name] ?? name;
    const first = passages[0];
    const data = first?.data instanceof Uint8Array ? first.data : new Uint8Array();
    const found = recognise('tcp', data.subarray(0, RECOGNISE_LIMIT), first?.side === 'up' ? [40_000, 7000] : [7000, 40_000]);
    expect(typeof found === 'string' ? found : `${found.decoder.protocol} ${found.sender}`).toBe(`${protocol} ${first?.side === 'up' ? 'client' : 'server'}`);
    const { facts, problems } = playSession(decoderOf(protocol), passages);
    expect([facts.protocol, facts.tls?.startedIn, facts.tls?.hello?.sni, facts.tls?.chain?.length, facts.tls?.applicationData]).toEqual(['tls', protocol, 'mail.example', 1, 'both']);
    expect(problems).toEqual([]);
    // The turn is found however the bytes were cut; PostgreSQL's and MySQL's few are never cut by a client.
    const cut = ['postgres', 'mysql'].includes(name) ? passages : rechunked(passages, [1, 7, 300]);
    expect(playSession(decoderOf(protocol), cut).facts).toEqual(facts);
  });
});

const GREET = down('220 mail.example ESMTP ready\r\n');
const hello = (): Passage => up(bytes(0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, new Uint8Array(191)));

describe('a flow that does not turn', () => {
  it.each<readonly [what: string, protocol: string, passages: readonly Passage[], facts: string]>([
    ['a client that never asks', 'smtp', [GREET, up('EHLO a\r\n'), down('250 ok\r\n'), up('MAIL FROM:<a@b>\r\n')], 'smtp'],
    ['a server that refuses', 'smtp', [GREET, up('STARTTLS\r\n'), down('454 not now\r\n'), up('MAIL FROM:<a@b>\r\n')], 'smtp'],
    ['a hello that nobody was asked for', 'smtp', [GREET, up('EHLO a\r\n'), hello()], 'smtp'],
    ['a mail whose text says STARTTLS', 'smtp', [GREET, up('DATA\r\n'), down('354 go\r\n'), up('I say STARTTLS\r\n'), down('220 \r\n'), hello()], 'smtp'],
    ['a turn to something else than TLS', 'imap', [up('a1 STARTTLS\r\n'), down('a1 OK\r\n'), up('a2 LOGIN user secret\r\n'), down('a2 OK\r\n')], 'imap'],
    ['PostgreSQL without TLS', 'postgresql', [up(bytes(u32(8), u32(80_877_103))), down('N'), up(bytes(u32(20), u32(0x3_0000), 'user\0me\0\0'))], 'postgresql'],
    ['MySQL without TLS', 'mysql', [down(GREETING), up(bytes(80, 0, 0, 1, u32(0x05a6, true), new Uint8Array(76)))], 'mysql'],
    ['an LDAP bind in clear', 'ldap', [up(bytes(0x30, 12, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0)), down(bytes(0x30, 12, 2, 1, 1, 0x61, 7, 0x0a, 1, 0, 4, 0, 4, 0))], 'ldap'],
    ['RDP without TLS', 'rdp', [up(bytes(3, 0, u16(19), 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, u16(8, true), u32(0))), down(bytes(3, 0, u16(19), 14, 0xd0, 0, 0, 0, 0, 0, 2, 0, u16(8, true), u32(0)))], 'rdp'],
    ['lost bytes in the dialogue, among which TLS may have begun', 'smtp', [GREET, lost('up', 10), up('RCPT TO:<a@b>\r\n')], 'unknown'],
  ])('%s', (_what, protocol, passages, named) => {
    const { facts } = playSession(decoderOf(protocol), passages);
    expect([facts.protocol, facts.tls]).toEqual([named, undefined]);
  });

  it('is no longer read once it has said too much', () => {
    const chatter = Array.from({ length: 200 }, () => up('NOOP '.repeat(200), '\r\n'));
    expect(playSession(decoderOf('smtp'), [GREET, ...chatter]).taken).toBeLessThan(80);
  });

  it('never makes a password part of what is kept', () => {
    const played = playSession(decoderOf('imap'), [down('* OK\r\n'), up('a1 LOGIN user hunter2\r\n'), down('a1 OK\r\n')]);
    expect(JSON.stringify(played)).not.toContain('hunter2');
  });
});

it.skipIf(!hasOpenssl)('RDP turns to TLS behind its negotiation', async () => {
  const passages = await recordTls();
  const request = up(bytes(3, 0, u16(19), 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, u16(8, true), u32(3, true)));
  const confirmed = down(bytes(3, 0, u16(19), 14, 0xd0, 0, 0, 0, 0, 0, 2, 0, u16(8, true), u32(1, true)));
  const { facts } = playSession(decoderOf('rdp'), [request, confirmed, ...passages]);
  expect([facts.protocol, facts.tls?.startedIn, facts.tls?.hello?.sni]).toEqual(['tls', 'rdp', 'mail.example']);
});

/** What s_client and the scripted server said to each other. */
async function recordTurn(name: string, { greeting, answers }: Script): Promise<Passage[]> {
  const server = createServer((socket) => {
    if (greeting !== undefined) socket.write(greeting);
    const waiting = [...answers];
    const hear = (data: Buffer): void => {
      const next = waiting[0];
      if (next?.[0].test(data.toString('latin1')) !== true) return;
      waiting.shift();
      if (next[2] === true) socket.removeListener('data', hear);
      if (next[1].length > 0) socket.write(next[1]);
      if (next[2] === true) secure(socket, data.subarray(name === 'mysql' ? 36 : data.length));
    };
    socket.on('data', hear);
    socket.on('error', () => undefined);
  });
  closers.push(() => server.close());
  const relay = await openRelay(await listen(server));
  closers.push(() => relay.close());
  await openssl(['s_client', '-connect', `127.0.0.1:${relay.port}`, '-starttls', name, '-servername', 'mail.example', '-name', 'mail.example', '-tls1_2', '-brief', '-ign_eof']);
  return relay.flows[0] ?? [];
}

/** A handshake without anything before it. */
async function recordTls(): Promise<Passage[]> {
  const server = createServer((socket) => secure(socket, Buffer.alloc(0)));
  closers.push(() => server.close());
  const relay = await openRelay(await listen(server));
  closers.push(() => relay.close());
  await openssl(['s_client', '-connect', `127.0.0.1:${relay.port}`, '-servername', 'mail.example', '-tls1_2', '-brief', '-ign_eof']);
  return relay.flows[0] ?? [];
}

/** From here on TLS answers; MySQL's client sends its hello along with what asks for it. */
function secure(socket: Socket, early: Buffer): void {
  const onward = connect(tlsPort, '127.0.0.1');
  onward.write(early);
  socket.pipe(onward).pipe(socket);
  onward.on('error', () => socket.destroy());
}

async function openssl(args: readonly string[]): Promise<void> {
  const child = execFile('openssl', args);
  child.stdin?.write('hello\n');
  await once(child, 'exit');
}
