import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { closeSocket, openSocket, post, tolerate } from './calls.ts';
import { APP, GATEWAY_PORT, obey, readArguments, tellReady } from './control.ts';
import { misbehave } from './misbehaviours.ts';
import { noteLocalEnds } from './ports.ts';


const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'https://api.openai.com/v1/chat/completions',
  anthropic: 'https://api.anthropic.com/v1/messages',
  gemini: 'https://generativelanguage.googleapis.com/v1beta/models/gemini:generateContent',
  mcp: 'https://mcp.tools.example/mcp',
};

const EVENTS = 'wss://ws.multiclaw.io/v1/events';
const SPARE = 'wss://rt2.spare-cloud.example/v1/events';
/** Longer than what breaks connections in a story lasts. */
const BACK_AFTER = 1500;
const localEnds = noteLocalEnds();
const { features, misbehave: misbehaviours } = readArguments(APP);
const secret = randomBytes(32);
const session = createHmac('sha256', secret).update('desktop').digest('hex');
let events: WebSocket | undefined;
let isQuitting = false;
// Long stories beat slower, so that their captures stay small.
const heartbeatEvery = Number(process.env['LAB_HEARTBEAT'] ?? 1000);
let heartbeat: NodeJS.Timeout | undefined;

const server = createServer((request, response) => {
  const shown = String(request.headers['x-session'] ?? '');
  const known = shown.length === session.length && timingSafeEqual(Buffer.from(shown), Buffer.from(session));
  request.resume();
  request.on('end', () => {
    const work = known && request.url === '/v1/tasks' ? runTask() : Promise.resolve();
    work.then(() => response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' }).end('{"state":"done"}'), () => response.destroy());
  });
});
server.listen(GATEWAY_PORT, '127.0.0.1');
await once(server, 'listening');

obey(
  async (phase) => {
    if (phase === 'launch') await connect();
    await misbehave(misbehaviours, 'gateway', phase);
    if (phase === 'idle') await pause(2000);
  },
  async () => {
    isQuitting = true;
    clearInterval(heartbeat);
    await closeSocket(events);
    server.close();
    server.closeAllConnections();
    return localEnds();
  },
);
tellReady({ session });

async function connect(): Promise<void> {
  await tolerate(post('https://api.multiclaw.io/v1/sync', 600));
  heartbeat = setInterval(() => void tolerate(post('https://api.multiclaw.io/v1/heartbeat', 120)), heartbeatEvery);
  for (let attempt = 0; attempt < 4 && events === undefined; attempt += 1) {
    await pause(attempt * 250);
    events = await openSocket(EVENTS).catch(() => undefined);
  }
  events?.once('close', () => void comeBack());
}

/** Whoever breaks the events off gets them back once, from the same host unless the story says otherwise. */
async function comeBack(): Promise<void> {
  if (isQuitting) return;
  await pause(BACK_AFTER);
  const url = misbehaviours.includes('falls-back-to-spare') ? SPARE : EVENTS;
  events = await openSocket(url).catch(() => undefined);
}

async function runTask(): Promise<void> {
  for (const [feature, url] of Object.entries(PROVIDERS)) {
    if (features.includes(feature)) await tolerate(post(url, 3200));
  }
  events?.send(JSON.stringify({ type: 'task-update', state: 'done' }));
  await tolerate(post('https://api.multiclaw.io/v1/tasks/1', 500));
}
