/** What the proxy tells of the process that its finder found. */
import { streamDecode, streamEncode } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { Process } from '../../../src/core/observe/observation.ts';
import { firstOf, Loopback, until } from './loopback.ts';

const CURL: Process = { pid: 7, name: wireText('curl') };
let open: Loopback | undefined;
afterEach(async () => open?.close());

describe('a client whose process is found', () => {
  it('is told with its connection and with what it looks up inside its tunnel', async () => {
    const loopback = (open = await Loopback.open({ ownerOf: async () => CURL }));
    const port = await loopback.serving((socket) => {
      socket.once('data', (data) => {
        const { id, questions } = streamDecode(data);
        socket.end(streamEncode({ type: 'response', ...(id === undefined ? {} : { id }), questions: questions ?? [], answers: [{ type: 'A', name: 'a.example', ttl: 60, data: '192.0.2.1' }] }));
      });
    });
    const client = await loopback.client();
    client.write(`CONNECT dns.test:${port} HTTP/1.1\r\nHost: dns.test:${port}\r\n\r\n`);
    await firstOf(client, 30);
    client.end(streamEncode({ type: 'query', id: 5, flags: 256, questions: [{ type: 'A', name: 'a.example' }] }));
    await until(() => loopback.flows().length === 1);
    expect(loopback.flows()[0]?.process).toBe(CURL);
    expect(loopback.observations.find((one) => one.kind === 'lookup')?.process).toBe(CURL);
  });

  it('is not counted as unknown, and another one is', async () => {
    let isKnown = true;
    const loopback = await Loopback.open({ ownerOf: async () => (isKnown ? CURL : undefined) });
    for (const known of [true, false, false]) {
      isKnown = known;
      const before = loopback.flows().length;
      (await loopback.client()).end('NONSENSE\r\n\r\n');
      await until(() => loopback.flows().length > before);
    }
    await loopback.close();
    expect(loopback.observations.filter((one) => one.kind === 'blind-spot' && one.code === 'owner-unknown')).toMatchObject([{ count: 2 }]);
  });
});
