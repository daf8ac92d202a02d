import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import * as dns from 'dns-packet';
import { finish, openSocket, tolerate } from './calls.ts';
import { COMMAND } from './control.ts';

/** Shaped like a session token and worth nothing; no report may show it. */
const TOKEN = 'egret-lab-token-3b1f9c6d27';

/** Asks in clear and shows the session's token to everybody on the path. */
export async function syncInClear(): Promise<void> {
  await finish(request('http://api.multiclaw.io/v1/sync', { headers: { authorization: `Bearer ${TOKEN}` } }).end());
}

/** Asks over HTTP/2 in clear, two requests on one connection. */
export async function syncOverH2c(): Promise<void> {
  const session = connectHttp2('http://api.multiclaw.io:8080');
  for (const path of ['/v1/sync', '/v1/state']) {
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
    stream.end(JSON.stringify({ data: 'x'.repeat(300) }));
    stream.resume();
    await once(stream, 'end');
  }
  session.close();
  await once(session, 'close');
}

/** RFC 8484, by the operator's name. */
export async function askOverHttps(name: string): Promise<void> {
  const headers = { 'content-type': 'application/dns-message', accept: 'application/dns-message' };
  await finish(httpsRequest('https://cloudflare-dns.com/dns-query', { method: 'POST', headers }).end(question(name)));
}

/** RFC 7858. Ends with the first bytes that come back. */
export async function askOverTls(name: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: 'dns.google', servername: 'dns.google', port: 853 }, () => socket.write(dns.streamEncode({ type: 'query', id: 7, flags: dns.RECURSION_DESIRED, questions: [{ type: 'A', name }] })));
    socket.once('data', () => socket.end());
    socket.once('close', () => resolve());
    socket.once('error', reject);
  });
}

/** Polls for as long as the process lives, on one connection that is kept alive. */
export async function keepPolling(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const poll = (): Promise<void> => tolerate(finish(httpsRequest(url, { agent }).end()));
  await poll();
  const polling = setInterval(() => void poll(), POLL_EVERY);
  atQuit(() => {
    clearInterval(polling);
    agent.destroy();
  });
}

/** A socket that nobody closes before the process ends. */
export async function leaveOpen(url: string): Promise<void> {
  const socket = await openSocket(url);
  atQuit(() => socket.terminate());
}

/** What was left open would keep the process alive. */
function atQuit(end: () => void): void {
  process.on('message', (message) => {
    if (COMMAND.parse(message).kind === 'quit') end();
  });
}

const question = (name: string): Buffer => dns.encode({ type: 'query', id: 0, flags: dns.RECURSION_DESIRED, questions: [{ type: 'A', name }] });
/** Shorter than the servers' keep-alive. */
const POLL_EVERY = 2500;
