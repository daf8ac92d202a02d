import { describe, expect, it } from 'vitest';
import type { TlsFacts } from '../../../src/core/decode/payloads/tls/facts.ts';
import { guessDirection } from '../../../src/core/observe/direction.ts';
import { outcomeOf, type FlowEnd } from '../../../src/core/observe/outcome.ts';

const SECOND = 1_000_000;
const established: FlowEnd = {
  tcp: true, synSeen: true, synAckSeen: true, synAgain: false, closed: true, finished: true, resetByClient: false, resetByServer: false, icmpError: false,
  up: 0, down: 0, packetsUp: 3, packetsDown: 2, opened: 0, last: SECOND, end: 60 * SECOND, tls: undefined, quic: undefined,
};
const attempt: FlowEnd = { ...established, synAckSeen: false, closed: false, finished: false, packetsUp: 1, packetsDown: 0, last: 0, end: SECOND };
const datagrams: FlowEnd = { ...established, tcp: false, synSeen: false, synAckSeen: false };
const tls = (facts: Partial<TlsFacts>): TlsFacts => ({ applicationData: 'none', ...facts });

describe('the outcome of a flow', () => {
  it.each<readonly [string, FlowEnd, string]>([
    ['a SYN just before the end', attempt, 'attempted'],
    ['a SYN that waited for three seconds', { ...attempt, end: 3 * SECOND }, 'timeout'],
    ['a SYN sent twice', { ...attempt, synAgain: true }, 'timeout'],
    ['a SYN and RST', { ...attempt, resetByServer: true }, 'refused'],
    ['a SYN, RST and an ICMP error', { ...attempt, resetByServer: true, icmpError: true }, 'refused'],
    ['a SYN and an ICMP error', { ...attempt, icmpError: true }, 'unreachable'],
    ['a SYN taken back', { ...attempt, resetByClient: true }, 'abandoned'],
    ['a handshake', established, 'established'],
    ['a handshake and RST', { ...established, resetByServer: true }, 'reset'],
    ['bytes one way only', { ...established, up: 10 }, 'established'],
    ['bytes both ways, then RST', { ...established, up: 10, down: 10, resetByClient: true }, 'app-data'],
    ['open at the end', { ...established, closed: false, finished: false, end: 2 * SECOND }, 'cut'],
    ['open, but silent for long', { ...established, closed: false, finished: false }, 'established'],
    ['a hello and no more', { ...established, up: 500, tls: tls({}) }, 'tls-started'],
    ['a hello, then RST', { ...established, up: 500, resetByServer: true, tls: tls({}) }, 'reset'],
    ['a hello cut by the end', { ...established, closed: false, finished: false, end: 2 * SECOND, tls: tls({}) }, 'cut'],
    ['a fatal alert of the client', { ...established, tls: tls({ alert: { from: 'client', level: 2, code: 48 } }) }, 'rejected-by-client'],
    ['a fatal alert of the server', { ...established, tls: tls({ alert: { from: 'server', level: 2, code: 40 } }) }, 'rejected-by-server'],
    ['a close notification', { ...established, tls: tls({ alert: { from: 'client', level: 1, code: 0 } }) }, 'tls-started'],
    ['a warning of level 1 with another code', { ...established, tls: tls({ alert: { from: 'client', level: 1, code: 46 } }) }, 'rejected-by-client'],
    ['no renegotiation', { ...established, tls: tls({ alert: { from: 'client', level: 1, code: 100 } }) }, 'tls-started'],
    ['a record with the length of an alert', { ...established, tls: tls({ encryptedAlert: true, applicationData: 'one-way' }) }, 'rejected-by-client'],
    ['application data one way', { ...established, tls: tls({ applicationData: 'one-way' }) }, 'app-data'],
    ['application data both ways, then an alert', { ...established, tls: tls({ applicationData: 'both', alert: { from: 'client', level: 2, code: 48 } }) }, 'app-data'],
    ['datagrams without an answer', { ...datagrams, packetsDown: 0 }, 'sent-only'],
    ['datagrams with an answer', datagrams, 'answered'],
    ['datagrams and an ICMP error', { ...datagrams, packetsDown: 0, icmpError: true }, 'unreachable'],
  ])('%s', (_what, flow, outcome) => expect(outcomeOf(flow)).toBe(outcome));
});

describe('a guessed direction', () => {
  it.each([
    ['the local end is the client', { localA: false, localB: true, portA: 40_000, portB: 443 }, { clientIsA: false, how: 'local' }],
    ['a registered port is a server, where both ends are local', { localA: true, localB: true, portA: 443, portB: 40_000 }, { clientIsA: false, how: 'port' }],
    ['a registered port is a server, where none is local', { localA: false, localB: false, portA: 40_000, portB: 8443 }, { clientIsA: true, how: 'port' }],
    ['port 0 is no server', { localA: false, localB: false, portA: 0, portB: 40_000 }, { clientIsA: true, how: 'first-sender' }],
    ['two servers: who sent first', { localA: false, localB: false, portA: 443, portB: 80 }, { clientIsA: true, how: 'first-sender' }],
  ] as const)('%s', (_what, ends, expected) => expect(guessDirection(ends)).toEqual(expected));
});
