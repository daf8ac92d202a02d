/**
 * What every datagram of a flow must look like whose name says that it is
 * encrypted or exempt: one well-formed datagram in front would else hide
 * whatever follows it. Of other protocols nobody asks. Forms are lengths and
 * fields that a protocol fixes; text in their place fits none of them.
 */
import { latin1 } from '../../../base/bytes.ts';
import { readDatagramCarrier } from '../../headers/carriers.ts';
import { Network } from '../../headers/network.ts';
import { u16be, u32be } from '../../numbers.ts';
import { isReadable } from '../readable.ts';
import { IkeForm } from './ike.ts';

/** Asked of one datagram after another, the first one too. */
export type Form = (data: Uint8Array) => boolean;

/** The form of a protocol's flow, made for each; undefined where the name promises nothing. */
export function formOf(protocol: string): Form | undefined {
  return FORMS.get(protocol)?.();
}

/** RFC 5905 §7.3, version 1 to 4: time messages with a stratum, and control messages (RFC 9327 §2) whose length agrees. */
export function isNtp(data: Uint8Array): boolean {
  const version = ((data[0] ?? 0) >> 3) & 7;
  const mode = (data[0] ?? 0) & 7;
  if (version < 1 || version > 4 || mode === 0) return false;
  if (mode === CONTROL) return data.length >= CONTROL_HEADER && ((CONTROL_HEADER + u16be(data, 10) + 3) & ~3) <= data.length && data.length <= CONTROL_LONGEST;
  return mode !== PRIVATE && data.length >= NTP_HEADER && (data.length & 3) === 0 && (data[1] ?? 0) <= LAST_STRATUM;
}

/** RFC 2131 §2: an operation, the hardware, the magic cookie, and options that reach an end (RFC 2132 §3.2). */
export function isDhcp(data: Uint8Array): boolean {
  const operation = data[0] ?? 0;
  if (data.length < DHCP_OPTIONS || operation < 1 || operation > 2 || (data[2] ?? 0) > 16 || u32be(data, DHCP_OPTIONS - 4) !== DHCP_COOKIE) return false;
  for (let at = DHCP_OPTIONS; at < data.length;) {
    if (data[at] === 0xff) return isZero(data, at + 1);
    at += data[at] === 0 ? 1 : 2 + (data[at + 1] ?? 0);
    if (at > data.length) return false;
  }
  return true;
}

/** RFC 8415 §8, §9: a type, and options that fill the message. */
export function isDhcp6(data: Uint8Array): boolean {
  const type = data[0] ?? 0;
  if (type < 1 || type > 13) return false;
  let at = type === RELAY_FORWARD || type === RELAY_REPLY ? 34 : 4;
  while (at + 4 <= data.length) at += 4 + u16be(data, at + 2);
  return at === data.length;
}

/** UPnP device architecture §1.2, §1.3: a search, a notice or an answer, whole lines to the empty one. */
function isSsdp(data: Uint8Array): boolean {
  const text = latin1(data, 0, Math.min(data.length, SSDP_LONGEST));
  return SSDP.test(text) && data.length <= SSDP_LONGEST;
}

/** Whitepaper §5.4: four types, each with three zero bytes behind it; all but data have one length, and data may have been captured in part. */
function isWireGuard(data: Uint8Array): boolean {
  const type = data[0] ?? 0;
  if (data[1] !== 0 || data[2] !== 0 || data[3] !== 0) return false;
  return type === 4 ? data.length >= 32 && !isReadable(data, 16, data.length) : data.length === WIREGUARD_LENGTHS[type];
}

function carrier(name: string, port: number): () => Form {
  const form: Form = (data) => readDatagramCarrier(data, 0, data.length, 0, port, NETWORK) === name;
  return () => form;
}

function isZero(data: Uint8Array, from: number): boolean {
  for (let at = from; at < data.length; at++) if (data[at] !== 0) return false;
  return true;
}

const FORMS: ReadonlyMap<string, () => Form> = new Map([
  ['wireguard', () => isWireGuard],
  ['ntp', () => isNtp],
  ['dhcp', () => isDhcp],
  ['dhcpv6', () => isDhcp6],
  ['ssdp', () => isSsdp],
  ['ike', (): Form => {
    const form = new IkeForm();
    return (data) => form.fits(data);
  }],
  ['vxlan', carrier('vxlan', 4789)],
  ['geneve', carrier('geneve', 6081)],
  ['gtp-u', carrier('gtp-u', 2152)],
  ['teredo', carrier('teredo', 3544)],
]);

const NETWORK = new Network();
const NTP_HEADER = 48;
const CONTROL = 6;
const PRIVATE = 7;
const CONTROL_HEADER = 12;
/** RFC 9327 §2: 468 bytes of data and a check value. */
const CONTROL_LONGEST = 512;
/** RFC 5905 §7.3: 16 is unsynchronised, higher ones are reserved. */
const LAST_STRATUM = 16;
const DHCP_OPTIONS = 240;
const DHCP_COOKIE = 0x6382_5363;
const RELAY_FORWARD = 12;
const RELAY_REPLY = 13;
const SSDP = /^(?:M-SEARCH \* HTTP\/1\.1|NOTIFY \* HTTP\/1\.1|HTTP\/1\.1 200 OK)\r\n(?:[A-Za-z][\w.-]{0,60}:[^\r\n]{0,500}\r\n){1,40}(?:\r\n)?$/;
/** Datagrams of discovery stay within one packet. */
const SSDP_LONGEST = 2048;
const WIREGUARD_LENGTHS: Readonly<Record<number, number>> = { 1: 148, 2: 92, 3: 64 };
