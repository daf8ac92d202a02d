import { describe, expect, it } from 'vitest';
import { attemptOf, depthOf } from '../../../src/core/judge/attempt.ts';
import type { HttpPart } from '../../../src/core/decode/payloads/http/facts.ts';
import { connection, START, type ConnectionParts } from '../../build/connection.ts';

const HEAD = { at: START, frame: 1 };
const http = (form: HttpPart['form'], status: number): HttpPart => ({ form, methods: ['GET'], switched: false, status, requests: 1, first: HEAD, last: HEAD, up: 0, down: 0 });
const SILENT = { down: 0, tls: { applicationData: 'none' } } as const;

describe('attemptOf', () => {
  it.each<[string, ConnectionParts, string]>([
    ['application data came through', { outcome: 'app-data' }, 'through'],
    ['a handshake alone came through', { outcome: 'established' }, 'through'],
    ['a RST to the SYN', { outcome: 'refused' }, 'tcp refused'],
    ['a SYN without answer', { outcome: 'attempted' }, 'tcp no answer'],
    ['a SYN given up', { outcome: 'timeout' }, 'tcp timeout'],
    ['an ICMP error names its type and code', { outcome: 'unreachable', icmpError: '3/13' }, 'tcp icmp 3/13 (administratively prohibited)'],
    ['an ICMPv6 error names that of its family', { outcome: 'unreachable', icmpError: '1/1', from: { address: '2001:db8::2', port: 50_000 } }, 'tcp icmp 1/1 (administratively prohibited)'],
    ['an ICMP code without a name', { outcome: 'unreachable', icmpError: '3/99' }, 'tcp icmp 3/99'],
    ['an ICMP error to a datagram', { outcome: 'unreachable', transport: 'udp', icmpError: '3/3' }, 'udp icmp 3/3 (port unreachable)'],
    ['a reset before the server hello', { outcome: 'reset', ...SILENT }, 'tls reset'],
    ['a reset before any payload', { outcome: 'reset', protocol: 'unknown', down: 0 }, 'tcp reset'],
    ['a reset after application data came through before', { outcome: 'reset', tls: { applicationData: 'both' } }, 'through'],
    ['a reset of another protocol that had answered', { outcome: 'reset', protocol: 'ssh', down: 10 }, 'through'],
    ['a hello swallowed on the way', { outcome: 'tls-started', ...SILENT }, 'tls no answer'],
    ['a hello answered by a close', { outcome: 'tls-started', closed: START, ...SILENT }, 'tls closed without an answer'],
    ['the client refused the certificate', { outcome: 'rejected-by-client' }, 'tls rejected by client'],
    ['the server refused the client', { outcome: 'rejected-by-server' }, 'tls rejected by server'],
    ['refused at a sinkhole that DNS gave', { outcome: 'refused', names: ['dns a.x.io'], to: { address: '127.0.0.1', port: 443 } }, 'dns sinkhole'],
    ['answered at a sinkhole that DNS gave', { outcome: 'app-data', names: ['dns a.x.io'], to: { address: '127.0.0.1', port: 443 } }, 'through'],
    ['refused by the own machine, asked for by address', { outcome: 'refused', to: { address: '127.0.0.1', port: 443 } }, 'tcp refused'],
    ['the proxy refused the tunnel', { outcome: 'app-data', http: http('authority', 403) }, 'proxy 403'],
    ['the proxy wants a password', { outcome: 'app-data', http: http('absolute', 407) }, 'proxy 407'],
    ['the network wants a sign-in', { outcome: 'app-data', http: http('origin', 511) }, 'http 511 (the network wants a sign-in)'],
    ['a 403 that the proxy marks as its own', { outcome: 'app-data', http: { ...http('absolute', 403), refusal: '403' } }, 'proxy 403'],
    ['a 403 to a plain request may be the origin', { outcome: 'app-data', http: http('absolute', 403) }, 'through'],
    ['silence on STUN', { outcome: 'sent-only', transport: 'udp', protocol: 'stun' }, 'udp no answer'],
    ['a one-way datagram nobody must answer', { outcome: 'sent-only', transport: 'udp', protocol: 'unknown' }, 'open'],
    ['the loser of a race', { outcome: 'abandoned' }, 'open'],
    ['cut by the end of the capture before an answer', { outcome: 'cut', down: 0 }, 'open'],
    ['cut by the end of the capture after an answer', { outcome: 'cut' }, 'through'],
  ])('%s', (_, parts, expected) => {
    const { result, layer } = attemptOf(connection(parts));
    expect(layer ?? result).toBe(expected);
  });

  it('orders layers by how far an attempt came', () => {
    const layers = ['tls rejected by client', 'dns NXDOMAIN', 'tcp refused', 'proxy 407', 'tcp timeout', 'tls reset', 'tcp icmp 3/1', 'udp no answer'];
    expect(layers.sort((a, b) => depthOf(a) - depthOf(b))).toEqual(['dns NXDOMAIN', 'udp no answer', 'tcp timeout', 'tcp icmp 3/1', 'tcp refused', 'proxy 407', 'tls reset', 'tls rejected by client']);
  });
});
