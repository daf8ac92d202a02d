/**
 * Google QUIC before it took the packets of the standard (Q046 and older):
 * the version and, in a client's CHLO message, the server name. Its other
 * facts are not read: nobody has sent it by default since 2021.
 */
import { latin1 } from '../../../base/bytes.ts';
import { wireText, type WireText } from '../../../base/wire-text.ts';
import { word } from './long-header.ts';
import { isGoogle } from './versions.ts';

/** The version number of a client's packet in the old layouts; undefined for anything else. */
export function googleVersion(data: Uint8Array): number | undefined {
  const flags = data[0] ?? 0;
  // Public header: version and 8-byte identifier present, no reset.
  const at = (flags & 0x80) !== 0 ? 1 : (flags & 0xcb) === 0x09 ? 9 : undefined;
  if (at === undefined || data.length < at + 4) return undefined;
  const version = word(data, at);
  const isOld = isGoogle(version) && version >>> 24 === 0x51 && version <= Q046;
  return isOld && (version === Q046) === (at === 1) ? version : undefined;
}

/** The server name of the CHLO in a datagram; undefined when there is none. */
export function googleServerName(data: Uint8Array): WireText | undefined {
  const at = find(data, CHLO, HEADERS_LIMIT);
  if (at < 0 || at + 8 > data.length) return undefined;
  const count = (data[at + 4] ?? 0) | ((data[at + 5] ?? 0) << 8);
  const values = at + 8 + count * 8;
  if (count > TAG_CAP || values > data.length) return undefined;
  for (let index = 0, start = 0; index < count; index++) {
    const tag = at + 8 + index * 8;
    const end = little(data, tag + 4);
    if (end < start || values + end > data.length) return undefined;
    if (word(data, tag) === SNI) return end === start ? undefined : wireText(latin1(data, values + start, values + end));
    start = end;
  }
  return undefined;
}

function find(data: Uint8Array, text: number, limit: number): number {
  const last = Math.min(limit, data.length - 4);
  for (let at = 0; at <= last; at++) if (word(data, at) === text) return at;
  return -1;
}

function little(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24)) >>> 0;
}

const Q046 = 0x51303436;
const CHLO = 0x43484c4f;
const SNI = 0x534e4900;
/** Bytes before the CHLO: header, hash and stream frame take under 50. */
const HEADERS_LIMIT = 64;
/** Tags of a CHLO: clients send under 30. */
const TAG_CAP = 128;
