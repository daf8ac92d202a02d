import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { RTCPeerConnection } from 'werift';
import * as z from 'zod';
import { tellReady } from '../app/control.ts';
import { CLOUD_DESKTOP, OFFERS_PORT, SCREEN } from './switches.ts';

/** The far end of a cloud desktop session: answers offers that the vendor's server hands on, and sends its screen. */
const OFFER = z.object({ type: z.literal('offer'), sdp: z.string() });

const server = createServer((request, response) => {
  request.setEncoding('utf8');
  request.toArray().then(async (parts: string[]) => response.end(JSON.stringify(await answer(parts.join(''))))).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(OFFERS_PORT, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit(0));
tellReady({});

async function answer(offer: string): Promise<unknown> {
  const connection = new RTCPeerConnection({ iceServers: [], iceUseIpv6: false, iceInterfaceAddresses: { udp4: CLOUD_DESKTOP }, iceAdditionalHostAddresses: [CLOUD_DESKTOP] });
  connection.onDataChannel.subscribe((channel) => {
    channel.onMessage.subscribe(() => undefined);
    if (channel.label === 'screen') void sendScreen(channel);
  });
  await connection.setRemoteDescription(OFFER.parse(JSON.parse(offer)));
  await connection.setLocalDescription(await connection.createAnswer());
  return connection.localDescription;
}

async function sendScreen(channel: { readonly readyState: string; send: (data: Buffer) => void }): Promise<void> {
  for (let count = 0; count < SCREEN.messages && channel.readyState !== 'closed'; count += 1) {
    await pause(SCREEN.pause);
    channel.send(Buffer.alloc(SCREEN.bytes, count));
  }
}
