/**
 * QUIC version numbers: what they are called, and for those whose Initial
 * packets can be opened, by which salt and labels. Anyone can open an Initial
 * packet (RFC 9001 §5.2): its keys come from a published salt and an
 * identifier that stands in the packet.
 */
import { fromHex } from '../../../base/bytes.ts';
import type { QuicVersionLabel } from './facts.ts';

/** How Initial packets of a version are protected. */
export interface InitialScheme {
  readonly salt: Uint8Array;
  /** Begin of the labels of key, IV and header protection key. */
  readonly label: 'quic ' | 'quicv2 ';
}

/** What a person calls the version. */
export function versionLabel(version: number): QuicVersionLabel {
  const known = LABELS.get(version);
  if (known !== undefined) return known;
  if (isDraft(version)) return `draft-${version & 0xff}`;
  if (isGoogle(version)) return String.fromCharCode(version >>> 24, (version >>> 16) & 0xff, (version >>> 8) & 0xff, version & 0xff);
  if (version >>> 8 === META) return `mvfst-${version & 0xff}`;
  return isReserved(version) ? 'grease' : `0x${version.toString(16).padStart(8, '0')}`;
}

/** Whether the number is a version that somebody speaks: what makes a long header more than a chance. */
export function isKnownVersion(version: number): boolean {
  return LABELS.has(version) || isDraft(version) || isGoogle(version) || version >>> 8 === META;
}

/** Type of a long-header packet in the numbers of version 1; version 2 counts one further (RFC 9369 §3.2). */
export function typeNumber(first: number, version: number): number {
  return ((first >> 4) - (version === V2 || version === V2_DRAFT ? 1 : 0)) & 3;
}

/** RFC 9000 §15: 0x?a?a?a?a, sent to make the other end negotiate. */
export function isReserved(version: number): boolean {
  return (version & 0x0f0f0f0f) === 0x0a0a0a0a;
}

/** Google's own: `Q` or `T` and three digits. Before Q046 they had headers of their own. */
export function isGoogle(version: number): boolean {
  const family = version >>> 24;
  return (family === 0x51 || family === 0x54) && isDigit(version >>> 16) && isDigit(version >>> 8) && isDigit(version);
}

/** How its Initial packets are opened; undefined for a version that egret only names. */
export function initialScheme(version: number): InitialScheme | undefined {
  if (version === V1) return SCHEME_1;
  if (version === V2) return SCHEME_2;
  if (version === V2_DRAFT) return SCHEME_2_DRAFT;
  const draft = isDraft(version) ? version & 0xff : (META_DRAFTS.get(version) ?? 0);
  if (draft >= 33) return draft <= 34 ? SCHEME_1 : undefined;
  if (draft >= 29) return SCHEME_29;
  if (draft >= 23) return SCHEME_23;
  return draft === 22 ? SCHEME_22 : undefined;
}

/** 0xff0000NN. */
function isDraft(version: number): boolean {
  return version >>> 8 === 0xff0000 && (version & 0xff) > 0;
}

function isDigit(byte: number): boolean {
  return (byte & 0xff) >= 0x30 && (byte & 0xff) <= 0x39;
}

function scheme(hex: string, label: InitialScheme['label'] = 'quic '): InitialScheme {
  return { salt: fromHex(hex) ?? new Uint8Array(0), label };
}

const V1 = 1;
/** RFC 9369. */
const V2 = 0x6b3343cf;
/** Its drafts. */
const V2_DRAFT = 0x709a50c4;
const LABELS: ReadonlyMap<number, QuicVersionLabel> = new Map([[V1, 'v1'], [V2, 'v2'], [V2_DRAFT, 'draft-v2']]);
/** 0xfaceb0NN, Meta's library; some of them are drafts under another number. */
const META = 0xfaceb0;
const META_DRAFTS: ReadonlyMap<number, number> = new Map([[0xfaceb001, 22], [0xfaceb002, 27]]);
/** RFC 9001 §5.2, RFC 9369 §3.3.1, and §5.2 of the drafts named. */
const SCHEME_1 = scheme('38762cf7f55934b34d179ae6a4c80cadccbb7f0a');
const SCHEME_2 = scheme('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'quicv2 ');
const SCHEME_2_DRAFT = scheme('a707c203a59b47184a1d62ca570406ea7ae3e5d3', 'quicv2 ');
const SCHEME_29 = scheme('afbfec289993d24c9e9786f19c6111e04390a899');
const SCHEME_23 = scheme('c3eef712c72ebb5a11a7d2432bb46365bef9f502');
const SCHEME_22 = scheme('7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a');
