/** What is said to break at a host: only what was seen to, and hints where TLS hides the answer. */
import { describe, expect, it } from 'vitest';
import { breakages } from '../../../src/core/judge/breakage.ts';
import { buildRun } from '../../build/judged-run.ts';
import type { RunSketch } from '../../build/run-sketch.ts';

type Sketch = NonNullable<RunSketch['destinations']>[number];

const wss: Sketch = { name: 'ws.example', verdict: 'declared', entry: 'ws', version: 'TLS1.3', count: 3, handshakes: { brief: 3 } };
const http: Sketch = { name: 'ws.example', verdict: 'declared', entry: 'ws', protocol: 'http', port: '80/tcp' };
const media: Sketch = { name: 'ws.example', verdict: 'declared', entry: 'ws', port: '3478/udp', protocol: 'stun', outcome: 'sent-only', reached: 'attempted', up: 20 };
const relay: Sketch = { name: 'ws.example', verdict: 'declared', entry: 'ws', protocol: 'stun', outcome: 'reset', reached: 'established', up: 20 };
const quic: Sketch = { ...media, port: '443/udp', protocol: 'unknown' };

describe('at a host', () => {
  it.each<[string, readonly Sketch[], readonly string[]]>([
    ['an upgrade in clear that nobody answered with 101 is a break', [{ ...http, upgrades: { asked: 3, switched: 1 } }], ['seen websocket: WebSocket: 2 of 3 upgrades asked for in clear never got a 101']],
    ['sockets that are over at once, all of them, are a hint', [wss], ['hint websocket: WebSocket: all 3 connections were over within 5 s, as when the upgrade is turned away; TLS hides the answer']],
    ['a relay on 443/tcp without an answer is a break', [relay], ['seen turn-tcp: TURN: 1 connection to 443/tcp got no answer']],
    ['media ports without an answer are a break, each', [media, { ...media, port: '5349/udp', count: 2 }], ['seen media-udp: STUN and TURN over UDP: 1 flow to 3478/udp got no answer', 'seen media-udp: STUN and TURN over UDP: 2 flows to 5349/udp got no answer']],
    ['a certificate refused in clear is a break', [{ ...wss, handshakes: { certificateAlerts: 2 } }], ['seen certificate: TLS: the client refused the certificate in 2 connections']],
    ['a client that gives up behind encryption is a hint', [{ ...wss, handshakes: { hiddenAlerts: 1 } }], ["hint certificate: TLS: the client gave up right after the server's flight in 1 connection; why is encrypted"]],
    ['sessions that all ended without data are a hint', [{ ...wss, version: 'TLS1.2', handshakes: { unused: 3 } }], ['hint certificate: TLS: all 3 connections were closed within 5 s without data, as by a client that refuses the certificate after the handshake']],
    ['h2 that the host chose elsewhere is a break', [{ ...wss, handshakes: { h2Dropped: 1, h2Chosen: 4 } }], ['seen http2: HTTP/2: offered and not chosen in 1 connection, chosen in 4']],
    ['h2 that it was never seen to choose is a hint', [{ ...wss, handshakes: { h2Dropped: 1 } }], ['hint http2: HTTP/2: offered and not chosen in 1 connection; whether the server itself speaks it was not seen']],
    ['QUIC that TCP took over from is a break', [quic, { ...wss, handshakes: { brief: 0 } }], ['seen quic: HTTP/3: 1 flow to 443/udp came to nothing and TCP took over']],
  ])('%s', (_, destinations, want) => {
    expect(broken(destinations)).toEqual(want);
  });

  it('counts silent media ports past the fourth', () => {
    const ports = [3478, 5349, 5000, 5001, 5002, 5003].map((port) => Object.assign({}, media, { port: `${port}/udp` }));
    expect(broken(ports).at(-1)).toBe('seen media-udp: STUN and TURN over UDP: 2 more ports got no answer');
  });

  it.each<[string, readonly Sketch[]]>([
    ['upgrades that all came', [{ ...http, upgrades: { asked: 2, switched: 2 } }]],
    ['two short sockets', [{ ...wss, count: 2, handshakes: { brief: 2 } }]],
    ['short sockets beside one that lived', [wss, { ...wss, count: 1, handshakes: { brief: 0 } }]],
    ['two sessions without data', [{ ...wss, count: 2, handshakes: { unused: 2 } }]],
    ['sessions without data beside one that carried some', [{ ...wss, handshakes: { unused: 3 } }, { ...wss, count: 1, handshakes: { brief: 0 } }]],
    ['short connections of an entry that is not WebSocket only', [{ ...wss, name: 'api.example', entry: 'api' }]],
    ['media that was answered once', [media, { ...media, down: 40, outcome: 'answered' }]],
    ['a relay that answered once', [relay, { ...relay, down: 40 }]],
    ['QUIC that nobody followed up on', [quic]],
  ])('%s break nothing', (_, destinations) => {
    expect(broken(destinations)).toEqual([]);
  });
});

function broken(destinations: readonly Sketch[]): string[] {
  const run = buildRun({ policy: { entries: [{ id: 'ws', protocols: ['wss'] }, { id: 'api', protocols: ['https', 'wss'] }] }, destinations: [...destinations] });
  const entry = run.policy.entries.find(({ id }) => id === destinations[0]?.entry);
  return breakages(run.destinations, entry).map(({ sure, what, says }) => `${sure} ${what}: ${says}`);
}
