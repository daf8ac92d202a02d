/** A run that takes marks: listens on a local socket and answers each wish with what came of it. Leaves no socket behind after `close`. */
import { lstat, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { makeFolder, runsIn, socketName } from './folder.ts';
import { isAbandoned } from './send.ts';
import { LINE_CAP, LINE_WAIT, parseWish, type MarkAnswer, type MarkWish } from './words.ts';

export interface MarkListener {
  /** Path of the socket: an app that egret starts is told it. */
  readonly socket: string;
  close(): Promise<void>;
}

/** Listens in the folder under this process's number. Rejects with a node error code. */
export async function listenForMarks(folder: string, pid: number, take: (wish: MarkWish) => MarkAnswer): Promise<MarkListener> {
  await makeFolder(folder);
  void sweep(folder);
  const socket = path.join(folder, socketName(pid));
  // Left by a killed run whose number this process has now.
  await rm(socket, { force: true });
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    serve(client, take);
  });
  server.maxConnections = CLIENT_CAP;
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(socket, done);
  });
  // Marks are no reason to stay alive.
  server.unref();
  return { socket, close: () => closed(server, open) };
}

/** Takes away what killed runs have left. */
async function sweep(folder: string): Promise<void> {
  try {
    for (const { socket } of await runsIn(folder)) if ((await lstat(socket)).isSocket() && (await isAbandoned(socket))) await rm(socket, { force: true });
  } catch {
    // Marks are taken all the same.
  }
}

async function closed(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  const gone = new Promise<void>((done) => {
    server.close(() => done());
  });
  for (const client of open) client.destroy();
  await gone;
}

function serve(client: Socket, take: (wish: MarkWish) => MarkAnswer): void {
  let text = '';
  client.setEncoding('utf8');
  client.setTimeout(LINE_WAIT, () => client.destroy());
  client.on('error', () => client.destroy());
  client.on('data', (piece: string) => {
    text += piece;
    const end = text.indexOf('\n');
    if (end < 0 && text.length <= LINE_CAP) return;
    client.removeAllListeners('data');
    const wish = end < 0 ? undefined : parseWish(text.slice(0, end));
    client.end(`${JSON.stringify(wish === undefined ? NO_WISH : take(wish))}\n`);
  });
}

const NO_WISH: MarkAnswer = { done: false, said: 'that is no mark', help: 'use the same version of egret for the run and for egret mark' };
/** Marks under way at a time. */
const CLIENT_CAP = 16;
