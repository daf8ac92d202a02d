/**
 * How long it takes to find the process behind a new connection, as the proxy
 * asks: with the kernel asked through koffi and with its tables read, among
 * idle processes, with many sockets open, and while every core is busy.
 * `npm run bench:owners`; prints a table for docs/performance.md.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { OwnerFinder } from '../../src/edge/owners/finder.ts';

interface Case {
  readonly name: string;
  /** Idle processes beside the client. */
  readonly idle: number;
  /** Connections that the client keeps open, of which each new one is looked for. */
  readonly open: number;
  readonly isBusy: boolean;
}

const CASES: readonly Case[] = [
  { name: '300 idle processes, one connection after the other', idle: 300, open: 1, isBusy: false },
  { name: '300 idle processes, 2,000 connections left open', idle: 300, open: 2_000, isBusy: false },
  { name: '300 idle processes, every core busy', idle: 300, open: 1, isBusy: true },
];
const LOOKUPS = 2_000;

async function measure({ name, idle, open, isBusy }: Case, way: 'koffi' | 'tables'): Promise<void> {
  const finder = await OwnerFinder.open(way === 'koffi' ? {} : { ask: null });
  if (finder === undefined) throw new Error('owners are found on Linux only');
  const children: ChildProcess[] = [];
  const server = createServer();
  try {
    for (let index = 0; index < idle; index++) children.push(spawn('sleep', ['600']));
    if (isBusy) for (let core = 0; core < availableParallelism(); core++) children.push(spawn(process.execPath, ['-e', 'for (;;);']));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { times, found } = await lookUp(server, finder, open, children);
    times.sort((a, b) => a - b);
    const at = (share: number): string => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(2);
    console.log(`| ${name} | ${way} | ${found} of ${times.length} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`);
  } finally {
    for (const child of children) child.kill();
    server.close();
  }
}

/** Finds the owner of each connection of a client that waits for its answer before it makes the next. */
async function lookUp(server: Server, finder: OwnerFinder, open: number, children: ChildProcess[]): Promise<{ readonly times: number[]; readonly found: number }> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const client = spawn(process.execPath, ['-e', CLIENT, String(address.port), String(LOOKUPS), String(open)], { stdio: 'ignore' });
  children.push(client);
  const times: number[] = [];
  let found = 0;
  const one = async (socket: Socket): Promise<void> => {
    const begun = performance.now();
    const local = { address: '127.0.0.1', port: socket.remotePort ?? 0 };
    const owner = await finder.ownerOf({ transport: 'tcp', local, remote: { address: '127.0.0.1', port: address.port } });
    times.push(performance.now() - begun);
    if (owner?.pid === client.pid) found++;
    socket.write('go on');
  };
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    void one(socket);
  });
  while (times.length < LOOKUPS) await new Promise((done) => setTimeout(done, 10));
  return { times, found };
}

const CLIENT = `
const { connect } = require('node:net');
const [port, lookups, most] = process.argv.slice(1).map(Number);
const open = [];
let made = 0;
const next = () => {
  if (made++ >= lookups) return;
  const socket = connect(port, '127.0.0.1');
  open.push(socket);
  socket.on('error', () => {});
  socket.once('data', () => { if (open.length >= most) open.shift().destroy(); next(); });
};
next();
setInterval(() => {}, 1000);
`;

console.log('| case | way | found | p50 ms | p99 ms | most ms |\n|---|---|---|---|---|---|');
for (const one of CASES) for (const way of ['koffi', 'tables'] as const) await measure(one, way);
