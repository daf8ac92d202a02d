import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import * as dns from 'dns-packet';
import { HOSTS } from '../hosts.ts';
import type { Faults } from '../hosts.ts';

const TTL = 60;
// The low four bits of the flags; dns-packet only reads rcode from there.
const RCODE = { SERVFAIL: 2, NXDOMAIN: 3 };
const ZONE = { mname: 'ns1.registry.example', rname: 'hostmaster.registry.example', serial: 1, refresh: 7200, retry: 900, expire: 1_209_600, minimum: 30 };

export async function startDns(address: string, faults: Faults): Promise<void> {
  const udp = createSocket('udp4');
  udp.on('message', (message, peer) => {
    const reply = answer(message, faults);
    if (reply !== undefined) udp.send(dns.encode(reply), peer.port, peer.address);
  });
  udp.bind(53, address);
  await once(udp, 'listening');

  const tcp = createServer((socket) => {
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const length = pending.readUInt16BE(0);
        const reply = answer(pending.subarray(2, 2 + length), faults);
        if (reply !== undefined) socket.write(dns.streamEncode(reply));
        pending = pending.subarray(2 + length);
      }
    });
    socket.on('error', () => socket.destroy());
  });
  tcp.listen(53, address);
  await once(tcp, 'listening');
}

function answer(message: Buffer, faults: Faults): dns.Packet | undefined {
  const query = dns.decode(message);
  const [question] = query.questions ?? [];
  if (question === undefined || query.type !== 'query') return undefined;
  const reply = (rcode: number, answers: dns.Answer[]): dns.Packet => ({
    type: 'response',
    id: query.id ?? 0,
    flags: dns.RECURSION_DESIRED | dns.RECURSION_AVAILABLE | rcode,
    questions: [question],
    answers,
    authorities: answers.length > 0 || rcode === RCODE.SERVFAIL ? [] : [{ type: 'SOA', name: parent(question.name), ttl: ZONE.minimum, data: ZONE }],
  });
  const name = question.name.toLowerCase();
  if (faults.blocks?.silent.includes(name)) return undefined;
  if (faults.servfail.includes(name)) return reply(RCODE.SERVFAIL, []);
  const host = HOSTS.find((each) => each.name === name);
  if (host === undefined || faults.nxdomain.includes(name)) return reply(RCODE.NXDOMAIN, []);

  const sinkhole = faults.blocks?.sinkhole[name];
  if (sinkhole !== undefined) return reply(0, question.type === 'A' ? [{ type: 'A', name: question.name, ttl: TTL, data: sinkhole }] : []);

  const owner = host.alias ?? question.name;
  const chain: dns.Answer[] = host.alias === undefined ? [] : [{ type: 'CNAME', name: question.name, ttl: TTL, data: host.alias }];
  if (question.type === 'A') return reply(0, [...chain, { type: 'A', name: owner, ttl: TTL, data: host.v4 }]);
  if (question.type === 'AAAA' && host.v6 !== undefined) return reply(0, [...chain, { type: 'AAAA', name: owner, ttl: TTL, data: host.v6 }]);
  return reply(0, chain);
}

const parent = (name: string): string => name.split('.').slice(1).join('.') || '.';
