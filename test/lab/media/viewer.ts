import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { RTCPeerConnection, type RTCDataChannel } from 'werift';
import * as z from 'zod';
import { CLOUD_DESKTOP, ECHO_PORT, RELAY, SCREEN, type Media } from './switches.ts';

const ANSWER = z.object({ type: z.literal('answer'), sdp: z.string() });
const PATIENCE = 12_000;
/** The library waits long for a far end that is gone already. */
const CLOSING = 1000;

/** Opens a cloud desktop, watches its screen and types, and closes it again. */
export async function viewCloudDesktop(media: Media): Promise<void> {
  const session = await connect(['screen', 'input']);
  if (media === 'relay-anyway') await sendThroughRelay();
  for (let count = 0; count < SCREEN.messages; count += 1) {
    for (const channel of session.channels) if (channel.label === 'input') channel.send(Buffer.from(`key ${count}`));
    await pause(SCREEN.pause);
  }
  await pause(500);
  await session.close();
}

/** A helper of the app that always takes the relay: coturn's own client, which sends and gets its payload back. */
async function sendThroughRelay(): Promise<void> {
  const { address } = await lookup(RELAY.host);
  const words = ['-u', RELAY.user, '-w', RELAY.password, '-n', '12', '-l', '800', '-m', '1', '-c', '-e', CLOUD_DESKTOP, '-r', String(ECHO_PORT), '-p', String(RELAY.port), address];
  await once(spawn('turnutils_uclient', words, { stdio: 'ignore' }), 'exit');
}

interface Session {
  readonly channels: readonly RTCDataChannel[];
  close(): Promise<void>;
}

/** One connection with all its channels open; what it offers goes to the cloud desktop by way of the vendor's server. */
async function connect(labels: readonly string[]): Promise<Session> {
  const { host, port, user, password } = RELAY;
  const connection = new RTCPeerConnection({
    // Without a STUN server of its own the library asks stun.l.google.com.
    iceServers: [{ urls: `stun:${host}:${port}` }, { urls: `turn:${host}:${port}`, username: user, credential: password }],
    iceUseIpv6: false,
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
  return { channels, close: () => Promise.race([connection.close(), pause(CLOSING)]) };
}
