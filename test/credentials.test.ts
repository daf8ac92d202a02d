/**
 * Credentials in clear, protocol by protocol: how a client said who it is goes
 * into the facts, and no byte of the secret into facts, recordings or reports.
 * The dialogues are as each protocol's own specification writes them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { recognise } from '../src/core/decode/payloads/index.ts';
import type { PayloadFacts } from '../src/core/decode/payloads/session.ts';
import { bytes, type Part, u16, u32 } from './build/bytes.ts';
import { runEgret } from './build/file-world.ts';
import { ethernet } from './build/frames.ts';
import { tcp, udp } from './build/packets.ts';
import { pcapFile } from './build/pcap.ts';
import { playSession, rechunked, type Passage } from './build/play-session.ts';
import { listen } from './build/relay.ts';

const SECRET = 's3cr3tpw';
const USER = 'zaphod-b';
/** As SASL PLAIN and HTTP Basic send both. */
const CODED = btoa(`\0${USER}\0${SECRET}`);

const up = (...parts: readonly Part[]): Passage => ({ side: 'up', data: bytes(...parts) });
const down = (...parts: readonly Part[]): Passage => ({ side: 'down', data: bytes(...parts) });

interface Dialogue {
  readonly what: string;
  readonly port: number;
  /** `protocol scheme`, `protocol -` where nothing was sent that is secret. */
  readonly expected: string;
  readonly flow: readonly Passage[];
  readonly udp?: true;
}

const STARTUP = bytes(u32(8 + USER.length + 7), u32(196_608), 'user\0', USER, '\0', 0);
const MYSQL_GREETING = bytes(74, 0, 0, 0, 10, '8.0.36\0', u32(9, true), '12345678', 0, u16(0xffff, true), 33, u16(2, true), u16(0xffff, true), 21, new Uint8Array(10), '123456789012', 0, 'mysql_native_password', 0);
const mysqlPacket = (sequence: number, ...content: readonly Part[]): Uint8Array => {
  const body = bytes(...content);
  return bytes(body.length & 255, body.length >> 8, 0, sequence, body);
};
const mysqlAnswer = (proof: string, plugin: string): Uint8Array => mysqlPacket(1, u32(0x0008_8000, true), u32(1 << 24, true), 33, new Uint8Array(23), USER, 0, proof.length, proof, plugin, 0);
const resp = (...words: readonly string[]): string => `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
const mqtt = (flags: number, ...fields: readonly string[]): Uint8Array => {
  const body = bytes(0, 4, 'MQTT', 4, flags, 0, 60, ...fields.flatMap((field) => [0, field.length, field]));
  return bytes(0x10, body.length, body);
};
const tlv = (tag: number, ...content: readonly Part[]): Uint8Array => bytes(tag, bytes(...content).length, ...content);
const bind = (way: Uint8Array): Uint8Array => tlv(0x30, 2, 1, 1, tlv(0x60, 2, 1, 3, tlv(4, `cn=${USER}`), way));
const snmp = (version: number, community: string): Uint8Array => tlv(0x30, 2, 1, version, tlv(4, community), tlv(0xa0, 2, 1, 1, 2, 1, 0, 2, 1, 0, 0x30, 0));
const socks = (...passages: readonly Passage[]): Passage[] => [up(5, 1, 2), down(5, 2), ...passages];

const DIALOGUES: readonly Dialogue[] = [
  { what: 'SMTP, initial response', port: 25, expected: 'smtp PLAIN', flow: [down('220 m ESMTP\r\n'), up('EHLO c\r\n'), down('250 AUTH PLAIN\r\n'), up(`AUTH PLAIN ${CODED}\r\n`), down('235 ok\r\n')] },
  { what: 'SMTP, asked for', port: 25, expected: 'smtp LOGIN', flow: [down('220 m ESMTP\r\n'), up('EHLO c\r\n'), down('250 AUTH LOGIN\r\n'), up('AUTH LOGIN\r\n'), down('334 VXNlcm5hbWU6\r\n'), up(`${btoa(USER)}\r\n`), down('334 UGFzc3dvcmQ6\r\n'), up(`${btoa(SECRET)}\r\n`)] },
  { what: 'SMTP, refused before anything was sent', port: 25, expected: 'smtp -', flow: [down('220 m ESMTP\r\n'), up('EHLO c\r\n'), down('250 AUTH LOGIN\r\n'), up('AUTH LOGIN\r\n'), down('538 encryption required\r\n'), up('QUIT\r\n')] },
  { what: 'SMTP, given up', port: 25, expected: 'smtp -', flow: [down('220 m ESMTP\r\n'), up('EHLO c\r\n'), down('250 AUTH CRAM-MD5\r\n'), up('AUTH CRAM-MD5\r\n'), down('334 PDE+\r\n'), up('*\r\n')] },
  { what: 'SMTP, a mechanism that might be the secret', port: 25, expected: 'smtp other', flow: [down('220 m ESMTP\r\n'), up('EHLO c\r\n'), down('250 ok\r\n'), up(`AUTH ${SECRET} ${CODED}\r\n`)] },
  { what: 'IMAP LOGIN', port: 143, expected: 'imap password', flow: [down('* OK IMAP4rev1\r\n'), up(`a1 LOGIN ${USER} "${SECRET}"\r\n`)] },
  { what: 'IMAP AUTHENTICATE', port: 143, expected: 'imap SCRAM-SHA-256', flow: [down('* OK IMAP4rev1\r\n'), up('a1 AUTHENTICATE SCRAM-SHA-256\r\n'), down('+ \r\n'), up(`${CODED}\r\n`)] },
  { what: 'POP3 PASS', port: 110, expected: 'pop3 password', flow: [down('+OK POP3 ready\r\n'), up(`USER ${USER}\r\n`), down('+OK\r\n'), up(`PASS ${SECRET}\r\n`)] },
  { what: 'POP3 APOP', port: 110, expected: 'pop3 APOP', flow: [down('+OK POP3 <1@m>\r\n'), up(`APOP ${USER} c4c9334bac560ecc979e58001b3e22fb\r\n`)] },
  { what: 'FTP', port: 21, expected: 'ftp password', flow: [down('220 FTP\r\n'), up(`USER ${USER}\r\n`), down('331 Password\r\n'), up(`PASS ${SECRET}\r\n`)] },
  { what: 'FTP, anonymous', port: 21, expected: 'ftp -', flow: [down('220 FTP\r\n'), up('USER anonymous\r\n'), down('331 Password\r\n'), up(`PASS ${SECRET}\r\n`)] },
  { what: 'NNTP', port: 119, expected: 'nntp password', flow: [down('200 NNTP\r\n'), up(`AUTHINFO USER ${USER}\r\n`), down('381 more\r\n'), up(`AUTHINFO PASS ${SECRET}\r\n`)] },
  { what: 'ManageSieve', port: 4190, expected: 'managesieve PLAIN', flow: [down('"IMPLEMENTATION" "x"\r\nOK\r\n'), up(`AUTHENTICATE "PLAIN" "${CODED}"\r\n`)] },
  { what: 'XMPP', port: 5222, expected: 'xmpp PLAIN', flow: [up("<stream:stream to='m' version='1.0'>"), down("<stream:stream id='1'>"), up(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${CODED}</auth>`)] },
  { what: 'LDAP, simple', port: 389, expected: 'ldap simple', flow: [up(bind(tlv(0x80, SECRET)))] },
  { what: 'LDAP, anonymous', port: 389, expected: 'ldap -', flow: [up(bind(tlv(0x80)))] },
  { what: 'LDAP, SASL', port: 389, expected: 'ldap DIGEST-MD5', flow: [up(bind(tlv(0xa3, tlv(4, 'DIGEST-MD5'), tlv(4, SECRET))))] },
  { what: 'PostgreSQL, password', port: 5432, expected: 'postgresql password', flow: [up(STARTUP), down('R', u32(8), u32(3)), up('p', u32(4 + SECRET.length + 1), SECRET, 0)] },
  { what: 'PostgreSQL, MD5, behind a refused TLS', port: 5432, expected: 'postgresql MD5', flow: [up(u32(8), u32(80_877_103)), down('N'), up(STARTUP), down('R', u32(12), u32(5), 'salt'), up('p', u32(40), `md5${'0'.repeat(32)}`, 0)] },
  { what: 'PostgreSQL, SCRAM', port: 5432, expected: 'postgresql SCRAM-SHA-256', flow: [up(STARTUP), down('R', u32(23), u32(10), 'SCRAM-SHA-256', 0, 0), up('p', u32(40), `SCRAM-SHA-256\0${SECRET}`)] },
  { what: 'PostgreSQL, trusted', port: 5432, expected: 'postgresql -', flow: [up(STARTUP), down('R', u32(8), u32(0)), up('Q', u32(12), SECRET)] },
  { what: 'MySQL', port: 3306, expected: 'mysql caching_sha2_password', flow: [down(MYSQL_GREETING), up(mysqlAnswer(SECRET, 'caching_sha2_password'))] },
  { what: 'MySQL, without a password', port: 3306, expected: 'mysql -', flow: [down(MYSQL_GREETING), up(mysqlAnswer('', 'mysql_native_password'))] },
  { what: 'MySQL, asked for the password itself', port: 3306, expected: 'mysql mysql_clear_password', flow: [down(MYSQL_GREETING), up(mysqlAnswer('', 'mysql_native_password')), down(mysqlPacket(2, 0xfe, 'mysql_clear_password', 0)), up(mysqlPacket(3, SECRET, 0))] },
  { what: 'Redis AUTH', port: 6379, expected: 'redis password', flow: [up(resp('AUTH', USER, SECRET)), down('+OK\r\n')] },
  { what: 'Redis HELLO', port: 6379, expected: 'redis password', flow: [up(resp('HELLO', '3', 'AUTH', USER, SECRET))] },
  { what: 'Redis, a value that looks like AUTH', port: 6379, expected: 'redis -', flow: [up(resp('SET', 'k', `\r\n${resp('AUTH', SECRET)}`))] },
  { what: 'MQTT', port: 1883, expected: 'mqtt password', flow: [up(mqtt(0xc2, 'id', USER, SECRET))] },
  { what: 'MQTT, without a password', port: 1883, expected: 'mqtt -', flow: [up(mqtt(0x02, 'id'))] },
  { what: 'NATS', port: 4222, expected: 'nats password', flow: [down('INFO {"server_id":"x"}\r\n'), up(`CONNECT {"user":"${USER}","pass":"${SECRET}"}\r\n`)] },
  { what: 'IRC PASS', port: 6667, expected: 'irc password', flow: [up(`PASS ${SECRET}\r\nNICK a\r\n`)] },
  { what: 'IRC SASL', port: 6667, expected: 'irc PLAIN', flow: [up('CAP LS 302\r\nNICK a\r\n'), down(':s CAP * LS :sasl\r\n'), up('AUTHENTICATE PLAIN\r\n'), down('AUTHENTICATE +\r\n'), up(`AUTHENTICATE ${CODED}\r\n`)] },
  { what: 'SOCKS 5', port: 1080, expected: 'socks password', flow: socks(up(1, 8, USER, 8, SECRET), down(1, 0), up(5, 1, 0, 3, 9, 'a.example', 0, 80), down(5, 0, 0, 1, 0, 0, 0, 0, 0, 0)) },
  { what: 'SOCKS 5, refused', port: 1080, expected: 'socks password', flow: socks(up(1, 8, USER, 8, SECRET), down(1, 1)) },
  { what: 'HTTP, user information', port: 80, expected: 'http userinfo', flow: [up(`GET http://${USER}:${SECRET}@a.example/ HTTP/1.1\r\n\r\n`)] },
  { what: 'HTTP, Basic', port: 80, expected: 'http Basic', flow: [up(`GET / HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic ${CODED}\r\n\r\n`)] },
  { what: 'SNMP 2c', port: 161, expected: 'snmp community', flow: [up(snmp(1, SECRET))], udp: true },
  { what: 'SNMP, everybody’s community', port: 161, expected: 'snmp -', flow: [up(snmp(1, 'public'))], udp: true },
];

describe('a credential in clear', () => {
  it.each(DIALOGUES.map((each) => [each.what, each] as const))('%s', (_what, { flow, port, expected, udp: isDatagram }) => {
    expect(told(flow, port, isDatagram === true ? 'udp' : 'tcp')).toBe(expected);
    // A datagram is never cut.
    expect(isDatagram === true ? expected : told(rechunked(flow, [64, 1, 2]), port, 'tcp')).toBe(expected);
  });

  it('stands in findings, and no byte of it in any recording or report', async () => {
    const capture = pcapFile(DIALOGUES.flatMap(framesOf));
    const ran = await runEgret(['audit', 'c.pcap', '-p', 'policies/strict.yaml', '--record', 'r.ndjson', ...['text', 'json', 'ndjson', 'sarif', 'markdown', 'csv', 'junit'].flatMap((format) => ['--format', `${format}=${format}.out`])], { held: { 'c.pcap': capture } });
    const written = [...ran.files.entries()].filter(([, content]) => content !== '');
    expect(written.length).toBeGreaterThanOrEqual(8);
    const all = written.map(([, content]) => content).join('\n') + ran.out + ran.err;
    for (const secret of [SECRET, USER, CODED, btoa(SECRET), btoa(USER)]) expect(all.includes(secret)).toBe(false);
    const report: unknown = JSON.parse(ran.files.get('json.out') ?? '');
    const seen = JSON.stringify(report).match(/carried a credential \(([^)]+)\)/g)?.join(' ') ?? '';
    const schemes = new Set(DIALOGUES.map(({ expected }) => expected.split(' ')[1]?.toLowerCase() ?? '-').filter((scheme) => scheme !== '-'));
    expect([...schemes].filter((scheme) => !seen.includes(scheme))).toEqual([]);
  });
});

describe.skipIf(spawnSync('curl', ['--version']).status !== 0)('curl', () => {
  it.each([
    ['pop3', 110, ['+OK POP3 ready\r\n', '+OK\r\nUSER\r\n.\r\n', '+OK\r\n', '-ERR\r\n'], 'pop3 password'],
    ['imap', 143, ['* OK IMAP4rev1\r\n', '* CAPABILITY IMAP4rev1\r\nA001 OK\r\n', 'A002 NO\r\n'], 'imap password'],
    ['smtp', 25, ['220 m ESMTP\r\n', '250-m\r\n250 AUTH PLAIN\r\n', '334 \r\n', '535 no\r\n'], 'smtp PLAIN'],
    ['ftp', 21, ['220 FTP\r\n', '331 password\r\n', '530 no\r\n'], 'ftp password'],
  ])('%s: its own words are read', async (scheme, port, answers, expected) => {
    const flow: Passage[] = [];
    const server = createServer((socket) => {
      let next = 0;
      const say = (): void => {
        const line = answers[next++];
        if (line === undefined) return void socket.end();
        flow.push(down(line));
        socket.write(line);
      };
      socket.on('data', (data: Buffer) => {
        flow.push({ side: 'up', data: Uint8Array.from(data) });
        say();
      });
      socket.on('error', () => undefined);
      say();
    });
    const at = await listen(server);
    const child = spawn('curl', ['-s', '-m', '5', '-u', `${USER}:${SECRET}`, `${scheme}://127.0.0.1:${at}/x`, ...(scheme === 'smtp' ? ['--mail-from', 'a@b', '--mail-rcpt', 'c@d', '-T', '/dev/null'] : [])]);
    await new Promise((resolve) => child.on('close', resolve));
    server.close();
    expect(told(flow, port, 'tcp')).toBe(expected);
  });
});

/** `protocol scheme` of a flow whose server has this port; throws when a secret is among the facts. */
function told(flow: readonly Passage[], port: number, transport: 'tcp' | 'udp'): string {
  const facts = read(flow, port, transport);
  const text = JSON.stringify(facts);
  for (const secret of [SECRET, USER, CODED]) if (text.includes(secret)) throw new Error(`${secret} in ${text}`);
  return `${facts.protocol} ${facts.credentialScheme ?? facts.http?.parts[0]?.credentialScheme ?? '-'}`;
}

/** Facts by the decoder that knows the first bytes of whoever speaks first, shown as much as a segment holds. */
function read(flow: readonly Passage[], port: number, transport: 'tcp' | 'udp'): PayloadFacts {
  const side = flow[0]?.side ?? 'up';
  const first = bytes(...flow.filter((each) => each.side === side).map(({ data }) => (data instanceof Uint8Array ? data : bytes())));
  const found = recognise(transport, transport === 'tcp' ? first.subarray(0, 64) : first, side === 'up' ? [40_000, port] : [port, 40_000]);
  if (typeof found === 'string') throw new Error(`not recognised: ${found}`);
  return playSession(found.decoder, flow).facts;
}

/** The packets of a dialogue to a server of its own. */
function framesOf({ flow, port, udp: isDatagram }: Dialogue, index: number): Uint8Array[] {
  const [client, server] = [`10.0.0.5:${40_000 + index}`, `198.51.100.${index + 1}:${port}`];
  const next = { up: 1000, down: 5000 };
  if (isDatagram === true) return flow.map(({ data }) => ethernet(udp({ from: client, to: server, payload: data instanceof Uint8Array ? data : bytes() })));
  const frames = [
    tcp({ from: client, to: server, flags: 'S', seq: next.up++ }),
    tcp({ from: server, to: client, flags: 'SA', seq: next.down++, ack: next.up }),
  ];
  for (const { side, data } of flow) {
    const payload = data instanceof Uint8Array ? data : bytes();
    const ends = side === 'up' ? { from: client, to: server } : { from: server, to: client };
    frames.push(tcp({ ...ends, flags: 'PA', seq: next[side], ack: next[side === 'up' ? 'down' : 'up'], payload }));
    next[side] += payload.length;
  }
  return frames.map((packet) => ethernet(packet));
}
