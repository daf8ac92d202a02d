/**
 * What a server sends in clear besides its certificate: ServerHello and
 * HelloRetryRequest (RFC 8446 §4.1.3, §4.1.4, RFC 5246 §7.4.1.3), and the group
 * in a ServerKeyExchange (RFC 8422 §5.4). Takes message bodies without the
 * four-byte header; keeps no reference to them.
 */
import { Bytes, latin1 } from '../../../base/bytes.ts';
import { wireText } from '../../../base/wire-text.ts';
import type { ServerHelloFacts } from './facts.ts';
import { countScts } from './sct.ts';
import { isTls13, versionText } from './versions.ts';

export interface ServerHelloReading {
  readonly facts: ServerHelloFacts;
  /** TLS 1.3 or a draft of it: everything after is encrypted. */
  readonly tls13: boolean;
  /** Timestamps of the certificate in an extension (RFC 6962 §3.3.1), TLS ≤ 1.2. */
  readonly scts: number;
}

/** Facts of a ServerHello body, with what a session needs besides; undefined when it makes no sense. */
export function readServerHello(body: Uint8Array): ServerHelloReading | undefined {
  const bytes = new Bytes(body);
  const legacy = bytes.u16();
  const random = bytes.take(RANDOM);
  bytes.skip(bytes.u8());
  const cipher = bytes.u16();
  bytes.skip(1);
  const helloRetry = !bytes.short && equal(random, RETRY_RANDOM, 0);
  const found: Found = { types: [], helloRetry, scts: 0, psk: false };
  const fine = bytes.short || bytes.left === 0 || readExtensions(bytes.sub(bytes.u16()), found);
  if (bytes.short || !fine || bytes.left > 0) return undefined;
  const version = found.version ?? legacy;
  const tls13 = isTls13(version);
  const mark = helloRetry ? undefined : downgradeMark(random);
  const facts = {
    version: versionText(version),
    cipher,
    alpn: found.alpn === undefined ? undefined : wireText(found.alpn),
    group: found.group,
    extensions: found.types.length > MOST_EXTENSIONS ? found.types.slice(0, MOST_EXTENSIONS) : found.types,
    helloRetry,
    downgradeMark: mark,
    // RFC 8446 §4.2.11: pre_shared_key names the offered session that the server goes on with.
    resumed: tls13 && !helloRetry ? found.psk : undefined,
  };
  return shared(facts, version, tls13, found.scts);
}

/** The reading of an equal hello that was met lately: a server answers one client alike, and what stays the same is kept once. */
function shared(facts: ServerHelloFacts, version: number, tls13: boolean, scts: ServerHelloReading['scts']): ServerHelloReading {
  let hash = facts.cipher ^ (version << 8) ^ (facts.group ?? 0);
  for (const type of facts.extensions) hash = Math.imul(hash ^ type, 0x01000193);
  const place = (hash ^ (hash >>> 15)) & (HELLO_CACHE - 1);
  const known = readings[place];
  if (known !== undefined && known.scts === scts && isSame(known.facts, facts)) return known;
  return (readings[place] = { facts, tls13, scts });
}

function isSame(one: ServerHelloFacts, other: ServerHelloFacts): boolean {
  if (one.version !== other.version || one.cipher !== other.cipher || one.alpn !== other.alpn || one.group !== other.group) return false;
  if (one.helloRetry !== other.helloRetry || one.downgradeMark !== other.downgradeMark || one.resumed !== other.resumed || one.extensions.length !== other.extensions.length) return false;
  for (let at = 0; at < one.extensions.length; at++) if (one.extensions[at] !== other.extensions[at]) return false;
  return true;
}

/** The named group of an ECDHE ServerKeyExchange; undefined for DHE, explicit curves and PSK hints. */
export function keyExchangeGroup(body: Uint8Array): number | undefined {
  const bytes = new Bytes(body);
  const type = bytes.u8();
  const group = bytes.u16();
  const point = bytes.u8();
  // A DHE prime of 0x03nn bytes starts alike; no group number that ECDHE in TLS 1.2 knows is that high.
  const plausible = type === NAMED_CURVE && group > 0 && group <= LAST_CLASSIC_GROUP && point >= SHORTEST_POINT && bytes.left >= point;
  return plausible && !bytes.short ? group : undefined;
}

interface Found {
  readonly types: number[];
  readonly helloRetry: boolean;
  scts: number;
  psk: boolean;
  version?: number;
  alpn?: string;
  group?: number;
}

function readExtensions(bytes: Bytes, found: Found): boolean {
  while (bytes.left > 0 && !bytes.short) {
    const type = bytes.u16();
    const body = bytes.sub(bytes.u16());
    found.types.push(type);
    if (type === SUPPORTED_VERSIONS) found.version = body.u16();
    else if (type === KEY_SHARE) found.group = body.u16();
    else if (type === PRE_SHARED_KEY) found.psk = true;
    else if (type === TIMESTAMPS) found.scts = countScts(body.data, body.at, body.end);
    else if (type === ALPN) {
      const list = body.sub(body.u16());
      const name = list.take(list.u8());
      if (list.short) return false;
      found.alpn = latin1(name);
    }
    if (body.short) return false;
  }
  return !bytes.short;
}

function downgradeMark(random: Uint8Array): 'TLS1.2' | 'TLS1.1' | undefined {
  if (!equal(random, DOWNGRADE, RANDOM - 8)) return undefined;
  const last = random[RANDOM - 1];
  if (last === 1) return 'TLS1.2';
  return last === 0 ? 'TLS1.1' : undefined;
}

function equal(data: Uint8Array, expected: readonly number[], from: number): boolean {
  return expected.every((byte, index) => data[from + index] === byte);
}

const RANDOM = 32;
const ALPN = 16;
const TIMESTAMPS = 18;
const PRE_SHARED_KEY = 41;
const SUPPORTED_VERSIONS = 43;
const KEY_SHARE = 51;
const NAMED_CURVE = 3;
/** Extensions kept of an answer, which holds at most what was offered: some twenty. */
const MOST_EXTENSIONS = 64;
/** The registry's classic curves end at 41 (curveSM2); finite-field and hybrid groups lie above 255. */
const LAST_CLASSIC_GROUP = 41;
/** The shortest public value of any of them: 2 × 160 bits compressed to 21 bytes. */
const SHORTEST_POINT = 21;
/** RFC 8446 §4.1.3: "DOWNGRD", then 01 (server can 1.3) or 00 (server can 1.2). */
const DOWNGRADE: readonly number[] = [0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44];
/** RFC 8446 §4.1.3: SHA-256 of "HelloRetryRequest". */
const RETRY_RANDOM: readonly number[] = [
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
  0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];
/** Answers remembered, each in the one place that its hash gives: about 0.2 MB. */
const HELLO_CACHE = 256;
const readings: (ServerHelloReading | undefined)[] = Array.from({ length: HELLO_CACHE });
