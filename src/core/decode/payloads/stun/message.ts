/**
 * One STUN message (RFC 8489 §5, §14; RFC 3489 §11.1 where the cookie is
 * missing): takes whole bytes, gives what egret keeps of it. Strict about
 * lengths, blind to attributes that it does not know. Keeps no reference.
 */
import { formatV4, formatWords, type Endpoint } from '../../../base/address.ts';
import { latin1 } from '../../../base/bytes.ts';
import { wireText, type WireText } from '../../../base/wire-text.ts';
import { u16be, u32be } from '../../numbers.ts';
import { ATTRIBUTE } from './tables/methods.ts';

export type StunClass = 'request' | 'indication' | 'success' | 'error';

export interface StunMessage {
  readonly classic: boolean;
  readonly class: StunClass;
  readonly method: number;
  /** The 12 (RFC 3489: 16) bytes of the transaction as text, one char per byte. */
  readonly transaction: string;
  username?: WireText;
  realm?: WireText;
  software?: WireText;
  error?: number;
  mapped?: Endpoint;
  relayed?: Endpoint;
  /** XOR-PEER-ADDRESS; a CreatePermission may hold several. */
  peers: Endpoint[];
  channel?: number;
  integrity: boolean;
  fingerprint: boolean;
  useCandidate: boolean;
  /** Where the DATA attribute lies in the bytes; empty when there is none. */
  dataFrom: number;
  dataTo: number;
}

/** Length of the whole message by its header at `from`, 0 when this is no STUN header; needs 8 bytes. RFC 8489 §5. */
export function stunLength(data: Uint8Array, from: number): number {
  const length = u16be(data, from + 2);
  if (((data[from] ?? 0xff) & 0xc0) !== 0 || (length & 3) !== 0) return 0;
  return u32be(data, from + 4) === MAGIC_COOKIE ? HEADER + length : 0;
}

/** The message that fills `data[from, to)`; undefined when it makes no sense. */
export function readStun(data: Uint8Array, from: number, to: number): StunMessage | undefined {
  if (to - from < HEADER || ((data[from] ?? 0) & 0xc0) !== 0 || u16be(data, from + 2) !== to - from - HEADER) return undefined;
  const type = u16be(data, from);
  const classic = u32be(data, from + 4) !== MAGIC_COOKIE;
  const message: StunMessage = {
    classic,
    class: CLASSES[((type >> 7) & 2) | ((type >> 4) & 1)] ?? 'request',
    method: (type & 0xf) | ((type >> 1) & 0x70) | ((type >> 2) & 0xf80),
    transaction: latin1(data, from + (classic ? 4 : 8), from + HEADER),
    peers: NO_PEERS, integrity: false, fingerprint: false, useCandidate: false, dataFrom: 0, dataTo: 0,
  };
  let at = from + HEADER;
  for (let count = 0; at + 4 <= to; count++) {
    const length = u16be(data, at + 2);
    const start = at + 4;
    if (start + length > to || count >= ATTRIBUTE_CAP) return undefined;
    // What follows the integrity is not protected by it, and RFC 8489 §14.5 has it ignored.
    if (!message.integrity || isTrailer(u16be(data, at))) readAttribute(message, data, u16be(data, at), start, start + length, from);
    at = start + length + (classic ? 0 : (4 - (length & 3)) & 3);
  }
  return at === to ? message : undefined;
}

function isTrailer(type: number): boolean {
  return type === ATTRIBUTE.fingerprint || type === ATTRIBUTE.messageIntegritySha256;
}

function readAttribute(message: StunMessage, data: Uint8Array, type: number, from: number, to: number, start: number): void {
  switch (type) {
    case ATTRIBUTE.username:
      message.username ??= shownText(data, from, to);
      break;
    case ATTRIBUTE.realm:
      message.realm ??= shownText(data, from, to);
      break;
    case ATTRIBUTE.software:
      message.software ??= shownText(data, from, to);
      break;
    case ATTRIBUTE.errorCode:
      if (to - from >= 4) message.error = ((data[from + 2] ?? 0) & 7) * 100 + (data[from + 3] ?? 0);
      break;
    case ATTRIBUTE.mappedAddress:
      setOnce(message, 'mapped', readAddress(data, from, to, undefined));
      break;
    case ATTRIBUTE.xorMappedAddress:
      setOnce(message, 'mapped', readAddress(data, from, to, start));
      break;
    case ATTRIBUTE.xorRelayedAddress:
      setOnce(message, 'relayed', readAddress(data, from, to, start));
      break;
    case ATTRIBUTE.xorPeerAddress:
      addPeer(message, readAddress(data, from, to, start));
      break;
    case ATTRIBUTE.channelNumber:
      if (to - from >= 2) message.channel = u16be(data, from);
      break;
    case ATTRIBUTE.data:
      message.dataFrom = from;
      message.dataTo = to;
      break;
    case ATTRIBUTE.messageIntegrity:
      message.integrity ||= to - from === 20;
      break;
    case ATTRIBUTE.messageIntegritySha256:
      message.integrity ||= to - from >= 16 && to - from <= 32;
      break;
    case ATTRIBUTE.fingerprint:
      message.fingerprint ||= to - from === 4;
      break;
    case ATTRIBUTE.useCandidate:
      message.useCandidate = true;
      break;
    default:
  }
}

function setOnce(message: StunMessage, field: 'mapped' | 'relayed', found: Endpoint | undefined): void {
  if (found !== undefined) message[field] ??= found;
}

function addPeer(message: StunMessage, found: Endpoint | undefined): void {
  if (found === undefined) return;
  if (message.peers === NO_PEERS) message.peers = [found];
  else message.peers.push(found);
}

/** RFC 8489 §14.1, §14.2: `start` of the message when the address is XORed with its cookie and transaction. */
function readAddress(data: Uint8Array, from: number, to: number, start: number | undefined): Endpoint | undefined {
  const family = data[from + 1];
  const mask = (word: number): number => (start === undefined ? 0 : u32be(data, start + 4 + word * 4));
  const port = u16be(data, from + 2) ^ (mask(0) >>> 16);
  const word = (index: number): number => (u32be(data, from + 4 + index * 4) ^ mask(index)) >>> 0;
  if (family === 1 && to - from === 8) return { address: formatV4(word(0)), port };
  if (family === 2 && to - from === 20) return { address: formatWords(word(0), word(1), word(2), word(3)), port };
  return undefined;
}

function shownText(data: Uint8Array, from: number, to: number): WireText {
  return wireText(latin1(data, from, Math.min(to, from + TEXT_LIMIT)));
}

export const HEADER = 20;
const MAGIC_COOKIE = 0x2112_a442;
/** Shared by the many messages without any. */
const NO_PEERS: Endpoint[] = [];
const CLASSES: readonly StunClass[] = ['request', 'indication', 'success', 'error'];
/** Attributes of one message: ICE sends eight, TURN a dozen. */
const ATTRIBUTE_CAP = 64;
/** Bytes kept of a USERNAME, REALM or SOFTWARE: two ICE user fragments take at most 513 (RFC 8445 §5.3), names of products some dozens. */
const TEXT_LIMIT = 513;
