/**
 * Protocols over UDP that are told by one datagram and read no further. Each
 * takes a whole datagram and says whose it is; where the bytes alone would not
 * be enough the protocol's own port is asked for too.
 */
import { isDhcp, isDhcp6, isNtp } from './forms.ts';
import { ikeStart, isIke } from './ike.ts';
import { prefixes, matchPrefix, senderByPort } from './prefix.ts';
import { kerberosMessage, openvpnOpcode, type Look } from './streams.ts';
import { sip } from './tables/streams.ts';
import { latin1 } from '../../../base/bytes.ts';
import { readDatagramCarrier } from '../../headers/carriers.ts';
import { Network } from '../../headers/network.ts';
import type { Recognition } from '../session.ts';

/** NTP (RFC 5905 §7.3): version and mode of the first byte; clients also send from an ephemeral port. */
const ntp: Look = (data, ports) => (ports.includes(123) && isNtp(data) ? (NTP_SENDERS[(data[0] ?? 0) & 7] ?? 'no') : 'no');

/** WireGuard's four messages: type, three zero bytes, and lengths that its whitepaper §5.4 fixes. */
const wireguard: Look = (data) => {
  if (data[1] !== 0 || data[2] !== 0 || data[3] !== 0) return 'no';
  if (data[0] === 1) return data.length === 148 ? 'client' : 'no';
  return (data[0] === 2 && data.length === 92) || (data[0] === 3 && data.length === 64) ? 'server' : 'no';
};

/** OpenVPN's opening: without added authentication it is 14 bytes, an empty list of acknowledgements and packet 0 at its end. */
const openvpn: Look = (data, ports) => {
  const sender = openvpnOpcode(data[0] ?? 0);
  if (sender === 'no' || data.length < 14 || data.length > 600) return 'no';
  if (ports.includes(1194)) return sender;
  const bare = data.length === 14 && data.subarray(9).every((byte) => byte === 0);
  return bare ? sender : 'no';
};

/** Mainline DHT (BEP 5): a bencoded query or response that begins with a node's id. */
const dht: Look = (data, ports) => matchPrefix(DHT, data, ports);

const sipDatagram: Look = (data, ports) => matchPrefix(SIP, data, ports);

/** UPnP device architecture §1.3: HTTP lines in datagrams to 239.255.255.250:1900. */
const ssdp: Look = (data, ports) => matchPrefix(SSDP, data, ports);

/** DHCP (RFC 2131 §2): an operation, the ports 67 and 68, and the magic cookie. */
const dhcp: Look = (data, ports) => {
  if (!ports.every((port) => port === 67 || port === 68) || !isDhcp(data)) return 'no';
  return data[0] === 1 ? 'client' : 'server';
};

/** DHCPv6 (RFC 8415 §8): message types 1 to 13 between the ports 546 and 547. */
const dhcp6: Look = (data, ports) => {
  const type = data[0] ?? 0;
  if (!ports.includes(547) || !isDhcp6(data)) return 'no';
  return type === 2 || type === 7 || type === 10 ? 'server' : 'client';
};

/** SNMP (RFC 3417 §3.1): a BER sequence that opens with the version, on its ports. */
const snmp: Look = (data, ports) => {
  if (!(ports.includes(161) || ports.includes(162)) || data[0] !== 0x30) return 'no';
  const at = (data[1] ?? 0) < 0x80 ? 2 : 2 + ((data[1] ?? 0) & 0x7f);
  const fits = data[at] === 2 && data[at + 1] === 1 && [0, 1, 3].includes(data[at + 2] ?? 9);
  return fits ? (ports[0] === 161 ? 'server' : 'client') : 'no';
};

/** IKE (RFC 7296 §3.1): version 1.0 or 2.0 and a length that is the datagram's; behind four zero bytes on port 4500. */
const ike: Look = (data, ports) => {
  const start = ikeStart(data, ports);
  if (!(ports.includes(500) || start > 0) || !isIke(data, start)) return 'no';
  const answers = data.subarray(start + 8, start + 16).some((byte) => byte !== 0);
  return answers ? senderByPort(ports) : 'client';
};

/** Kerberos over UDP (RFC 4120 §7.2.1). */
const kerberos: Look = (data, ports) => (ports.includes(88) && data.length > 1 ? kerberosMessage(data[0] ?? 0) : 'no');

/** Syslog (RFC 5424 §6.2, RFC 3164 §4.1): a priority in angle brackets, then a version or a month. */
const syslog: Look = (data) => (data[0] === 0x3c ? byText(data, /^<(?:1\d{2}|\d{1,2})>(?:1 |(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )/) : 'no');

/** StatsD and DogStatsD metrics: `name:value|type`. Telemetry by definition, even where the agent is local. */
const statsd: Look = (data) => (isText(data) ? byText(data, /^[A-Za-z][\w.\-/ ]{0,200}:[-+]?\d[\d.:eE+-]{0,60}\|(?:c|g|ms|h|s|d)(?:[|\n]|$)/) : 'no');

/** Every datagram that nobody knows comes by here: a few bytes tell most of them before text is made. */
function isText(data: Uint8Array): boolean {
  for (let at = 0; at < data.length && at < TEXT_START; at++) {
    const byte = data[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

/** A tunnel over UDP by its own header; the packet decoder reads what it carries. */
function carrier(name: string): Look {
  return (data, [from, to]) => {
    if (readDatagramCarrier(data, 0, data.length, from, to, NETWORK) !== name) return 'no';
    return CARRIER_PORTS.has(to) ? 'client' : 'server';
  };
}

function byText(data: Uint8Array, pattern: RegExp): Recognition {
  return pattern.test(latin1(data, 0, Math.min(data.length, TEXT_LIMIT))) ? 'client' : 'no';
}

export const DATAGRAM_LOOKS: readonly (readonly [protocol: string, look: Look])[] = [
  ['vxlan', carrier('vxlan')],
  ['geneve', carrier('geneve')],
  ['gtp-u', carrier('gtp-u')],
  ['teredo', carrier('teredo')],
  ['ntp', ntp],
  ['dhcp', dhcp],
  ['dhcpv6', dhcp6],
  ['wireguard', wireguard],
  ['bittorrent', dht],
  ['sip', sipDatagram],
  ['ssdp', ssdp],
  ['ike', ike],
  ['snmp', snmp],
  ['kerberos', kerberos],
  ['openvpn', openvpn],
  ['syslog', syslog],
  ['statsd', statsd],
];

const NETWORK = new Network();
const CARRIER_PORTS: ReadonlySet<number> = new Set([4789, 8472, 6081, 2152, 3544]);
/** By mode: symmetric active, symmetric passive, client, server, broadcast, control, private. */
const NTP_SENDERS: readonly (Recognition | undefined)[] = [undefined, 'client', 'server', 'client', 'server', 'server', 'client', 'client'];
const DHT = [...prefixes('client', 'd1:ad2:id20:'), ...prefixes('server', 'd1:rd2:id20:', 'd2:ip')];
const SIP = sip();
const SSDP = [...prefixes('client', 'M-SEARCH * HTTP/1.1\r\n'), ...prefixes('server', 'NOTIFY * HTTP/1.1\r\n')];
/** Metric names are short; a longer one is not worth the scan. */
const TEXT_LIMIT = 300;
/** Bytes looked at first: the shortest metric has five. */
const TEXT_START = 5;
