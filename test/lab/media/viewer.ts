import { setTimeout as pause } from 'node:timers/promises';
import { RTCPeerConnection, type RTCDataChannel } from 'werift';
import * as z from 'zod';
import { RELAY, SCREEN, type Media } from './switches.ts';

const ANSWER = z.object({ type: z.literal('answer'), sdp: z.string() });
const PATIENCE = 12_000;

/** Opens a cloud desktop, watches its screen and types, and closes it again. */
export async function viewCloudDesktop(media: Media): Promise<void> {
  const main = await connect('all', media === 'relay-anyway' ? ['input'] : ['screen', 'input']);
  const screen = media === 'relay-anyway' ? await connect('relay', ['screen']) : main;
  for (let count = 0; count < SCREEN.messages; count += 1) {
    for (const channel of main.channels) if (channel.label === 'input') channel.send(Buffer.from(`key ${count}`));
    await pause(SCREEN.pause);
  }
  await pause(500);
  for (const session of new Set([main, screen])) await session.close();
}

interface Session {
  readonly channels: readonly RTCDataChannel[];
  close(): Promise<void>;
}

/** One connection with all its channels open; what it offers goes to the cloud desktop by way of the vendor's server. */
async function connect(policy: 'all' | 'relay', labels: readonly string[]): Promise<Session> {
  const { host, port, user, password } = RELAY;
  const connection = new RTCPeerConnection({
    iceServers: [{ urls: `turn:${host}:${port}`, username: user, credential: password }],
    iceTransportPolicy: policy, iceUseIpv6: false,
  });
  const channels = labels.map((label) => connection.createDataChannel(label));
  for (const channel of channels) channel.onMessage.subscribe(() => undefined);
  await connection.setLocalDescription(await connection.createOffer());
  const response = await fetch(`https://${host}/v1/session`, { method: 'POST', body: JSON.stringify(connection.localDescription) });
  await connection.setRemoteDescription(ANSWER.parse(await response.json()));
  for (const deadline = Date.now() + PATIENCE; channels.some(({ readyState }) => readyState !== 'open');) {
    if (Date.now() > deadline) throw new Error(`the cloud desktop did not open: ${connection.connectionState}`);
    await pause(20);
  }
  return { channels, close: () => connection.close() };
}
