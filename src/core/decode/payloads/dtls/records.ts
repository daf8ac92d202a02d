/**
 * DTLS records of one datagram (RFC 6347 §4.1, RFC 9147 §4): walks them, hands
 * on what is in clear and names what is not. A record never runs over the end
 * of its datagram; bytes that are no record end the walk.
 */
import { u16be } from '../../numbers.ts';

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

/** Where the record with a full header at `at` ends; 0 when there is none. */
export function recordEnd(data: Uint8Array, at: number): number {
  const type = data[at] ?? 0;
  if (at + RECORD_HEADER > data.length || type < CONTENT.changeCipherSpec || type > LAST_TYPE || data[at + 1] !== 0xfe) return 0;
  const minor = data[at + 2];
  if (minor !== 0xff && minor !== 0xfd) return 0;
  const end = at + RECORD_HEADER + u16be(data, at + 11);
  return end > data.length ? 0 : end;
}

function plainRecord(data: Uint8Array, at: number, sink: RecordSink): number {
  const end = recordEnd(data, at);
  if (end === 0) return 0;
  const type = data[at] ?? 0;
  if (u16be(data, at + 3) === 0) sink.clear(type, data, at + RECORD_HEADER, end);
  else sink.sealed(type === CONTENT.applicationData);
  return end;
}

/** RFC 9147 §4: 001CSLEE, connection id of a length that only the handshake knew, sequence number, length. */
function unifiedRecord(data: Uint8Array, at: number, sink: RecordSink): number {
  const flags = data[at] ?? 0;
  sink.sealed((flags & 3) === APPLICATION_EPOCH);
  const header = 1 + ((flags & 8) === 0 ? 1 : 2);
  // Without a length it fills the datagram; with a connection id nobody else knows where the length stands.
  if ((flags & 4) === 0 || (flags & 16) !== 0) return data.length;
  const end = at + header + 2 + u16be(data, at + header);
  return end > data.length ? 0 : end;
}

const RECORD_HEADER = 13;
/** ack (26), the last of the registered content types. */
const LAST_TYPE = 26;
/** The three high bits of a unified header. */
const UNIFIED = 1;
/** RFC 9147 §6.1: epoch 3 is the first with application data; 2 protects the handshake. */
const APPLICATION_EPOCH = 3;
/** Records of one datagram that are looked at: a flight has a dozen, and 65,507 bytes could hold 5,000 empty ones. */
const RECORD_CAP = 64;
