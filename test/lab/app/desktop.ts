import { setTimeout as pause } from 'node:timers/promises';
import { callGateway, closeSocket, get, getByHttps, openSocket, tolerate } from './calls.ts';
import { getByCurl } from './curl.ts';
import { APP, GATEWAY_PORT, obey, readArguments, tellReady } from './control.ts';
import type { Phase } from './control.ts';
import { misbehave } from './misbehaviours.ts';
import { noteLocalEnds } from './ports.ts';
import { getByHttp3 } from '../http3/client.ts';
import { noteDatagramEnds } from '../media/ports.ts';


const localEnds = noteLocalEnds();
const ofChildren: string[] = [];
const datagramEnds = noteDatagramEnds();
const { features, misbehave: misbehaviours, updater, media, session = '' } = readArguments(APP);

const UPDATES = 'https://cdn.multiclaw.io/releases/latest.json?version=3.2.0&os=linux';
const checkForUpdate = async (): Promise<void> => {
  if (updater === 'curl') ofChildren.push(...(await getByCurl(UPDATES)));
  else if (updater === 'http3') ofChildren.push(...(await getByHttp3(UPDATES)));
  else await tolerate(getByHttps(UPDATES));
};
const gateway = (path: string, body: unknown): Promise<void> => tolerate(callGateway(GATEWAY_PORT, path, session, body));

const ACTIONS: Readonly<Record<Phase, () => Promise<void>>> = {
  launch: async () => {
    await checkForUpdate();
    await gateway('/v1/status', {});
  },
  idle: () => gateway('/v1/status', {}),
  task: () => gateway('/v1/tasks', { prompt: 'Summarise the quarterly numbers.' }),
  'chat-with-url': async () => {
    if (features.includes('chat-links')) await tolerate(get('https://api.microlink.io/?url=https%3A%2F%2Fwww.example.org%2Freport'));
    if (features.includes('tool-links')) await tolerate(getByHttps('https://www.google.com/s2/favicons?domain=www.example.org'));
  },
  'sop-generation': async () => {
    const progress = await openSocket('wss://ws-mt1.pusher.com/app/3f9d?protocol=7&client=js&version=8.4.0').catch(() => undefined);
    progress?.send(JSON.stringify({ event: 'pusher:subscribe', data: { channel: 'private-sop-17' } }));
    await gateway('/v1/sop', { steps: 4 });
    await pause(1200);
    await closeSocket(progress);
  },
  'cloud-desktop': async () => {
    if (media === undefined) await tolerate(get('https://turn.multiclaw.io/v1/session'));
    // Loaded here only: the WebRTC stack opens no socket in stories without a session.
    else await (await import('../media/viewer.ts')).viewCloudDesktop(media);
  },
  'update-check': checkForUpdate,
};

obey(
  async (phase) => {
    await ACTIONS[phase]();
    await misbehave(misbehaviours, 'desktop', phase);
  },
  async () => {
    // What a WebRTC session leaves behind would keep the process alive for minutes.
    if (media !== undefined) setTimeout(() => process.exit(0), 300).unref();
    return [...localEnds(), ...datagramEnds(), ...ofChildren].sort();
  },
);
tellReady({});
