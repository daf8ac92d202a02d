/** The programs of the stage, as text: they run from a folder of the test's own, by whatever Node runs the test. Small internet and hostile app; neither knows what egret does. */

/** Every name of the stage; the address names one host only, but for the two that share one. */
export const HOSTS: Readonly<Record<string, string>> = {
  'api.multiclaw.io': '203.0.113.10',
  'ws.multiclaw.io': '203.0.113.11',
  'collector.acme-metrics.example': '198.51.100.50',
  'shared.acme-metrics.example': '203.0.113.10',
  'o4505.ingest.sentry.io': '198.51.100.60',
  'us.i.posthog.com': '198.51.100.61',
};
export const RESOLVER = '203.0.113.53';
/** Another resolver, which nobody told the machine of. */
export const OTHER_RESOLVER = '198.51.100.53';
/** Where STUN, datagrams and connections to a bare address go. */
export const NAMELESS = '198.51.100.90';

/** DNS at both resolvers; TLS 1.3 on 443, HTTP and a proxy on 80 at every address. Says `ready` in a file. */
export const SERVERS = `
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer as http } from 'node:http';
import { createServer as https } from 'node:https';
import { connect } from 'node:net';
const { hosts, resolvers, root, pem, key } = JSON.parse(readFileSync('stage.json', 'utf8'));
const dns = createRequire(root)('dns-packet');
const listening = (server, ...where) => new Promise((done) => server.listen(...where, done));
const sayHi = (request, response) => response.end('hi');
for (const address of resolvers) {
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const { id, questions } = dns.decode(message);
    const [{ name, type }] = questions;
    const data = hosts[name.toLowerCase()];
    const answers = data === undefined || type !== 'A' ? [] : [{ type: 'A', name, ttl: 60, data }];
    socket.send(dns.encode({ type: 'response', id, flags: 0x180 | (data === undefined ? 3 : 0), questions, answers }), peer.port, peer.address);
  });
  await new Promise((done) => socket.bind(53, address, done));
}
await listening(https({ cert: readFileSync(pem), key: readFileSync(key), minVersion: 'TLSv1.3' }, sayHi), 443, '0.0.0.0');
// Whatever proxy an app brings itself leads to the same servers.
const tunnel = (request, socket) => { const server = connect(443, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\\r\\n\\r\\n')); for (const end of [socket, server]) end.on('error', () => {}); socket.pipe(server).pipe(socket); };
await listening(http(sayHi).on('connect', tunnel), 80, '0.0.0.0');
writeFileSync('ready', '');
`;

/** Words in pairs: what to do, and with what. Waits for each before the next, and never longer than it takes. */
export const APP = `
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { request } from 'node:http';
import { connect, Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import { spawnSync } from 'node:child_process';
const { hosts, root } = JSON.parse(readFileSync('stage.json', 'utf8'));
const dns = createRequire(root)('dns-packet');
const ask = (name) => 'GET / HTTP/1.1\\r\\nHost: ' + name + '\\r\\nConnection: close\\r\\n\\r\\n';
const say = (socket, name, done) => { socket.on('error', () => {}).on('close', done).on('end', () => socket.end()).resume(); socket.write(ask(name)); };
const send = (bytes, port, address, done, wait = 0) => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').on('error', () => socket.close(done));
  socket.send(bytes, port, address, () => setTimeout(() => socket.close(done), wait));
};
const through = (name, done, port = 443) => {
  const [, host, at] = /^http:\\/\\/(.+):(\\d+)/.exec(process.env.HTTPS_PROXY);
  request({ agent: false, host, port: at, method: 'CONNECT', path: name + ':' + port, headers: { host: name + ':' + port } })
    .on('connect', (answer, socket) => answer.statusCode === 200 ? done(socket) : (socket.destroy(), done())).on('error', () => done()).end();
};
export const ACTS = {
  via: (name, done) => through(name, (socket) => socket === undefined ? done() : say(secure({ socket, servername: name, rejectUnauthorized: false }), name, done)),
  around: (name, done) => say(secure({ host: hosts[name], port: 443, servername: name, rejectUnauthorized: false }), name, done),
  clear: (name, done) => say(connect(80, hosts[name]), name, done),
  bare: (address, done) => say(secure({ host: address, port: 443, rejectUnauthorized: false }), address, done),
  lookup: (what, done) => {
    const [name, resolver] = what.split('@');
    const socket = createSocket('udp4');
    socket.on('message', () => socket.close(done));
    socket.send(dns.encode({ type: 'query', id: 7, flags: 0x100, questions: [{ type: 'A', name }] }), 53, resolver);
  },
  quic: (address, done) => {
    const initial = Buffer.alloc(1200, 0x5a);
    initial.set([0xc3, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0x44, 0x90]);
    send(initial, 443, address, done);
  },
  stun: (address, done) => send(Buffer.from('000100002112a442' + '0b'.repeat(12), 'hex'), 3478, address, done),
  datagram: (to, done) => { const [address, port] = to.split('/'); send('some data', Number(port), address, done); },
  inherited: (name, done) => say(new Socket({ fd: 0 }), name, done),
  shell: (words, done) => { spawnSync('bash', ['-c', words], { stdio: 'inherit' }); done(); },
  wait: (ms, done) => setTimeout(done, Number(ms)),
};
const words = process.argv.slice(2);
for (let at = 0; at < words.length; at += 2) await new Promise((done) => ACTS[words[at]](words[at + 1], done));
`;

/** Two namespaces and a link: the machine of the app, with a resolver of its own in a private /etc/resolv.conf, and the internet. */
export const PRELUDE = `
set -e
ip link set lo up
unshare --net sleep 600 & net=$!
until [ "$(readlink /proc/$net/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
in_net() { nsenter -t $net -n "$@"; }
ip link add eth0 type veth peer name eth0 netns $net
ip addr add 10.77.0.2/24 dev eth0; ip link set eth0 up
in_net ip link set lo up; in_net ip addr add 10.77.0.1/24 dev eth0; in_net ip link set eth0 up
for address in $ADDRESSES; do in_net ip addr add $address/32 dev lo; done
ip route add default via 10.77.0.1
echo "nameserver $RESOLVER" > resolv.conf; mount --bind resolv.conf /etc/resolv.conf
in_net "$NODE" servers.mjs > servers.log 2>&1 &
until [ -e ready ]; do sleep 0.02; done
set +e
egret() { "$NODE" "$EGRET" "$@"; }
APP="$NODE app.mjs"
`;
