/**
 * Records what real resolvers and their clients say to each other into
 * fixtures/wire/dns: starts unbound and dnsmasq on loopback with a zone of its
 * own, puts a relay in between that writes each passage down, and runs dig,
 * kdig, nsupdate and Node's resolver through it. Run by hand when a fixture is
 * added: `node test/tools/record-dns.mjs`; needs unbound, dnsmasq, dig, nsupdate,
 * kdig and openssl. Nothing leaves the machine.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as dns from 'dns-packet';

const HOST = '127.0.0.1';
const UNBOUND = 53_301;
const UNBOUND_TLS = 53_302;
const UNBOUND_HTTPS = 53_303;
const DNSMASQ = 53_304;
const RELAY = 53_310;
const folder = path.resolve(import.meta.dirname, '../../fixtures/wire/dns');
const home = mkdtempSync(path.join(os.tmpdir(), 'record-dns-'));

const running = startServers();
try {
  await wait(1000);
  await record('unbound-edns', 'dig 9.18 and unbound 1.17', UNBOUND, 'EDNS with a cookie, a client subnet and DO.', 'udp', () => run('dig', ['+edns=0', '+cookie', '+dnssec', '+subnet=203.0.113.0/24', 'www.lab.example', 'A']));
  await record('unbound-chaos', 'dig 9.18 and unbound 1.17', UNBOUND, 'Class CH: the version of the resolver.', 'udp', () => run('dig', ['CH', 'TXT', 'version.bind']));
  await record('unbound-update', 'nsupdate 9.18 and unbound 1.17', UNBOUND, 'A dynamic update, which the resolver does not do.', 'udp', () => nsupdate());
  await record('unbound-https-record', 'kdig 3.2 and unbound 1.17', UNBOUND, 'HTTPS with hints of both families.', 'udp', () => run('kdig', ['svc.lab.example', 'HTTPS']));
  await record('unbound-designated', 'kdig 3.2 and unbound 1.17', UNBOUND, 'Discovery of a designated resolver (RFC 9462).', 'udp', () => run('kdig', ['_dns.resolver.arpa', 'TYPE64']));
  await record('unbound-pipelined', 'dns-packet and unbound 1.17', UNBOUND, 'Four questions in one segment; the answers come in an order of their own.', 'tcp', () => pipeline());
  await record('dnsmasq-chain', 'dig 9.18 and dnsmasq 2.90', DNSMASQ, 'An alias and its end.', 'udp', () => run('dig', ['+noedns', 'shop.lab.example', 'A']));
  await record('dnsmasq-truncated', 'dig 9.18 and dnsmasq 2.90', DNSMASQ, 'An answer that does not fit.', 'udp', () => run('dig', ['+noedns', '+ignore', '+notcp', 'big.lab.example', 'TXT']));
  await record('dnsmasq-retried', 'dig 9.18 and dnsmasq 2.90', DNSMASQ, 'The same question over TCP.', 'tcp', () => run('dig', ['+noedns', '+tcp', 'big.lab.example', 'TXT']));
  await record('node-resolver', `Node ${process.versions.node.split('.')[0]} (c-ares) and dnsmasq 2.90`, DNSMASQ, 'Both families, then a name that does not exist.', 'udp', () => nodeLookups());
  await record('kdig-tls', 'kdig 3.2 (GnuTLS) and unbound 1.17', UNBOUND_TLS, 'DNS over TLS: only the hello is in clear.', 'tcp', () => run('kdig', ['+tls', '+tls-hostname=dot.lab.example', 'www.lab.example']), 2);
  await record('kdig-https', 'kdig 3.2 (GnuTLS) and unbound 1.17', UNBOUND_HTTPS, 'DNS over HTTPS: only the hello is in clear.', 'tcp', () => run('kdig', ['+https', '+tls-hostname=doh.lab.example', 'www.lab.example']), 2);
} finally {
  for (const child of running) child.kill();
  rmSync(home, { recursive: true });
}

function startServers() {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=dot.lab.example', '-keyout', path.join(home, 'key.pem'), '-out', path.join(home, 'cert.pem')], { stdio: 'ignore' });
  const local = ['www.lab.example. 300 IN A 203.0.113.10', 'www.lab.example. 300 IN AAAA 2001:db8::10', 'svc.lab.example. 300 IN HTTPS 1 . alpn=h3,h2 port=8443 ipv4hint=203.0.113.11 ipv6hint=2001:db8::11', '_dns.resolver.arpa. 300 IN SVCB 1 doh.lab.example. alpn=h2 ipv4hint=203.0.113.53 key7="/dns-query{?dns}"'];
  writeFileSync(path.join(home, 'unbound.conf'), [
    'server:', '  username: ""', '  chroot: ""', `  directory: "${home}"`, `  pidfile: "${home}/unbound.pid"`, '  use-syslog: no', '  logfile: ""', '  do-not-query-localhost: yes', '  num-threads: 1',
    `  interface: ${HOST}@${UNBOUND}`, `  interface: ${HOST}@${UNBOUND_TLS}`, `  interface: ${HOST}@${UNBOUND_HTTPS}`, `  tls-port: ${UNBOUND_TLS}`, `  https-port: ${UNBOUND_HTTPS}`,
    `  tls-service-key: "${home}/key.pem"`, `  tls-service-pem: "${home}/cert.pem"`, '  local-zone: "example." static', '  local-zone: "resolver.arpa." static',
    ...local.map((row) => `  local-data: '${row}'`), 'remote-control:', '  control-enable: no',
  ].join('\n'));
  const texts = Array.from({ length: 4 }, (_, index) => `--txt-record=big.lab.example,${String(index).repeat(200)}`);
  return [
    spawn('unbound', ['-d', '-c', path.join(home, 'unbound.conf')], { stdio: 'inherit' }),
    spawn('dnsmasq', ['--no-daemon', '--no-resolv', '--no-hosts', '--conf-file=/dev/null', `--listen-address=${HOST}`, '--bind-interfaces', `--port=${DNSMASQ}`, '--user=', '--local=/example/', '--host-record=end.lab.example,203.0.113.20,2001:db8::20', '--cname=shop.lab.example,end.lab.example', ...texts], { stdio: 'inherit' }),
  ];
}

/** One flow through the relay, written down; of TLS only the first passages, what follows is encrypted. */
async function record(name, who, server, what, transport, act, most = Number.POSITIVE_INFINITY) {
  const passages = [];
  const close = transport === 'udp' ? await relayDatagrams(server, passages) : await relayStream(server, passages);
  await act();
  await wait(200);
  await close();
  const lines = passages.slice(0, most).map(({ side, data }) => `${side} ${data.toString('hex').replaceAll(/(.{96})(?=.)/g, '$1\n  ')}`);
  writeFileSync(path.join(folder, `${name}.hex`), [`# recorded from ${who} over a loopback relay`, `# ${what}`, ...lines, ''].join('\n'));
}

async function relayDatagrams(server, passages) {
  const front = createSocket('udp4');
  const back = createSocket('udp4');
  let client;
  front.on('message', (data, from) => {
    client = from;
    passages.push({ side: 'up', data });
    back.send(data, server, HOST);
  });
  back.on('message', (data) => {
    passages.push({ side: 'down', data });
    front.send(data, client.port, client.address);
  });
  await new Promise((resolve) => front.bind(RELAY, HOST, resolve));
  return async () => {
    back.close();
    await new Promise((resolve) => front.close(resolve));
  };
}

async function relayStream(server, passages) {
  const relay = createServer((front) => {
    const back = connect(server, HOST);
    pass(front, back, 'up', passages);
    pass(back, front, 'down', passages);
  });
  await new Promise((resolve) => relay.listen(RELAY, HOST, resolve));
  return () => new Promise((resolve) => relay.close(resolve));
}

function pass(from, to, side, passages) {
  from.on('data', (data) => {
    passages.push({ side, data });
    to.write(data);
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
}

function run(command, words) {
  const place = command === 'kdig' ? [`@${HOST}`, '-p', String(RELAY), '+retry=0'] : [`@${HOST}`, '-p', String(RELAY), '+tries=1'];
  return new Promise((resolve) => spawn(command, [...place, ...words], { stdio: 'ignore' }).on('close', resolve));
}

function nsupdate() {
  const child = spawn('nsupdate', ['-r', '0', '-t', '3'], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(`server ${HOST} ${RELAY}\nzone lab.example\nupdate add new.lab.example 60 A 203.0.113.99\nsend\n`);
  return new Promise((resolve) => child.on('close', resolve));
}

function pipeline() {
  const questions = [['absent.lab.example', 'A'], ['www.lab.example', 'A'], ['www.lab.example', 'AAAA'], ['svc.lab.example', 'A']];
  const messages = questions.map(([name, type], id) => dns.streamEncode({ type: 'query', id: id + 1, flags: dns.RECURSION_DESIRED, questions: [{ name, type }] }));
  const socket = connect(RELAY, HOST);
  socket.write(Buffer.concat(messages));
  socket.resume();
  return wait(300).then(() => socket.end());
}

async function nodeLookups() {
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`${HOST}:${RELAY}`]);
  const answers = await Promise.allSettled([resolver.resolve4('end.lab.example')]);
  answers.push(...(await Promise.allSettled([resolver.resolve6('end.lab.example')])), ...(await Promise.allSettled([resolver.resolve4('absent.lab.example')])));
  return answers;
}
