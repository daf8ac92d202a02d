/** The npm package `pcap` as a feed. It is built where it is installed, so a double with its interface stands for it; that it is absent here is real. */
import { EventEmitter } from 'node:events';
import type { Pcap, PcapSession } from 'pcap';
import { describe, expect, it } from 'vitest';
import { PcapReader } from '../../../src/core/decode/files/pcap.ts';
import { startPackage } from '../../../src/edge/capture/capture-package.ts';

class Session extends EventEmitter implements PcapSession {
  readonly link_type = 'LINKTYPE_LINUX_SLL';
  isClosed = false;
  readAfterClose = false;
  private readonly buf = Buffer.alloc(4096);
  private readonly header = Buffer.alloc(16);

  stats(): ReturnType<PcapSession['stats']> {
    return { ps_recv: 9, ps_drop: 3, ps_ifdrop: 1 };
  }

  close(): void {
    this.isClosed = true;
  }

  readonly session = { read_callback: (): void => void (this.readAfterClose = this.isClosed) };

  /** Through one buffer for all packets, as the package does. */
  packet(text: string, captured = text.length): void {
    this.buf.fill(0);
    this.buf.write(text, 'latin1');
    this.header.writeUInt32LE(1_790_000_000, 0);
    this.header.writeUInt32LE(250, 4);
    this.header.writeUInt32LE(captured, 8);
    this.header.writeUInt32LE(text.length, 12);
    this.emit('packet', { buf: this.buf, header: this.header });
  }
}

const doubleOf = (createSession: Pcap['createSession']): (() => Promise<Pcap>) => async () => ({ warningHandler: () => {}, createSession });

describe('the package', () => {
  it('gives the bytes of a pcap file, and its losses when it is stopped', async () => {
    const session = new Session();
    const asked: unknown[] = [];
    const chunks: Uint8Array[] = [];
    const feed = await startPackage('lo', (chunk) => void chunks.push(Uint8Array.from(chunk)), doubleOf((device, options) => {
      asked.push(device, options);
      return session;
    }));
    session.packet('first');
    session.packet('and the second', 3);
    session.packet('x'.repeat(3000));
    feed.stop();
    const frames: unknown[] = [];
    const reader = new PcapReader({ frame: ({ bytes, start, end, wireLength, at, link }) => void frames.push([Buffer.from(bytes.subarray(start, end)).toString('latin1').slice(0, 8), end - start, wireLength, at, link]), interfaceSeen() {}, processSeen() {}, dropped() {}, problem: (problem) => void frames.push(problem) });
    for (const chunk of chunks) reader.push(chunk);
    reader.end();
    const at = 1_790_000_000_000_250;
    expect(frames).toEqual([['first', 5, 5, at, 113], ['and', 3, 14, at, 113], ['xxxxxxxx', 2048, 3000, at, 113]]);
    expect(asked).toEqual(['lo', { snap_length: 2048, buffer_size: 32 << 20, buffer_timeout: 50, promiscuous: false }]);
    expect([session.isClosed, session.readAfterClose, await feed.ended]).toEqual([true, true, { isMissing: false, said: '3 packets dropped by kernel\n1 packets dropped by interface', how: 'ended' }]);
  });

  it('that refuses is a feed that has ended with its words', async () => {
    const feed = await startPackage('lo', () => {}, doubleOf(() => {
      throw new Error('socket: Operation not permitted');
    }));
    expect(await feed.ended).toEqual({ isMissing: false, said: 'socket: Operation not permitted', how: 'could not be started' });
  });

  it('that is not installed is missing', async () => {
    expect(await (await startPackage('lo', () => {})).ended).toMatchObject({ isMissing: true });
  });
});
