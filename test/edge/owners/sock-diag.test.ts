/** The question in the kernel's own format, and what becomes of wrong answers; finder.test.ts puts it to a real kernel. */
import { existsSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openSockDiag, questionOf, readAnswer } from '../../../src/edge/owners/sock-diag.ts';
import { portOf } from '../proxy/loopback.ts';

const ENDS = { transport: 'tcp', local: { address: '127.0.0.1', port: 0x1234 }, remote: { address: '2.3.4.5', port: 443 } } as const;
const isLinux = existsSync('/proc/self/net/tcp');
if (!isLinux) console.log('skipped: only Linux answers questions about sockets');

function answer(patch: (data: Buffer) => void = () => {}): Buffer {
  const data = Buffer.alloc(88);
  data.writeUInt16LE(20, 4);
  data.writeUInt16BE(0x1234, 20);
  data.writeUInt16BE(443, 22);
  data.writeUInt32LE(1000, 80);
  data.writeUInt32LE(77, 84);
  patch(data);
  return data;
}

describe('the question about a socket', () => {
  it('has the ports and addresses in network order, the local end first', () => {
    const question = questionOf(ENDS, 5);
    expect(question).toHaveLength(72);
    expect(question.subarray(24, 32).toString('hex')).toBe('123401bb7f000001');
    expect(question.subarray(44, 48).toString('hex')).toBe('02030405');
  });

  it('has 16 bytes of an IPv6 address', () => {
    const question = questionOf({ ...ENDS, local: { address: '2001:db8::1', port: 1 }, remote: { address: '::', port: 2 } }, 1);
    expect(question[16]).toBe(10);
    expect(question.subarray(28, 44).toString('hex')).toBe('20010db8000000000000000000000001');
  });
});

describe('the answer about a socket', () => {
  it('holds user and inode', () => {
    expect(readAnswer(answer(), ENDS)).toEqual({ uid: 1000, inode: 77 });
  });

  const wrong: readonly (readonly [string, Buffer])[] = [
    ['is cut', answer().subarray(0, 87)],
    ['is empty', Buffer.alloc(0)],
    ['is an error', answer((data) => data.writeUInt16LE(2, 4))],
    ['is about a listener', answer((data) => data.writeUInt16BE(0, 22))],
    ['is about another socket', answer((data) => data.writeUInt16BE(1, 20))],
  ];
  it.each(wrong)('is none where it %s', (_what, data) => {
    expect(readAnswer(data, ENDS)).toBeUndefined();
  });

  it.skipIf(!isLinux)('is the same for each of many sockets as the inode of its descriptor', async () => {
    const ask = await openSockDiag();
    expect(ask).toBeDefined();
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const clients: Socket[] = [];
    for (let index = 0; index < 50; index++) {
      const client = connect(portOf(server), '127.0.0.1');
      clients.push(client);
      await new Promise((done) => client.once('connect', done));
    }
    const rows = clients.map(({ localPort = 0, remotePort = 0 }) => ask?.({ transport: 'tcp', local: { address: '127.0.0.1', port: localPort }, remote: { address: '127.0.0.1', port: remotePort } }));
    expect(new Set(rows.map((row) => row?.inode)).size).toBe(50);
    expect(rows.every((row) => row?.uid === process.getuid?.() && (row?.inode ?? 0) > 0)).toBe(true);
    for (const client of clients) client.destroy();
    server.close();
  });
});
