// One client of the proxy benchmark, in a process of its own. `node load.mjs '{"mode":…}'`; prints what it counted as JSON.
//   churn  tunnels made, used for a hello and its answer, and closed: { count, concurrency }
//   echo   one tunnel, 64 bytes there and back: { rounds }
//   bulk   bytes down through some tunnels: { count, bytes }
//   idle   tunnels made and held, `held` told on a line, until standard input ends: { count }
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const { mode, proxy, ports, hello: helloFile, ...wish } = JSON.parse(process.argv[2]);
const hello = readFileSync(helloFile);
let next = 0;

const modes = { churn, echo, bulk, idle };
console.log(JSON.stringify(await modes[mode](wish)));
process.exit(0);

/** A tunnel through the proxy, from one of many own addresses so that ports last. */
function tunnel() {
  const number = next++;
  const port = ports[number % ports.length];
  return new Promise((done, fail) => {
    const socket = connect({ host: '127.0.0.1', port: proxy, localAddress: `127.0.1.${1 + (number % 200)}`, noDelay: true });
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('closed before it stood')));
    socket.once('connect', () => socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`));
    let head = '';
    socket.on('data', function answer(data) {
      head += data.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', answer);
      if (/^HTTP\/1\.[01] 200/.test(head)) done(socket);
      else fail(new Error(head.split('\r\n')[0]));
    });
  });
}

async function churn({ count, concurrency }) {
  const begun = process.hrtime.bigint();
  let left = count;
  let failures = 0;
  const one = async () => {
    while (left > 0) {
      left--;
      try {
        const socket = await tunnel();
        socket.write(hello);
        await new Promise((done, fail) => {
          socket.once('data', done);
          socket.once('close', () => fail(new Error('closed without an answer')));
        });
        socket.destroySoon();
        await new Promise((done) => socket.once('close', done));
      } catch {
        failures++;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const { user, system } = process.cpuUsage();
  return { seconds, failures, ownCpu: (user + system) / 1e6 };
}

async function echo({ rounds }) {
  const socket = await tunnel();
  const word = Buffer.alloc(64, 0x2e);
  const micros = new Float64Array(rounds);
  for (let round = -200; round < rounds; round++) {
    const sent = process.hrtime.bigint();
    socket.write(word);
    await new Promise((done) => socket.once('data', done));
    if (round >= 0) micros[round] = Number(process.hrtime.bigint() - sent) / 1000;
  }
  micros.sort();
  return { p50: micros[Math.floor(rounds / 2)], p99: micros[Math.floor(rounds * 0.99)] };
}

async function bulk({ count, bytes }) {
  const sockets = await Promise.all(Array.from({ length: count }, tunnel));
  const begun = process.hrtime.bigint();
  const sums = await Promise.all(sockets.map((socket) => new Promise((done) => {
    let sum = 0;
    socket.on('data', (data) => { sum += data.length; });
    socket.once('close', () => done(sum));
    socket.write(`B${bytes}\n`);
  })));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  return { seconds, bytes: sums.reduce((sum, one) => sum + one, 0) };
}

async function idle({ count }) {
  const held = [];
  let failures = 0;
  let left = count;
  const one = async () => {
    while (left > 0) {
      left--;
      try {
        const socket = await tunnel();
        // One that the proxy drops later is no idle tunnel.
        socket.once('close', () => { failures++; });
        held.push(socket);
      } catch {
        failures++;
      }
    }
  };
  await Promise.all(Array.from({ length: 32 }, one));
  console.log(JSON.stringify({ held: held.length - failures, failures }));
  await new Promise((done) => process.stdin.once('end', done).resume());
  return { held: held.length, failures };
}
