/**
 * LDAP (RFC 4511): the extended operation StartTLS (§4.14) and its response,
 * found among whole messages; what other messages hold is passed over unread.
 */
import { latin1 } from '../../../base/bytes.ts';
import { HeldBytes } from '../held-bytes.ts';
import { mechanism } from '../sasl.ts';
import type { Recognition, Side } from '../session.ts';
import type { Dialogue } from './dialogue.ts';

export class LdapDialogue implements Dialogue {
  private readonly held = { up: new HeldBytes(MESSAGE_CAP), down: new HeldBytes(MESSAGE_CAP) };
  credential: string | undefined;
  private asked = false;

  read(side: Side, data: Uint8Array): number | 'over' | undefined {
    const held = this.held[side];
    const before = held.length;
    if (held.add(data, 0, data.length) > 0) return 'over';
    const bytes = held.view();
    let at = 0;
    for (let size = sizeOf(bytes, at); size > 0 && at + size <= bytes.length; size = sizeOf(bytes, at)) {
      const end = at + size;
      if (side === 'up') {
        this.asked ||= asksForTls(bytes, at, end);
        this.credential ??= bindOf(bytes, at, end);
      }
      else if (this.asked && isExtendedResponse(bytes, at, end)) return succeeded(bytes, at, end) ? end - before : 'over';
      at = end;
    }
    if (bytes.length > at && bytes[at] !== SEQUENCE) return 'over';
    const rest = bytes.slice(at);
    held.release();
    held.add(rest, 0, rest.length);
    return undefined;
  }
}

/** A sequence that holds a message id and one of the operations that may come first. */
export function recogniseLdap(data: Uint8Array): Recognition {
  if (data.length < 9) return data.length === 0 || data[0] === SEQUENCE ? 'more' : 'no';
  const operation = operationOf(data, 0);
  return FROM_CLIENT.has(operation) ? 'client' : FROM_SERVER.has(operation) ? 'server' : 'no';
}

/** Bytes of the message at `at` with its header; 0 when there is none or the header is cut. */
function sizeOf(data: Uint8Array, at: number): number {
  if (data[at] !== SEQUENCE || at + 2 > data.length) return 0;
  const first = data[at + 1] ?? 0;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4 || at + 2 + count > data.length) return 0;
  let length = 0;
  for (let index = 0; index < count; index++) length = length * 256 + (data[at + 2 + index] ?? 0);
  return 2 + count + length;
}

/** Tag of the operation behind the message id, -1 without one. */
function operationOf(data: Uint8Array, at: number): number {
  const place = operationAt(data, at);
  return place < 0 ? -1 : (data[place] ?? -1);
}

function operationAt(data: Uint8Array, at: number): number {
  const first = data[at + 1] ?? 0;
  const body = at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  const length = data[body + 1] ?? 0;
  return data[at] === SEQUENCE && data[body] === INTEGER && length >= 1 && length <= 4 ? body + 2 + length : -1;
}

/** BindRequest (§4.2): version, name, and a password or a SASL mechanism; without a password it is anonymous. */
function bindOf(data: Uint8Array, at: number, end: number): string | undefined {
  const place = operationAt(data, at);
  if (data[place] !== BIND_REQUEST) return undefined;
  const version = bodyAt(data, place);
  const name = version + 2 + (data[version + 1] ?? 0);
  const way = bodyAt(data, name) + lengthAt(data, name);
  if (data[version] !== INTEGER || data[name] !== OCTET_STRING || way + 2 > end) return undefined;
  if (data[way] === SIMPLE) return lengthAt(data, way) > 0 ? 'simple' : undefined;
  const named = bodyAt(data, way);
  return data[way] === SASL && data[named] === OCTET_STRING ? mechanism(latin1(data, named + 2, Math.min(end, named + 2 + (data[named + 1] ?? 0)))) : undefined;
}

/** Where the content of the element at `at` begins. */
function bodyAt(data: Uint8Array, at: number): number {
  const first = data[at + 1] ?? 0;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

function lengthAt(data: Uint8Array, at: number): number {
  let length = data[at + 1] ?? 0;
  if (length < 0x80) return length;
  const body = bodyAt(data, at);
  length = 0;
  for (let index = at + 2; index < Math.min(body, at + 6); index++) length = length * 256 + (data[index] ?? 0);
  return length;
}

function asksForTls(data: Uint8Array, at: number, end: number): boolean {
  return operationOf(data, at) === EXTENDED_REQUEST && latin1(data, at, Math.min(end, at + 64)).includes(START_TLS);
}

function isExtendedResponse(data: Uint8Array, at: number, end: number): boolean {
  const place = operationAt(data, at);
  return place >= 0 && place < end && data[place] === EXTENDED_RESPONSE;
}

/** resultCode success: the first element of the response, an enumeration of one byte. */
function succeeded(data: Uint8Array, at: number, end: number): boolean {
  const place = operationAt(data, at);
  const first = data[place + 1] ?? 0;
  const body = place + 2 + (first < 0x80 ? 0 : first & 0x7f);
  return body + 3 <= end && data[body] === ENUMERATED && data[body + 1] === 1 && data[body + 2] === 0;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const ENUMERATED = 0x0a;
const BIND_REQUEST = 0x60;
const SIMPLE = 0x80;
const SASL = 0xa3;
const EXTENDED_REQUEST = 0x77;
const EXTENDED_RESPONSE = 0x78;
const START_TLS = '1.3.6.1.4.1.1466.20037';
/** Bind, unbind, search, abandon, extended. */
const FROM_CLIENT: ReadonlySet<number> = new Set([BIND_REQUEST, 0x42, 0x63, 0x50, EXTENDED_REQUEST]);
/** Bind response, search entry and done, extended response. */
const FROM_SERVER: ReadonlySet<number> = new Set([0x61, 0x64, 0x65, EXTENDED_RESPONSE]);
/** Bytes held of one side's unfinished message: a bind, a search of the root entry and their answers are far shorter. */
const MESSAGE_CAP = 8192;
