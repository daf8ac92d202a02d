/**
 * Protocols over TCP whose first bytes need more than a fixed beginning:
 * lengths that must agree, fields that must be one of a few. Each takes the
 * first bytes of a sender and says whose they are.
 */
import { latin1 } from '../../../base/bytes.ts';
import { RECOGNISE_LIMIT, type Recognition } from '../session.ts';

type Ports = readonly [from: number, to: number];
export type Look = (data: Uint8Array, ports: Ports) => Recognition;

/** MQTT 3.1, 3.1.1, 5.0 §3.1: CONNECT with the protocol's name behind a remaining length of one to four bytes. */
function mqtt(data: Uint8Array): Recognition {
  if (data[0] !== 0x10) return data.length === 0 ? 'more' : 'no';
  let at = 1;
  while (at < 5 && ((data[at] ?? 0) & 0x80) !== 0) at++;
  if (at === 5) return 'no';
  if (data.length < at + 7) return 'more';
  const name = latin1(data, at + 1, at + 7);
  return name === '\0\u0004MQTT' || name === '\0\u0006MQIs' ? 'client' : 'no';
}

/** RESP: an array of bulk strings, which is how every client library sends a command. */
function redis(data: Uint8Array): Recognition {
  return byText(data, /^\*[1-9]\d{0,3}\r\n\$\d{1,4}\r\n/, /^\*?(?:\*[1-9]\d{0,3}(?:\r?|\r\n(?:\$\d{0,4}\r?)?))?$/);
}

/** MongoDB wire protocol: OP_QUERY, OP_COMPRESSED or OP_MSG, and a request that answers nothing. */
function mongodb(data: Uint8Array): Recognition {
  if (data.length < 16) return data.length < 4 || little32(data, 0) < MONGO_LARGEST ? shorter(data, 2, 0x00) : 'no';
  const opcode = little32(data, 12);
  const length = little32(data, 0);
  if (!MONGO_OPCODES.has(opcode) || length < 21 || length > MONGO_LARGEST) return 'no';
  return little32(data, 8) === 0 ? 'client' : 'server';
}

/** NetBIOS session header with SMB 1, 2/3, or SMB 3 encrypted behind it (MS-SMB2 §2.2.1, MS-CIFS §2.2.3.1). */
function smb(data: Uint8Array): Recognition {
  if (data.length < 8) return shorter(data, 0, 0x00);
  if (data[0] !== 0 || data[5] !== 0x53 || data[6] !== 0x4d || data[7] !== 0x42) return 'no';
  const version = data[4];
  if (version === 0xff) return data.length < 14 ? 'more' : ((data[13] ?? 0) & 0x80) === 0 ? 'client' : 'server';
  if (version !== 0xfe) return version === 0xfd ? 'client' : 'no';
  return data.length < 21 ? 'more' : ((data[20] ?? 0) & 1) === 0 ? 'client' : 'server';
}

/** TDS (MS-TDS §2.2.6.5): PRELOGIN, whole in one packet, whose first option is the version. */
function tds(data: Uint8Array): Recognition {
  if (data.length < 9) return shorter(data, 0, 0x12);
  const length = ((data[2] ?? 0) << 8) | (data[3] ?? 0);
  return data[0] === 0x12 && data[1] === 1 && length >= 15 && length <= 512 && data[4] === 0 && data[5] === 0 && data[8] === 0 ? 'client' : 'no';
}

/** Telnet: two option negotiations in a row (RFC 854, RFC 855). */
function telnet(data: Uint8Array, ports: Ports): Recognition {
  // What has not come yet counts as fitting.
  const negotiates = (at: number): boolean => (data[at] ?? 0xff) === 0xff && (data[at + 1] ?? 0xfb) >= 0xfb && (data[at + 1] ?? 0xfb) <= 0xfe && (data[at + 2] ?? 0) < 0x80;
  if (!negotiates(0) || !negotiates(3)) return 'no';
  if (data.length < 6) return 'more';
  return ports[1] === TELNET_PORT ? 'client' : 'server';
}

/** Git's own transport: a pkt-line that names the service (gitprotocol-pack). */
function git(data: Uint8Array): Recognition {
  return byText(data, /^[0-9a-f]{4}git-(?:upload-pack|receive-pack|upload-archive) \//, /^[0-9a-f]{0,4}(?:g[a-z-]{0,18} ?)?$/);
}

/** DNS-like lengths aside, OpenVPN over TCP begins with P_CONTROL_HARD_RESET_CLIENT_V2 or V3, key id 0. */
function openvpn(data: Uint8Array, ports: Ports): Recognition {
  if (data.length < 3) return ports.includes(OPENVPN_PORT) ? 'more' : 'no';
  const length = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
  return ports.includes(OPENVPN_PORT) && length >= 14 && length <= 600 ? openvpnOpcode(data[2] ?? 0) : 'no';
}

/** The opening of either end by its opcode, key id 0. */
export function openvpnOpcode(byte: number): Recognition {
  return byte === 0x38 || byte === 0x50 ? 'client' : byte === 0x40 ? 'server' : 'no';
}

/** Kerberos over TCP (RFC 4120 §7.2.2): a length, then one of the messages of a key distribution centre. */
function kerberos(data: Uint8Array, ports: Ports): Recognition {
  if (!ports.includes(KERBEROS_PORT)) return 'no';
  if (data.length < 5) return 'more';
  return data[0] === 0 && data[1] === 0 ? kerberosMessage(data[4] ?? 0) : 'no';
}

/** AS-REQ, TGS-REQ and AP-REQ come from clients; AS-REP, TGS-REP and KRB-ERROR answer. */
export function kerberosMessage(tag: number): Recognition {
  return tag === 0x6a || tag === 0x6c || tag === 0x6e ? 'client' : tag === 0x6b || tag === 0x6d || tag === 0x7e ? 'server' : 'no';
}

function byText(data: Uint8Array, whole: RegExp, start: RegExp): Recognition {
  const text = latin1(data, 0, Math.min(data.length, RECOGNISE_LIMIT));
  if (whole.test(text)) return 'client';
  return data.length < RECOGNISE_LIMIT && start.test(text) ? 'more' : 'no';
}

/** Too few bytes: worth waiting for only while the one at `at` fits. */
function shorter(data: Uint8Array, at: number, byte: number): Recognition {
  return data.length <= at || data[at] === byte ? 'more' : 'no';
}

function little32(data: Uint8Array, at: number): number {
  return (data[at] ?? 0) + (data[at + 1] ?? 0) * 0x100 + (data[at + 2] ?? 0) * 0x1_0000 + (data[at + 3] ?? 0) * 0x100_0000;
}

export const STREAM_LOOKS: readonly (readonly [protocol: string, look: Look])[] = [
  ['mqtt', mqtt],
  ['redis', redis],
  ['mongodb', mongodb],
  ['smb', smb],
  ['tds', tds],
  ['telnet', telnet],
  ['git', git],
  ['openvpn', openvpn],
  ['kerberos', kerberos],
];

const MONGO_OPCODES: ReadonlySet<number> = new Set([1, 2004, 2012, 2013]);
/** maxMessageSizeBytes of every server. */
const MONGO_LARGEST = 48_000_000;
const OPENVPN_PORT = 1194;
const KERBEROS_PORT = 88;
const TELNET_PORT = 23;
