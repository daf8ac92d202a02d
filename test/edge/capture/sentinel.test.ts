/** Datagrams of egret's own: recognised, kept back, and never on a path to elsewhere. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Frame } from '../../../src/core/decode/files/frame.ts';
import { CaptureGate } from '../../../src/edge/capture/capture-gate.ts';
import { Sentinel } from '../../../src/edge/capture/sentinel.ts';
import { ethernet } from '../../build/frames.ts';
import { tcp, udp } from '../../build/packets.ts';

const frameOf = (bytes: Uint8Array): Frame => ({ bytes, start: 0, end: bytes.length, wireLength: bytes.length, at: 0, link: 1, interfaceId: 0, index: 1, process: -1 });

const data = (text: string): Frame => frameOf(ethernet(udp({ from: '127.0.0.1:5', to: '127.0.0.1:6', payload: `${'.'.repeat(60)}${text}`, id: 1 })));

/** What a sentinel sends, as a frame: its own socket shows it. */
async function opened(): Promise<{ readonly sentinel: Sentinel; readonly sent: () => Promise<Frame> }> {
  const sentinel = await Sentinel.open();
  if (sentinel === undefined) throw new Error('loopback takes no datagrams');
  onTestFinished(() => sentinel.close());
  return {
    sentinel,
    async sent() {
      const heard = once(sentinel['socket'], 'message');
      sentinel.send();
      const [payload]: unknown[] = await heard;
      if (!(payload instanceof Uint8Array)) throw new Error('a datagram has a payload');
      return frameOf(ethernet(udp({ from: `127.0.0.1:${sentinel['port']}`, to: `127.0.0.1:${sentinel['port']}`, payload: Buffer.from(payload).toString('latin1'), id: 1 })));
    },
  };
}

describe('a sentinel', () => {
  it('is known again by its mark and its number', async () => {
    const { sentinel, sent } = await opened();
    const first = await sent();
    expect([sentinel.hasSeen(1), sentinel.isIn(first), sentinel.hasSeen(1), sentinel.hasSeen(2)]).toEqual([false, true, true, false]);
    expect([sentinel.isIn(await sent()), sentinel.hasSeen(2)]).toEqual([true, true]);
  });

  it('is not taken for another run\'s, nor for a frame that differs in one byte, nor for a short one', async () => {
    const { sentinel, sent } = await opened();
    const other = await opened();
    const frame = await sent();
    expect(other.sentinel.isIn(frame)).toBe(false);
    for (const back of [1, 2, 48]) {
      const bytes = Uint8Array.from(frame.bytes);
      bytes[bytes.length - back] = (bytes[bytes.length - back] ?? 0) ^ 1;
      expect([back, sentinel.isIn(frameOf(bytes))]).toEqual([back, false]);
    }
    expect(sentinel.isIn(frameOf(frame.bytes.subarray(frame.end - 48)))).toBe(false);
  });

  it('is nothing that anybody else could hide behind: not to or from elsewhere, not behind other data, not of another protocol', async () => {
    const { sentinel, sent } = await opened();
    const { bytes } = await sent();
    const port = sentinel['port'];
    const payload = Buffer.from(bytes.subarray(bytes.length - 52)).toString('latin1');
    const own = `127.0.0.1:${port}`;
    const forged: Readonly<Record<string, Uint8Array>> = {
      'to elsewhere': ethernet(udp({ from: own, to: `198.51.100.9:${port}`, payload, id: 1 })),
      'from elsewhere': ethernet(udp({ from: `198.51.100.9:${port}`, to: own, payload, id: 1 })),
      'to another port': ethernet(udp({ from: own, to: '127.0.0.1:53', payload, id: 1 })),
      'from another port': ethernet(udp({ from: '127.0.0.1:53', to: own, payload, id: 1 })),
      'behind other data': ethernet(udp({ from: own, to: own, payload: `${'x'.repeat(28)}${payload}`, id: 1 })),
      'in TCP': ethernet(tcp({ from: own, to: own, payload: `${'x'.repeat(8)}${payload}`, id: 1 })),
    };
    expect(Object.entries(forged).filter(([, frame]) => sentinel.isIn(frameOf(frame))).map(([how]) => how)).toEqual([]);
  });

  it('proves nothing by a number that was never sent', async () => {
    const { sentinel, sent } = await opened();
    const { bytes } = await sent();
    const later = Uint8Array.from(bytes);
    later[bytes.length - 49] = 9;
    expect([sentinel.isIn(frameOf(later)), sentinel.hasSeen(1), sentinel.hasSeen(9)]).toEqual([true, false, false]);
  });

  it('goes only to the socket that sends it', async () => {
    const { sentinel, sent } = await opened();
    const near = createSocket('udp4');
    onTestFinished(() => void near.close());
    near.bind(0, '127.0.0.1');
    await once(near, 'listening');
    const heard: unknown[] = [];
    near.on('message', (message) => heard.push(message));
    await sent();
    expect([heard, sentinel['socket'].address().address]).toEqual([[], '127.0.0.1']);
  });

  it('is kept back by the gate, which passes other frames on only while it is open', async () => {
    const { sentinel, sent } = await opened();
    const passed: string[] = [];
    const gate = new CaptureGate({
      frame: ({ bytes }) => void passed.push(Buffer.from(bytes).toString('latin1').slice(-4)), interfaceSeen: ({ id }) => void passed.push(`interface ${id}`),
      processSeen: ({ pid }) => void passed.push(`process ${pid}`), dropped: () => void passed.push('dropped'), problem: ({ code }) => void passed.push(code),
    }, sentinel);
    expect(gate.hasBegun).toBe(false);
    gate.interfaceSeen({ id: 0, link: 1 });
    gate.frame(data('shut'));
    gate.frame(await sent());
    gate.isOpen = true;
    gate.frame(data('open'));
    gate.frame(await sent());
    gate.dropped();
    gate.problem({ code: 'file-cut' });
    expect([gate.hasBegun, sentinel.hasSeen(2), passed]).toEqual([true, true, ['interface 0', 'open', 'file-cut']]);
  });
});
