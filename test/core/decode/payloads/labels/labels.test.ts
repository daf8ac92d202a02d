import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recognise } from '../../../../../src/core/decode/payloads/index.ts';
import { formOf } from '../../../../../src/core/decode/payloads/labels/forms.ts';
import { labelDecoders } from '../../../../../src/core/decode/payloads/labels/session.ts';
import { RECOGNISE_LIMIT, type Recognised } from '../../../../../src/core/decode/payloads/session.ts';
import { protectionOf } from '../../../../../src/core/judge/wire-protection.ts';
import { bytes, u16, u32 } from '../../../../build/bytes.ts';
import * as tunnels from '../../../../build/tunnels.ts';
import { tcp } from '../../../../build/packets.ts';

type Ports = readonly [from: number, to: number];
/** Those whose name says that they are encrypted or exempt are read a little further. */
const isFollowed = (protocol: string): boolean => protocol === 'ssh' || formOf(protocol) !== undefined;
const zeros = (length: number): Uint8Array => new Uint8Array(length);
const UP: Ports = [40_000, 7000];
const DOWN: Ports = [7000, 40_000];

const INNER = tcp({ from: '2001:0:c633:6401::1:40000', to: '2001:db8::7:443' });
const datagramOf = (packet: Uint8Array): Uint8Array => packet.subarray(28);

/** An IKE_SA_INIT with one payload, and a message that is one encrypted payload. */
const IKE = bytes('initiate', zeros(8), 0x21, 0x20, 0x22, 8, u32(0), u32(40), 0, 0, u16(12), zeros(8));
const IKE_SEALED = bytes('initiate', 'response', 46, 0x20, 0x23, 8, u32(1), u32(72), 41, 0, u16(44), zeros(40));
const esp = (association: number, sequence: number): Uint8Array => bytes(u32(association), u32(sequence), zeros(32));
const DHCP = bytes(1, 1, 6, 0, zeros(232), 0x63, 0x82, 0x53, 0x63, 53, 1, 1, 0, 255, zeros(20));
const DHCP6 = bytes(1, 0, 0, 1, u16(8), u16(2), 0, 0);
const SSDP = bytes('M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\n\r\n');
const VXLAN = datagramOf(tunnels.vxlan(INNER));
const TEXT = bytes('{"and then":"text", as long as what a protocol would send here"}');

/** First bytes as the protocols' specifications write them. */
const STREAMS: ReadonlyArray<readonly [what: string, data: Uint8Array, ports: Ports, found: string]> = [
  ['an SSH server', bytes('SSH-2.0-OpenSSH_9.6\r\n'), [22, 40_000], 'ssh server'],
  ['an SSH client', bytes('SSH-2.0-libssh2_1.11.0\r\n'), [40_000, 22], 'ssh client'],
  ['AMQP 0-9-1', bytes('AMQP', 0, 0, 9, 1), UP, 'amqp client'],
  ['MQTT 3.1.1', bytes(0x10, 0x12, 0, 4, 'MQTT', 4, 2, 0, 60, 0, 6, 'client'), UP, 'mqtt client'],
  ['MQTT 5 with a long remaining length', bytes(0x10, 0xff, 0x01, 0, 4, 'MQTT', 5, 2, 0, 60), UP, 'mqtt client'],
  ['MQTT 3.1', bytes(0x10, 0x14, 0, 6, 'MQIsdp', 3), UP, 'mqtt client'],
  ['Redis', bytes('*1\r\n$4\r\nPING\r\n'), UP, 'redis client'],
  ['a MongoDB request', bytes(u32(41, true), u32(7, true), u32(0), u32(2013, true), zeros(25)), UP, 'mongodb client'],
  ['a MongoDB response', bytes(u32(41, true), u32(9, true), u32(7, true), u32(2013, true), zeros(25)), DOWN, 'mongodb server'],
  ['SMB 2', bytes(0, 0, 0, 72, 0xfe, 'SMB', u16(64, true), zeros(10), u32(0), zeros(40)), UP, 'smb client'],
  ['an SMB 2 response', bytes(0, 0, 0, 72, 0xfe, 'SMB', u16(64, true), zeros(10), u32(1, true), zeros(40)), DOWN, 'smb server'],
  ['SMB 1', bytes(0, 0, 0, 47, 0xff, 'SMB', 0x72, zeros(4), 0x18, zeros(30)), UP, 'smb client'],
  ['BitTorrent', bytes(19, 'BitTorrent protocol', zeros(8)), UP, 'bittorrent client'],
  ['TDS', bytes(0x12, 1, u16(47), zeros(4), 0, u16(0x1a), u16(6), zeros(34)), UP, 'tds client'],
  ['Telnet', bytes(0xff, 0xfd, 0x18, 0xff, 0xfd, 0x20), [23, 40_000], 'telnet server'],
  ['Git', bytes('0032git-upload-pack /project.git\0host=git.example\0'), UP, 'git client'],
  ['RTSP', bytes('OPTIONS rtsp://cam.example/ RTSP/1.0\r\n'), UP, 'rtsp client'],
  ['SIP', bytes('REGISTER sip:sip.example SIP/2.0\r\n'), UP, 'sip client'],
  ['a SIP response', bytes('SIP/2.0 200 OK\r\n'), DOWN, 'sip server'],
  ['VNC', bytes('RFB 003.008\n'), DOWN, 'vnc server'],
  ['rsync', bytes('@RSYNCD: 31.0\n'), DOWN, 'rsync server'],
  ['NATS', bytes('INFO {"server_id":"x"}\r\n'), DOWN, 'nats server'],
  ['IRC', bytes('NICK someone\r\nUSER a b c :d\r\n'), UP, 'irc client'],
  ['OpenVPN on its port', bytes(u16(42), 0x38, zeros(41)), [40_000, 1194], 'openvpn client'],
  ['the same bytes elsewhere', bytes(u16(42), 0x38, zeros(41)), UP, 'none'],
  ['Kerberos', bytes(u32(200), 0x6a, 0x81, 0xc5), [40_000, 88], 'kerberos client'],
  ['an unknown protocol', bytes('\u0081\u0000\u0007unknown'), UP, 'none'],
];

const DATAGRAMS: ReadonlyArray<readonly [what: string, data: Uint8Array, ports: Ports, found: string]> = [
  ['VXLAN', datagramOf(tunnels.vxlan(INNER)), [50_000, 4789], 'vxlan client'],
  ['Geneve', datagramOf(tunnels.geneve(INNER)), [50_000, 6081], 'geneve client'],
  ['GTP-U', datagramOf(tunnels.gtp(INNER)), [2152, 2152], 'gtp-u client'],
  ['Teredo', datagramOf(tunnels.teredo(INNER)), [50_000, 3544], 'teredo client'],
  ['NTP', bytes(0x23, zeros(47)), [40_000, 123], 'ntp client'],
  ['an NTP answer', bytes(0x24, zeros(47)), [123, 40_000], 'ntp server'],
  ['the same bytes elsewhere', bytes(0x23, zeros(47)), UP, 'none'],
  ['text that begins as NTP would', bytes('# 23 characters and then as many as make up a request'), [40_000, 123], 'none'],
  ['a WireGuard initiation', bytes(1, 0, 0, 0, zeros(144)), UP, 'wireguard client'],
  ['a WireGuard response', bytes(2, 0, 0, 0, zeros(88)), DOWN, 'wireguard server'],
  ['a WireGuard type of another length', bytes(1, 0, 0, 0, zeros(143)), UP, 'none'],
  ['OpenVPN without added authentication', bytes(0x38, '12345678', 0, u32(0)), UP, 'openvpn client'],
  ['OpenVPN on its port', bytes(0x40, zeros(53)), [1194, 40_000], 'openvpn server'],
  ['a DHT query', bytes('d1:ad2:id20:', zeros(20), 'e1:q4:ping1:t2:aa1:y1:qe'), UP, 'bittorrent client'],
  ['SSDP', bytes('M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n'), [40_000, 1900], 'ssdp client'],
  ['DHCP', bytes(1, 1, 6, 0, zeros(232), 0x63, 0x82, 0x53, 0x63, 53, 1, 1), [68, 67], 'dhcp client'],
  ['DHCP with its options, an end and filling', DHCP, [68, 67], 'dhcp client'],
  ['DHCP whose option runs over its end', bytes(1, 1, 6, 0, zeros(232), 0x63, 0x82, 0x53, 0x63, 53, 9, 1), [68, 67], 'none'],
  ['DHCP without its cookie', bytes(1, 1, 6, 0, zeros(240)), [68, 67], 'none'],
  ['DHCPv6', DHCP6, [546, 547], 'dhcpv6 client'],
  ['DHCPv6 whose option runs over its end', bytes(1, 0, 0, 1, 0, 1, 0, 9), [546, 547], 'none'],
  ['SNMP', bytes(0x30, 0x29, 2, 1, 1, 4, 6, 'public'), [40_000, 161], 'snmp client'],
  ['IKEv2', IKE, [500, 500], 'ike client'],
  ['an encrypted IKEv2 message', IKE_SEALED, [500, 500], 'ike client'],
  ['an encrypted IKEv1 message', bytes('initiate', zeros(8), 8, 0x10, 5, 1, u32(7), u32(60), zeros(32)), [500, 500], 'ike client'],
  ['an IKE header before text', bytes('initiate', zeros(8), 0x21, 0x20, 0x22, 8, u32(0), u32(28 + 53), '{"user":"someone","what":"everything that was said"}'), [500, 500], 'none'],
  ['IKEv2 behind a NAT', bytes(u32(0), IKE), [4500, 4500], 'ike client'],
  ['IKE with a length that is not its own', bytes('initiate', zeros(8), 0x21, 0x20, 0x22, 8, u32(0), u32(29)), [500, 500], 'none'],
  ['Kerberos', bytes(0x6a, 0x81, 0xc5), [40_000, 88], 'kerberos client'],
  ['syslog', bytes('<165>1 2026-04-01T00:00:00Z host app - - - text'), [40_000, 514], 'syslog client'],
  ['StatsD', bytes('app.requests:1|c'), [40_000, 8125], 'statsd client'],
  ['a DogStatsD metric with tags', bytes('app.latency:12.5|h|@0.1|#env:prod'), UP, 'statsd client'],
  ['SIP', bytes('OPTIONS sip:sip.example SIP/2.0\r\n'), [5060, 5060], 'sip client'],
  ['an unknown protocol', bytes(0xf1, 2, 3, 4, 5), UP, 'none'],
];

describe('protocols that are only named', () => {
  it.each(STREAMS)('over TCP: %s', (_what, data, ports, found) => {
    expect(shown(recognise('tcp', data.subarray(0, RECOGNISE_LIMIT), ports))).toBe(found);
  });
  it.each(DATAGRAMS)('over UDP: %s', (_what, data, ports, found) => {
    expect(shown(recognise('udp', data, ports))).toBe(found);
  });

  it('are found however their first bytes are cut', () => {
    for (const [what, data, ports, found] of STREAMS.filter((row) => row[3] !== 'none')) {
      const answers = Array.from({ length: Math.min(data.length, RECOGNISE_LIMIT) }, (_, length) => shown(recognise('tcp', data.subarray(0, length), ports)));
      const first = answers.find((answer) => answer !== 'more');
      expect([what, first ?? found]).toEqual([what, found]);
    }
  });

  it('are each shown as one case of this table at least', () => {
    const shownHere = new Set([...STREAMS.map((row) => `tcp ${row[3].split(' ')[0]}`), ...DATAGRAMS.map((row) => `udp ${row[3].split(' ')[0]}`)]);
    const untold = labelDecoders.map(({ transport, protocol }) => `${transport} ${protocol}`).filter((name) => !shownHere.has(name));
    expect(untold).toEqual(['tcp adb', 'tcp syslog']);
    expect(shown(recognise('tcp', bytes('CNXN', 1, 0, 0, 1), UP))).toBe('adb client');
    expect(shown(recognise('tcp', bytes('<165>1 2026-04-01T00:00:00Z host app - - - text'), UP))).toBe('syslog client');
  });

  it('take no more bytes, and keep none; those whose credential is looked for take a few', () => {
    const waiting: string[] = [];
    for (const decoder of labelDecoders.filter(({ protocol }) => !isFollowed(protocol))) {
      const session = decoder.open({ lookup: () => undefined, problem: () => undefined }, 0);
      if (session.push('up', bytes('x'), 1, 1)) waiting.push(decoder.protocol);
      expect([session.push('up', bytes('x'.repeat(3000)), 1, 1), session.gap('up', 1), session.facts()]).toEqual([false, false, { protocol: decoder.protocol }]);
    }
    expect(waiting.toSorted()).toEqual(['irc', 'mqtt', 'nats', 'redis']);
  });

  it.each([
    ['SSH, one byte at a time', 'ssh', [...bytes('SSH-2.0-x\r\n', u32(100), 4, 20, zeros(98))].map((byte) => bytes(byte)), 'ssh'],
    ['SSH that ends behind its greeting', 'ssh', [bytes('SSH-2.0-x\r\n')], 'ssh'],
    ['a greeting of SSH and then text', 'ssh', [bytes('SSH-2.0-x\r\n'), bytes('{"and then":"text"}')], 'unknown'],
    ['a greeting of SSH that does not end', 'ssh', [bytes('SSH-2.0-', 'x'.repeat(300))], 'unknown'],
    ['WireGuard with its data', 'wireguard', [bytes(1, 0, 0, 0, zeros(144)), bytes(4, 0, 0, 0, zeros(28))], 'wireguard'],
    ['WireGuard and then text', 'wireguard', [bytes(1, 0, 0, 0, zeros(144)), bytes('text')], 'unknown'],
    ['NTP with a control message', 'ntp', [bytes(0x23, zeros(47)), bytes(0x16, 2, zeros(10))], 'ntp'],
    ['NTP and then text', 'ntp', [bytes(0x23, zeros(47)), bytes('{"and then":"text"}')], 'unknown'],
    ['NTP and then text that begins as NTP would', 'ntp', [bytes(0x23, zeros(47)), bytes('# 23 characters and then as many as make up a request')], 'unknown'],
    ['a thousand WireGuard datagrams and then text', 'wireguard', [bytes(1, 0, 0, 0, zeros(144)), ...Array.from({ length: 1000 }, () => bytes(4, 0, 0, 0, zeros(28))), TEXT], 'unknown'],
    ['IKE that goes on encrypted', 'ike', [IKE, IKE, IKE_SEALED], 'ike'],
    ['IKE and then text', 'ike', [IKE, TEXT], 'unknown'],
    ['IKE behind a NAT with ESP, keep-alives and late packets', 'ike', [bytes(u32(0), IKE), esp(0xc0ffee01, 1), esp(0xbeef, 1), bytes(0xff), esp(0xc0ffee01, 3), esp(0xc0ffee01, 2), bytes(u32(0), IKE_SEALED)], 'ike'],
    ['IKE behind a NAT and then text', 'ike', [bytes(u32(0), IKE), TEXT, TEXT], 'unknown'],
    ['IKE behind a NAT and then short text', 'ike', [bytes(u32(0), IKE), bytes('text')], 'unknown'],
    ['ESP without its port', 'ike', [IKE, esp(1, 1)], 'unknown'],
    ['DHCP with its answer', 'dhcp', [DHCP, bytes(2, DHCP.subarray(1))], 'dhcp'],
    ['DHCP and then text', 'dhcp', [DHCP, bytes('x'.repeat(300))], 'unknown'],
    ['DHCPv6 and then text', 'dhcpv6', [DHCP6, bytes(1, TEXT)], 'unknown'],
    ['DHCPv6 through a relay', 'dhcpv6', [bytes(12, zeros(33), u16(9), u16(DHCP6.length), DHCP6)], 'dhcpv6'],
    ['SSDP with answers', 'ssdp', [SSDP, bytes('HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nEXT:\r\n\r\n')], 'ssdp'],
    ['SSDP and then text', 'ssdp', [SSDP, TEXT], 'unknown'],
    ['SSDP with a body', 'ssdp', [bytes(SSDP, TEXT)], 'unknown'],
    ['VXLAN', 'vxlan', [VXLAN, VXLAN], 'vxlan'],
    ['VXLAN and then text', 'vxlan', [VXLAN, TEXT], 'unknown'],
    ['Geneve and then text', 'geneve', [datagramOf(tunnels.geneve(INNER)), TEXT], 'unknown'],
    ['GTP-U and then text', 'gtp-u', [datagramOf(tunnels.gtp(INNER)), TEXT], 'unknown'],
    ['Teredo and then text', 'teredo', [datagramOf(tunnels.teredo(INNER)), TEXT], 'unknown'],
  ])('is believed as far as it goes on in its form: %s', (_what, protocol, pieces, named) => {
    const session = labelDecoders.find((decoder) => decoder.protocol === protocol)?.open({ lookup: () => undefined, problem: () => undefined }, 0);
    for (const piece of pieces) if (session?.push('up', piece, 1, 1) !== true) break;
    expect(session?.facts()).toEqual({ protocol: named });
  });

  it('have a known protection, or prove nothing', () => {
    const unknown = new Set(labelDecoders.map(({ protocol }) => protocol).filter((protocol) => protectionOf(protocol) === 'unknown'));
    expect([...unknown].toSorted()).toEqual(['adb', 'bittorrent', 'kerberos', 'openvpn', 'smb', 'snmp', 'tds', 'vnc']);
  });

  it('are not seen in chance bytes, but for the few that a byte or two begin', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: RECOGNISE_LIMIT, maxLength: 400 }), fc.constantFrom('tcp' as const, 'udp' as const), (data, transport) => {
      expect(shown(recognise(transport, transport === 'tcp' ? data.subarray(0, RECOGNISE_LIMIT) : data, [40_000, 7000]))).toBe('none');
    }), { seed: 20_261_123, numRuns: 20_000 });
  });
});

function shown(found: Recognised): string {
  return typeof found === 'string' ? found : `${found.decoder.protocol} ${found.sender}`;
}
