/**
 * The audited program is the adversary: it may begin as an encrypted or exempt
 * protocol and go on in clear. No beginning, however well made, may then let
 * the claim that all is encrypted hold.
 */
import { describe, expect, it } from 'vitest';
import type { Side } from '../src/core/decode/payloads/session.ts';
import { bytes, type Part, u16, u32 } from './build/bytes.ts';
import { runEgret } from './build/file-world.ts';
import { ethernet } from './build/frames.ts';
import { tcp, udp } from './build/packets.ts';
import { pcapFile } from './build/pcap.ts';
import { crypto, initial } from './build/quic.ts';
import { answer, attribute, channelData, check, dtlsMessage, dtlsRecord, integrity, stun, username, xorAddress } from './build/stun.ts';
import { clientHello, extension, message, record, serverHello } from './build/tls-bytes.ts';
import * as tunnels from './build/tunnels.ts';

type Turn = readonly [side: Side, payload: Uint8Array];

const CLIENT = '10.0.0.2:40000';
const up = (...parts: readonly Part[]): Turn => ['up', bytes(...parts)];
const down = (...parts: readonly Part[]): Turn => ['down', bytes(...parts)];
const times = (count: number, turn: Turn): Turn[] => Array.from({ length: count }, () => turn);
const CLEAR = '{"user":"someone","what":"everything that was said"}';

const HELLO = record(22, message(1, clientHello({ extensions: [extension.serverName('api.example.com'), extension.versions(0x0304)] })));
const SERVER = record(22, message(2, serverHello(0x1301, [extension.selected(0x0304)])));
const sealed = (length: number): Uint8Array => record(23, new Uint8Array(length).fill(9));
const DTLS_HELLO = dtlsRecord({ type: 22 }, dtlsMessage(1, 0, bytes(u16(0xfefd), new Uint8Array(32), 0, 0, u16(2), u16(0xc02b), 1, 0)));
const DTLS_SERVER = dtlsRecord({ type: 22 }, dtlsMessage(2, 0, bytes(u16(0xfefd), new Uint8Array(32), 0, u16(0xc02b), 0)));
const dtlsData = dtlsRecord({ type: 23, epoch: 1 }, new Uint8Array(40).fill(9));
const RELAY: readonly Turn[] = [
  up(stun({ type: 0x0003, id: 2, attributes: [username('1700000000:user'), integrity()] })),
  down(stun({ type: 0x0103, id: 2, attributes: [xorAddress(0x16, '203.0.113.40', 49_200), integrity()] })),
  up(stun({ type: 0x0009, id: 4, attributes: [attribute(0x000c, u16(0x4001), 0, 0), xorAddress(0x12, '198.51.100.20', 6000), integrity()] })),
  down(stun({ type: 0x0109, id: 4, attributes: [integrity()] })),
];
const WIREGUARD: readonly Turn[] = [up(1, 0, 0, 0, new Uint8Array(144)), down(2, 0, 0, 0, new Uint8Array(88))];
const TLS: readonly Turn[] = [up(HELLO), down(SERVER, sealed(900)), up(sealed(53), sealed(200)), down(sealed(300), sealed(400))];
const SEALED = new Uint8Array(64).fill(0x9c);
const IKE = bytes('initiate', new Uint8Array(8), 0x21, 0x20, 0x22, 8, u32(0), u32(40), 0, 0, u16(12), new Uint8Array(8));
const CHLO = bytes('CHLO', u16(1, true), 0, 0, 'SNI\0', u32(15, true), 'api.example.com');
const CLIENT_HELLO = message(1, clientHello({ extensions: [extension.serverName('api.example.com'), extension.versions(0x0304)] }));
const SERVER_HELLO = message(2, serverHello(0x1301, [extension.selected(0x0304)]));
const QUIC: readonly Turn[] = [
  up(initial({ to: bytes('FIRSTID1'), from: bytes('CLIENTID'), frames: crypto(0, CLIENT_HELLO) })),
  down(initial({ side: 'down', key: bytes('FIRSTID1'), to: bytes('CLIENTID'), from: bytes('SERVERID'), frames: crypto(0, SERVER_HELLO) })),
];
const framed = (data: Uint8Array): Turn => up(u16(data.length), data);
const turnOf = ([, data]: Turn): Turn => ['down', data];
const KEXINIT = bytes(u32(100), 4, 20, new Uint8Array(98));
const INNER = tcp({ from: '10.0.0.2:40000', to: '10.0.0.3:443' });

/** State of the claim that all is encrypted, for one flow of the app to a declared host beside honest TLS to another. */
async function claimOf(transport: 'tcp' | 'udp', port: number, turns: readonly Turn[]): Promise<string> {
  const ends = [CLIENT, `203.0.113.7:${port}`] as const;
  const frames = transport === 'tcp' ? stream(turns, ends) : turns.map(([side, payload]) => udp({ ...between(side, ends), payload }));
  const honest = stream(TLS, ['10.0.0.2:40001', '203.0.113.8:443']);
  // Datagrams a second after the first frame began inside the capture.
  const all = [...honest.map((packet, index) => ({ bytes: ethernet(packet), at: START + index * 1000 })), ...frames.map((packet, index) => ({ bytes: ethernet(packet), at: START + 2_000_000 + index * 1000 }))];
  const held = { 'x.pcap': pcapFile(all), 'policy.yaml': policy(transport, port), 'sheet.yaml': SHEET };
  const ran = await runEgret(['audit', 'x.pcap', '-q', '--json', '--fail-on', 'never', '-p', 'policy.yaml', '--sheet', 'sheet.yaml'], { held });
  expect(ran.err).toBe('');
  const report: { readonly claims: readonly { readonly verdict: string }[] } = JSON.parse(ran.out);
  return report.claims[0]?.verdict ?? 'none';
}

type Ends = readonly [client: string, server: string];

function between(side: Side, [client, server]: Ends): { readonly from: string; readonly to: string } {
  return side === 'up' ? { from: client, to: server } : { from: server, to: client };
}

function stream(turns: readonly Turn[], ends: Ends): Uint8Array[] {
  const next = { up: 101, down: 501 };
  const frames = [tcp({ ...between('up', ends), flags: 'S', seq: 100 }), tcp({ ...between('down', ends), flags: 'SA', seq: 500, ack: 101 })];
  for (const [side, payload] of turns) {
    frames.push(tcp({ ...between(side, ends), flags: 'PA', seq: next[side], ack: next[side === 'up' ? 'down' : 'up'], payload }));
    next[side] += payload.length;
  }
  return [...frames, tcp({ ...between('up', ends), flags: 'FA', seq: next.up, ack: next.down }), tcp({ ...between('down', ends), flags: 'FA', seq: next.down, ack: next.up + 1 })];
}

function policy(transport: string, port: number): string {
  return `egret: 1\nname: Example\nconnections:\n  - { id: api, ip: 203.0.113.7, port: ${port}/${transport} }\n  - { id: honest, ip: 203.0.113.8, port: 443/tcp }\nclaims:\n  - { id: C15, text: All is encrypted, check: encrypted-except-loopback }\n`;
}

describe('the claim that all is encrypted holds for', () => {
  it.each([
    ['TLS', 'tcp', 443, TLS],
    ['DTLS', 'udp', 5349, [up(DTLS_HELLO), down(DTLS_SERVER), up(dtlsData), down(dtlsData)]],
    ['QUIC', 'udp', 443, [...QUIC, up(0x41, 'SERVERID', SEALED), down(0x41, 'CLIENTID', SEALED)]],
    ['DTLS in a TURN channel', 'udp', 3478, [...RELAY, ...[DTLS_HELLO, DTLS_SERVER, dtlsData].map((data) => up(channelData(0x4001, data)))]],
    ['DTLS in ICE over TCP', 'tcp', 9, [framed(check(1)), turnOf(framed(answer(1))), framed(DTLS_HELLO), turnOf(framed(DTLS_SERVER)), framed(dtlsData)]],
    ['IKE with ESP behind a NAT', 'udp', 4500, [up(0, 0, 0, 0, IKE), down(0, 0, 0, 0, IKE), up(u32(0xc0ffee), u32(1), SEALED), down(u32(0xbeef), u32(1), SEALED), up(0xff)]],
    ['WireGuard', 'udp', 51_820, [...WIREGUARD, up(4, 0, 0, 0, new Uint8Array(124)), down(4, 0, 0, 0, new Uint8Array(28))]],
    ['SSH', 'tcp', 22, [down('SSH-2.0-y\r\n'), up('SSH-2.0-x\r\n', KEXINIT), down(KEXINIT), up(new Uint8Array(80).fill(9))]],
  ] as const)('%s', async (_what, transport, port, turns) => expect(await claimOf(transport, port, turns)).toBe('holds'));
});

describe('the claim that all is encrypted does not hold for', () => {
  it.each([
    ['a ClientHello and then text', 'tcp', 443, [up(HELLO), down(CLEAR), up(CLEAR)]],
    ['a ClientHello and then records without a ServerHello', 'tcp', 443, [up(HELLO), down(sealed(300), sealed(400)), up(sealed(53), record(23, bytes(CLEAR)))]],
    ['a STUN message and then text over TCP', 'tcp', 3478, [up(stun({ type: 1 })), down(stun({ type: 0x0101 })), up(CLEAR), down(CLEAR)]],
    ['a DTLS hello and then text', 'udp', 5349, [up(DTLS_HELLO), down(CLEAR), up(CLEAR)]],
    ['both DTLS hellos and then text', 'udp', 5349, [up(DTLS_HELLO), down(DTLS_SERVER), up(CLEAR), down(CLEAR)]],
    ['both DTLS hellos and then text that begins like DTLS 1.3', 'udp', 5349, [up(DTLS_HELLO), down(DTLS_SERVER), up(`<${CLEAR}`), down(`1${CLEAR}`)]],
    ['text in a TURN channel', 'udp', 3478, [...RELAY, up(channelData(0x4001, bytes(CLEAR))), down(channelData(0x4001, bytes(CLEAR)))]],
    ['a QUIC Initial without a hello and then text', 'udp', 443, [up(initial({ to: bytes('12345678'), frames: [1] })), down(CLEAR), up(CLEAR)]],
    ['a WireGuard handshake and then text', 'udp', 51_820, [...WIREGUARD, up(CLEAR), down(CLEAR)]],
    ['a WireGuard handshake and then much text', 'udp', 51_820, [...WIREGUARD, ...times(40, up(CLEAR))]],
    ['an NTP request and then text', 'udp', 123, [up(0x23, new Uint8Array(47)), down(CLEAR), up(CLEAR)]],
    ['a VXLAN datagram and then text', 'udp', 4789, [up(tunnels.vxlan(INNER).subarray(28)), up(CLEAR)]],
    ['a QUIC handshake and then text', 'udp', 443, [...QUIC, up(CLEAR), down(CLEAR)]],
    ['a Google QUIC hello and then text', 'udp', 443, [up(9, '12345678', 'Q043', CHLO), up(CLEAR), down(CLEAR)]],
    ['a WireGuard handshake and then text behind headers of its data', 'udp', 51_820, [...WIREGUARD, up(4, 0, 0, 0, new Uint8Array(12), CLEAR)]],
    ['a WireGuard session and then text', 'udp', 51_820, [...WIREGUARD, ...times(200, up(4, 0, 0, 0, new Uint8Array(28))), up(CLEAR)]],
    ['text that begins as NTP would', 'udp', 123, [up('#', CLEAR), down('$', CLEAR)]],
    ['an IKE message and then text', 'udp', 500, [up(IKE), up(CLEAR), down(CLEAR)]],
    ['an IKE message and then text behind a NAT', 'udp', 4500, [up(0, 0, 0, 0, IKE), up(CLEAR), down(CLEAR)]],
    ['an IKE header before text', 'udp', 500, [up(IKE.subarray(0, 24), u32(28 + CLEAR.length), CLEAR)]],
    ['a search of the link sent to a public address', 'udp', 1900, [up('M-SEARCH * HTTP/1.1\r\nUSER: someone\r\n\r\n')]],
    ['VXLAN round frames of no known type', 'udp', 4789, [up(u32(0x0800_0000), u32(42 << 8), new Uint8Array(12), u16(0x88b5), CLEAR)]],
    ['VXLAN round a packet with text behind it', 'udp', 4789, [up(tunnels.vxlan(INNER).subarray(28), CLEAR, CLEAR)]],
    ['Geneve round bytes of no known type', 'udp', 6081, [up(0, 0, u16(0x88b5), u32(42 << 8), CLEAR)]],
    ['GTP-U round no packet', 'udp', 2152, [up(0x30, 1, u16(CLEAR.length), u32(1), CLEAR)]],
    ['text in a TURN channel that begins like DTLS 1.3', 'udp', 3478, [...RELAY, up(channelData(0x4001, bytes('<', CLEAR)))]],
    ['text in a TURN channel that begins like DTLS', 'udp', 3478, [...RELAY, up(channelData(0x4001, bytes(0x17, CLEAR)))]],
    ['text in DTLS records of a TURN channel', 'udp', 3478, [...RELAY, up(channelData(0x4001, dtlsRecord({ type: 23, epoch: 1 }, bytes(CLEAR))))]],
    ['RTP in a TURN channel without DTLS', 'udp', 3478, [...RELAY, up(channelData(0x4001, bytes(0x80, 96, u16(1), u32(1), u32(7), CLEAR)))]],
    ['text in DTLS records', 'udp', 5349, [up(DTLS_HELLO), down(DTLS_SERVER), up(dtlsRecord({ type: 23, epoch: 1 }, bytes(CLEAR)))]],
    ['ICE over TCP and then text', 'tcp', 9, [framed(check(1)), turnOf(framed(answer(1))), framed(bytes(CLEAR))]],
    ['an SSH greeting and then text', 'tcp', 22, [up('SSH-2.0-x\r\n'), down('SSH-2.0-y\r\n'), up(CLEAR), down(CLEAR)]],
  ] as const)('%s', async (_what, transport, port, turns) => expect(await claimOf(transport, port, turns)).not.toBe('holds'));
});

const START = 1_767_225_600_000_000;
const SHEET = 'egret-run: 1\nscope: app\nlocal: [10.0.0.0/8]\n';
