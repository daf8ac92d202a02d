/**
 * The app of the demo, as a program of its own: two processes that play their
 * scenes one after the other through the proxy that their environment names.
 * Takes its part and its environment, gives an exit code. Resolves no name and
 * opens no connection but to that proxy.
 */
import { fork } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { question } from './dns.ts';
import { HTTPS_PORT, RESOLVER, ROOTS_VARIABLE, SCENES, UPLOADED, type Manner, type Part, type Scene } from './scenes.ts';

export interface AppSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This program's file, to start the other part with. */
  readonly file: string;
  readonly complain: (text: string) => void;
}

/** Plays the part that the words name; 0 when every scene went as it should. */
export async function playApp(words: readonly string[], around: AppSurroundings): Promise<number> {
  const part: Part = words.includes(GATEWAY_WORD) ? 'gateway' : 'desktop';
  try {
    for (const [index, scene] of SCENES.entries()) {
      if (scene.by === part) await play(scene, around);
      // The gateway's scenes stand together; it is started for the first of them.
      else if (part === 'desktop' && SCENES[index - 1]?.by === part) await startGateway(around.file);
    }
    return 0;
  } catch (error) {
    around.complain(`the demo's ${part} stopped: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function play(scene: Scene, { env }: AppSurroundings): Promise<void> {
  const { host, manner, server } = scene;
  try {
    if (manner === 'lookup') return await exchange(await tunnel(env, RESOLVER.address, RESOLVER.port), question(host));
    const socket = await tunnel(env, host, HTTPS_PORT);
    const secure = connectTls({ socket, servername: host, ca: env[ROOTS_VARIABLE], ALPNProtocols: ['http/1.1'] });
    return await exchange(secure, requestOf(manner, host));
  } catch (error) {
    // As the vendor says of a blocked provider: the app goes on without it.
    if (server !== 'reset') throw error;
  }
}

function startGateway(file: string): Promise<void> {
  // Its end of the channel closes when the desktop app dies: it does not outlive it.
  const child = fork(file, [GATEWAY_WORD], { execArgv: [] });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => (code === 0 ? done() : fail(new Error('the gateway failed'))));
  });
}

/** A way through the proxy of the environment (RFC 9110 §9.3.6). */
function tunnel(env: AppSurroundings['env'], host: string, port: number): Promise<Socket> {
  const proxy = new URL(env['HTTPS_PROXY'] ?? '');
  return new Promise((done, fail) => {
    const socket = connect({ host: proxy.hostname, port: Number(proxy.port) });
    let head = '';
    const hear = (data: Buffer): void => {
      head += data.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', hear);
      socket.off('error', fail);
      if (head.startsWith('HTTP/1.1 200 ')) done(socket);
      else {
        socket.destroy();
        fail(new Error(`${host} cannot be reached: ${head.split('\r\n', 1)[0] ?? ''}`));
      }
    };
    socket.setTimeout(SCENE_WAIT, () => socket.destroy(new Error(`nothing came from ${host} in time`)));
    socket.on('error', fail);
    socket.on('data', hear);
    socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
  });
}

/** Says its piece, and listens until the server ends it. */
function exchange(socket: Socket, said: Uint8Array): Promise<void> {
  return new Promise((done, fail) => {
    let heard = 0;
    socket.on('error', fail);
    socket.on('data', (data: Buffer) => (heard += data.length));
    socket.on('close', () => (heard > 0 ? done() : fail(new Error('there was no answer'))));
    socket.write(said);
  });
}

function requestOf(manner: Manner, host: string): Buffer {
  const line = manner === 'upload' ? `POST /v1/sync HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${UPLOADED}` : `GET / HTTP/1.1\r\nHost: ${host}`;
  const upgrade = manner === 'upgrade' ? '\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' : '\r\nConnection: close';
  return Buffer.concat([Buffer.from(`${line}${upgrade}\r\n\r\n`), Buffer.alloc(manner === 'upload' ? UPLOADED : 0, 'x')]);
}

/** The word by which policies know the gateway's process. */
export const GATEWAY_WORD = 'openclaw-gateway';
/** The name by which they know the desktop app's. */
export const DESKTOP_TITLE = 'MultiClaw-demo';
/** In ms without a byte: on loopback only a machine that stands still takes so long. */
const SCENE_WAIT = 10_000;
