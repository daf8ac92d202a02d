/**
 * DTLS records of one datagram (RFC 6347 §4.1, RFC 9147 §4): walks them, hands
 * on what is in clear and names what is not. A record never runs over the end
 * of its datagram; bytes that are no record end the walk.
 */
import { u16be } from '../../numbers.ts';
import { isReadable } from '../readable.ts';

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

export interface RecordSink {
  /** A record in clear (epoch 0): its body is `data[from, to)`. */
  clear(type: number, data: Uint8Array, from: number, to: number): void;
  /** An encrypted one; `application`: it says, or its epoch does, that it carries application data. */
  sealed(application: boolean): void;
}

/** Walks the records of a datagram; false when it ends in bytes that are none. */
export function walkRecords(data: Uint8Array, sink: RecordSink): boolean {
  let at = 0;
  for (let count = 0; at < data.length && count < RECORD_CAP; count++) {
    const next = (data[at] ?? 0) >>> 5 === UNIFIED ? unifiedRecord(data, at, sink) : plainRecord(data, at, sink);
    if (next === 0) return false;
    at = next;
  }
  return true;
}

/** Whether `data[from, to)` is records and nothing else, and none that says it is encrypted can be read. */
export function fillWithRecords(data: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    const isShort = (data[at] ?? 0) >>> 5 === UNIFIED;
    const end = isShort ? unifiedEnd(data, at, to) : recordEnd(data, at, to);
    const body = isShort ? at + unifiedHeader(data, at) : at + RECORD_HEADER;
    if (end === 0 || ((isShort || data[at] === CONTENT.applicationData) && isReadable(data, body, end))) return false;
    at = end;
  }
  return true;
}

/** Where the record with a full header at `at` ends; 0 when there is none. */
export function recordEnd(data: Uint8Array, at: number, to: number = data.length): number {
  const type = data[at] ?? 0;
  if (at + RECORD_HEADER > to || type < CONTENT.changeCipherSpec || type > LAST_TYPE || data[at + 1] !== 0xfe) return 0;
  const minor = data[at + 2];
  if (minor !== 0xff && minor !== 0xfd) return 0;
  const end = at + RECORD_HEADER + u16be(data, at + 11);
  return end > to ? 0 : end;
}

function plainRecord(data: Uint8Array, at: number, sink: RecordSink): number {
  const end = recordEnd(data, at);
  if (end === 0) return 0;
  const type = data[at] ?? 0;
  // RFC 6347 §4.1: application data never goes before the keys are agreed on.
  if (type === CONTENT.applicationData && (u16be(data, at + 3) === 0 || isReadable(data, at + RECORD_HEADER, end))) return 0;
  if (u16be(data, at + 3) === 0) sink.clear(type, data, at + RECORD_HEADER, end);
  else sink.sealed(type === CONTENT.applicationData);
  return end;
}

function unifiedRecord(data: Uint8Array, at: number, sink: RecordSink): number {
  const end = unifiedEnd(data, at, data.length);
  if (end !== 0) sink.sealed(((data[at] ?? 0) & 3) === APPLICATION_EPOCH);
  return end;
}

/**
 * RFC 9147 §4: 001CSLEE, sequence number, length. Without a length anything would do, with a connection id nobody else
 * knows where the length stands: both are allowed, sent by hardly anybody, and not believed. 0: no record.
 */
function unifiedEnd(data: Uint8Array, at: number, to: number): number {
  const flags = data[at] ?? 0;
  if ((flags & HAS_LENGTH) === 0 || (flags & HAS_ID) !== 0) return 0;
  const body = at + unifiedHeader(data, at);
  const end = body + u16be(data, body - 2);
  return end > to ? 0 : end;
}

function unifiedHeader(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) & LONG_SEQUENCE) === 0 ? 4 : 5;
}

const RECORD_HEADER = 13;
/** ack (26), the last of the registered content types. */
const LAST_TYPE = 26;
/** The three high bits of a unified header. */
const UNIFIED = 1;
const HAS_LENGTH = 4;
const LONG_SEQUENCE = 8;
const HAS_ID = 16;
/** RFC 9147 §6.1: epoch 3 is the first with application data; 2 protects the handshake. */
const APPLICATION_EPOCH = 3;
/** Records of one datagram that are looked at: a flight has a dozen, and 65,507 bytes could hold 5,000 empty ones. */
const RECORD_CAP = 64;
