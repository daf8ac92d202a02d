/**
 * The least of DER (X.690 §8, §10.1) that a certificate needs: takes bytes,
 * gives where values lie; copies nothing. Definite lengths and one-byte tags
 * only, which is all that RFC 5280 uses; anything else ends the walk.
 */

/** Where one value lies in the data: its tag, its whole extent from `from`, its content from `start` to `end`. */
export interface DerValue {
  readonly tag: number;
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** The value at `at`, if it lies whole before `limit`. */
export function readDer(data: Uint8Array, at: number, limit: number): DerValue | undefined {
  const tag = data[at];
  const first = data[at + 1];
  if (tag === undefined || first === undefined || at + 2 > limit || (tag & 0x1f) === 0x1f) return undefined;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > MOST_LENGTH_OCTETS || start + octets > limit) return undefined;
    length = 0;
    for (const end = start + octets; start < end; start++) length = (length << 8) | (data[start] ?? 0);
  }
  return start + length <= limit ? { tag, from: at, start, end: start + length } : undefined;
}

/** The values inside a constructed one, in order; undefined when they do not fill it exactly. */
export function derChildren(data: Uint8Array, parent: DerValue): DerValue[] | undefined {
  const children: DerValue[] = [];
  for (let at = parent.start; at < parent.end;) {
    const child = readDer(data, at, parent.end);
    if (child === undefined) return undefined;
    children.push(child);
    at = child.end;
  }
  return children;
}

/** Dotted text of an object identifier's content (X.690 §8.19); undefined when an arc is longer than any real one. */
export function objectIdentifier(data: Uint8Array, value: DerValue): string | undefined {
  const arcs: number[] = [];
  let arc = 0;
  for (let at = value.start; at < value.end; at++) {
    const byte = data[at] ?? 0;
    arc = arc * 128 + (byte & 0x7f);
    if (arc > LARGEST_ARC || arcs.length > MOST_ARCS) return undefined;
    if (byte >= 0x80) continue;
    if (arcs.length === 0) {
      const root = Math.min(2, Math.floor(arc / 40));
      arcs.push(root, arc - root * 40);
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.length === 0 ? undefined : arcs.join('.');
}

/** Tags of X.690 §8 and RFC 5280. */
export const TAG = {
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  universal: 0x1c,
  bmp: 0x1e,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
} as const;

/** Three octets say up to 16 MB, beyond any certificate message. */
const MOST_LENGTH_OCTETS = 3;
/** Arcs above 32 bits occur only in UUID-based identifiers, which name nothing we print. */
const LARGEST_ARC = 0xffff_ffff;
const MOST_ARCS = 32;
