/** QUIC over flows: who is the client, connections that move, and several between the same ends. */
import { describe, expect, it } from 'vitest';
import type { FlowObservation } from '../../../src/core/observe/observation.ts';
import { bytes } from '../../build/bytes.ts';
import { ethernet } from '../../build/frames.ts';
import { udp } from '../../build/packets.ts';
import { pcapFile, START } from '../../build/pcap.ts';
import { crypto, initial, shortPacket } from '../../build/quic.ts';
import { ascii, helloFor, helloOfServer } from '../decode/payloads/quic/play.ts';
import { observeBytes, type Observed } from '../../observe-file.ts';

const APP = '10.0.0.2:40000';
const HOST = '203.0.113.7:8443';
const ID = ascii('first-choice');
const OTHER = ascii('other-choice');
const CLIENT = ascii('client');
const SERVER = ascii('server-id');

type Timed = readonly [second: number, from: string, to: string, payload: Uint8Array];

const asks = (second: number, host: string, id = ID, from = APP): Timed => [second, from, HOST, initial({ to: id, from: CLIENT, frames: crypto(0, helloFor(host)) })];
const answers = (second: number, id = ID, server = SERVER, to = APP): Timed =>
  [second, HOST, to, initial({ side: 'down', to: CLIENT, from: server, key: id, frames: crypto(0, helloOfServer()), size: 0 })];
const data = (second: number, from: string, to: string, id: Uint8Array): Timed => [second, from, to, shortPacket(id)];
const TALK: readonly Timed[] = [asks(0, 'app.example.com'), answers(0.1), data(0.2, APP, HOST, SERVER), data(0.3, HOST, APP, CLIENT)];

function observe(packets: readonly Timed[]): Observed {
  return observeBytes(pcapFile(packets.map(([second, from, to, payload], id) => ({ bytes: ethernet(udp({ from, to, payload, id, checksum: id })), at: START + Math.round(second * 1e6) }))));
}

const shown = ({ client, server, tls, protocol, outcome, quic }: FlowObservation): string =>
  `${client.address}:${client.port}→${server.port} ${protocol} ${tls?.hello?.sni ?? '-'} ${outcome}${quic?.continues === undefined ? '' : ` of ${quic.continues.flow}`}`;
const flows = (packets: readonly Timed[]): string[] => observe(packets).flows.toSorted((one, other) => one.flow - other.flow).map(shown);

describe('a QUIC flow', () => {
  it('is known on any port, and its client by the packet that only a client sends', () => {
    const { flows: seen, blindSpots } = observe(TALK);
    expect(seen.map(shown)).toEqual(['10.0.0.2:40000→8443 quic app.example.com answered']);
    expect([seen[0]?.direction, seen[0]?.startSeen, seen[0]?.tls?.applicationData, blindSpots]).toEqual(['payload', true, 'both', []]);
  });

  it('whose hello was not captured is told as such, and its client is a guess', () => {
    const { flows: seen, blindSpots } = observe([answers(0), data(0.1, APP, HOST, SERVER)]);
    expect(seen.map((flow) => [flow.protocol, flow.direction, flow.startSeen])).toEqual([['quic', 'port', false]]);
    expect(blindSpots.map(({ code }) => code)).toEqual(['quic-unread']);
  });

  it('that an end closes before its handshake is refused', () => {
    const closed: Timed = [0.1, HOST, APP, initial({ side: 'down', to: CLIENT, from: SERVER, key: ID, frames: bytes(0x1c, 2, 0, 0), size: 0 })];
    expect(flows([asks(0, 'app.example.com'), closed])).toEqual(['10.0.0.2:40000→8443 quic app.example.com rejected-by-server']);
  });

  it('that is never answered was sent only', () => {
    expect(flows([asks(0, 'app.example.com')])).toEqual(['10.0.0.2:40000→8443 quic app.example.com sent-only']);
  });
});

describe('a connection that moves', () => {
  const first = '10.0.0.2:40000→8443 quic app.example.com answered';

  it.each<readonly [string, readonly Timed[], readonly string[]]>([
    ['to another port is known by the identifier of its server', [data(5, '10.0.0.2:41111', HOST, SERVER)], [first, '10.0.0.2:41111→8443 quic app.example.com answered of 1']],
    ['to another address is, too', [data(5, '198.51.100.9:5', HOST, SERVER), data(5.1, HOST, '198.51.100.9:5', CLIENT)], [first, '198.51.100.9:5→8443 quic app.example.com answered of 1']],
    ['under an identifier never seen is not known', [data(5, '10.0.0.2:41111', HOST, ascii('unlinked!'))], [first, '10.0.0.2:41111→8443 unknown - sent-only']],
    ['is not one that goes to another server', [data(5, '10.0.0.2:41111', '203.0.113.8:8443', SERVER)], [first, '10.0.0.2:41111→8443 unknown - sent-only']],
    [
      'may be followed by another one on its new path',
      [data(5, '10.0.0.2:41111', HOST, SERVER), asks(6, 'bad.example.com', OTHER, '10.0.0.2:41111')],
      [first, '10.0.0.2:41111→8443 quic app.example.com answered of 1', '10.0.0.2:41111→8443 quic bad.example.com sent-only'],
    ],
  ])('%s', (_, later, expected) => {
    expect(flows([...TALK, ...later])).toEqual(expected);
  });

  it('is known while its first path is still in use', () => {
    const { flows: seen } = observe([asks(0, 'app.example.com'), answers(0.1), data(0.2, APP, HOST, SERVER), data(0.3, HOST, APP, CLIENT), data(1, '10.0.0.2:41111', HOST, SERVER), data(2, APP, HOST, SERVER)]);
    expect(seen.map((flow) => flow.quic?.continues?.opened)).toEqual([undefined, START]);
  });
});

describe('several connections between the same ends', () => {
  it.each<readonly [string, readonly Timed[], readonly string[]]>([
    ['are told apart', [...TALK, asks(3, 'bad.example.com', OTHER), answers(3.1, OTHER, ascii('second-one'))], ['app.example.com answered', 'bad.example.com answered']],
    ['are told apart before the first is answered', [asks(0, 'app.example.com'), asks(0.1, 'bad.example.com', OTHER)], ['app.example.com sent-only', 'bad.example.com sent-only']],
    ['are not made of repeated packets', [...TALK, asks(0.4, 'app.example.com'), answers(0.5)], ['app.example.com answered']],
  ])('%s', (_, packets, expected) => {
    expect(flows(packets).map((line) => line.split(' ').slice(2).join(' '))).toEqual(expected);
  });
});
