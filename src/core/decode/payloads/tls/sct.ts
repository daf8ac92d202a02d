/**
 * Signed certificate timestamps (RFC 6962 §3.3): counts those in a certificate,
 * in the ServerHello and in a stapled OCSP response (RFC 6960 §4.2.1). Counts
 * only well-formed lists and verifies nothing: the keys of logs change faster
 * than this program, and absence is what tells a private authority.
 */
import { Bytes } from '../../../base/bytes.ts';
import { derChildren, objectIdentifier, readDer, TAG, type DerValue } from './der.ts';
import type { SctPlace } from './facts.ts';

/** How many timestamps a SignedCertificateTimestampList holds; 0 when it makes no sense. */
export function countScts(data: Uint8Array, from = 0, to = data.length): number {
  const bytes = new Bytes(data, from, to);
  const list = bytes.sub(bytes.u16());
  let count = 0;
  while (list.left > 0 && !list.short) {
    const length = list.u16();
    list.skip(length);
    if (length < SHORTEST_SCT) return 0;
    count++;
  }
  return list.short || bytes.short || bytes.left > 0 ? 0 : count;
}

/** As {@link countScts}, for the value of an extension of a certificate or an OCSP response: the list stands in an OCTET STRING inside it. */
export function countSctsOfExtension(data: Uint8Array, value: DerValue): number {
  const inner = readDer(data, value.start, value.end);
  return inner?.tag === TAG.octets && inner.end === value.end ? countScts(data, inner.start, inner.end) : 0;
}

/** How many timestamps a CertificateStatus message (RFC 6066 §8) brings; 0 without any or when it makes no sense. */
export function countSctsOfStaple(body: Uint8Array): number {
  const bytes = new Bytes(body);
  const type = bytes.u8();
  const length = bytes.u24();
  if (type !== OCSP || length !== bytes.left) return 0;
  const response = readDer(body, bytes.at, body.length);
  const [, wrapped] = childrenOf(body, response);
  const [kind, octets] = childrenOf(body, childrenOf(body, wrapped)[0]);
  if (kind === undefined || octets?.tag !== TAG.octets || objectIdentifier(body, kind) !== BASIC_RESPONSE) return 0;
  const data = childrenOf(body, readDer(body, octets.start, octets.end))[0];
  // version, responderID and producedAt stand before it, extensions behind; none of them is a plain SEQUENCE.
  const responses = childrenOf(body, data).find(({ tag }) => tag === TAG.sequence);
  return childrenOf(body, responses).reduce((sum, single) => sum + countSctsOfSingle(body, single), 0);
}

/** The places by what was counted: shared lists, since every TLS 1.2 connection has one. */
export function sctPlaces(certificate: number, extension: number, staple: number): readonly SctPlace[] {
  return PLACES[(certificate > 0 ? 1 : 0) + (extension > 0 ? 2 : 0) + (staple > 0 ? 4 : 0)] ?? [];
}

/** SingleResponse: certID, certStatus, thisUpdate, [0] nextUpdate, [1] singleExtensions. */
function countSctsOfSingle(body: Uint8Array, single: DerValue): number {
  const wrapper = childrenOf(body, single).slice(3).find(({ tag }) => tag === SINGLE_EXTENSIONS);
  for (const extension of childrenOf(body, childrenOf(body, wrapper)[0])) {
    const parts = childrenOf(body, extension);
    const [type] = parts;
    const value = parts.at(-1);
    if (type !== undefined && value?.tag === TAG.octets && objectIdentifier(body, type) === SCTS_IN_OCSP) return countSctsOfExtension(body, value);
  }
  return 0;
}

function childrenOf(data: Uint8Array, parent: DerValue | undefined): readonly DerValue[] {
  return parent === undefined ? NONE : (derChildren(data, parent) ?? NONE);
}

const NONE: readonly DerValue[] = [];
const OCSP = 1;
const SINGLE_EXTENSIONS = 0xa1;
const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1';
const SCTS_IN_OCSP = '1.3.6.1.4.1.11129.2.4.5';
/** Version, log, time, two empty fields (RFC 6962 §3.2): a signature comes on top. */
const SHORTEST_SCT = 1 + 32 + 8 + 2 + 4;
const PLACES: readonly (readonly SctPlace[])[] = [
  [], ['certificate'], ['extension'], ['certificate', 'extension'], ['staple'], ['certificate', 'staple'], ['extension', 'staple'], ['certificate', 'extension', 'staple'],
];
