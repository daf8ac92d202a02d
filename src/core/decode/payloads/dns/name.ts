/**
 * Domain names on the wire (RFC 1035 §3.1, §4.1.4). Takes a reader inside one
 * whole message, gives labels and text in presentation form, in which a dot or
 * a control byte inside a label is escaped and so can never pass for a
 * separator or reach a terminal. Never follows a pointer that does not look
 * back, so a name is read in at most 255 bytes' worth of steps.
 */
import { shared, type Bytes } from '../../../base/bytes.ts';
import { wireText, type WireText } from '../../../base/wire-text.ts';

export interface DnsName {
  /** Each label escaped by RFC 4343 §2.1; case as it was sent. Empty for the root. */
  readonly labels: readonly WireText[];
  /** Labels joined by dots without a trailing one; the root is `.`. */
  readonly text: WireText;
  /** The form in which two names are compared: RFC 4343 folds ASCII case only, and escaped text holds nothing else. */
  readonly key: string;
}

/**
 * The name at the reader's position; moves the reader behind it. The reader's
 * `data` must be exactly the message, since pointers count from its first byte.
 * Undefined, with the reader left in place, when the name is damaged.
 */
export function readName(message: Bytes): DnsName | undefined {
  const { data, at } = message;
  const after = endOf(data, at, message.end);
  if (after < 0) return readLabels(message);
  let hash = after - at;
  for (let index = at; index < after; index++) hash = Math.imul(hash ^ (data[index] ?? 0), 0x01000193);
  const place = (hash ^ (hash >>> 15)) & (NAME_CACHE - 1);
  const known = kept[place];
  if (known !== undefined && spells(known.text, data, at, after)) {
    message.at = after;
    return known;
  }
  const name = readLabels(message);
  kept[place] = name;
  return name;
}

/** Where a name of ordinary length without pointers ends; -1 for any other. */
function endOf(data: Uint8Array, start: number, end: number): number {
  const last = Math.min(end, start + LONGEST_KEPT);
  for (let at = start; at < last; ) {
    const size = data[at] ?? 0;
    if (size > MAX_LABEL) return -1;
    at += size + 1;
    if (size === 0) return at;
  }
  return -1;
}

/** Whether `data[from…to)` is the text label by label, letter by letter; names with escapes are never found so. */
function spells(text: string, data: Uint8Array, from: number, to: number): boolean {
  if (text.length !== Math.max(1, to - from - 2)) return false;
  for (let at = from; at < to - 1; ) {
    const end = at + 1 + (data[at] ?? 0);
    if (at > from && text.charCodeAt(at - from - 1) !== DOT) return false;
    for (at++; at < end; at++) {
      const char = text.charCodeAt(at - from - 1);
      if (char !== data[at] || char === DOT || char === BACKSLASH) return false;
    }
  }
  return to - from > 1 || text === ROOT;
}

function readLabels(message: Bytes): DnsName | undefined {
  const { data } = message;
  const labels: WireText[] = [];
  let end = message.end;
  let at = message.at;
  let runStart = at;
  let after = -1;
  let length = 1;
  for (let size = data[at] ?? 0; size !== 0 || at >= end; size = data[at] ?? 0) {
    if (at >= end) return undefined;
    if (size >= POINTER) {
      const target = ((size & 0x3f) << 8) | (data[at + 1] ?? 0);
      // RFC 1035 §4.1.4: a pointer stands for a *prior* occurrence; looking strictly back from each run ends every loop.
      if (at + 1 >= end || target >= runStart || target < HEADER_LENGTH) return undefined;
      if (after < 0) after = at + 2;
      at = target;
      runStart = target;
      end = data.length;
      continue;
    }
    length += size + 1;
    if (size > MAX_LABEL || length > MAX_NAME || at + 1 + size > end) return undefined;
    labels.push(showLabel(data, at + 1, at + 1 + size));
    at += size + 1;
  }
  message.at = after < 0 ? at + 1 : after;
  const text = labels.length === 0 ? ROOT : wireText(shared(labels.join('.')));
  const key = text.toLowerCase();
  return { labels, text, key: key === text ? text : key };
}

/** Moves the reader behind a name without reading it; false (reader in place) when its own bytes are damaged. Pointers are not followed. */
export function skipName(message: Bytes): boolean {
  const { data, end } = message;
  let at = message.at;
  let length = 1;
  while (at < end) {
    const size = data[at] ?? 0;
    if (size === 0 || size >= POINTER) {
      const after = at + (size === 0 ? 1 : 2);
      if (after > end) return false;
      message.at = after;
      return true;
    }
    length += size + 1;
    if (size > MAX_LABEL || length > MAX_NAME) return false;
    at += size + 1;
  }
  return false;
}

function showLabel(data: Uint8Array, start: number, end: number): WireText {
  let text = '';
  for (let at = start; at < end; at++) text += SHOWN[data[at] ?? 0] ?? '';
  return wireText(text);
}

function show(byte: number): string {
  const char = String.fromCharCode(byte);
  if (char === '.' || char === '\\') return `\\${char}`;
  return byte > 0x20 && byte < 0x7f ? char : `\\${String(byte).padStart(3, '0')}`;
}

/** Bytes before the first question; no name starts there. */
export const HEADER_LENGTH = 12;
/** RFC 1035 §2.3.4, on the wire: length bytes and the closing zero included. */
const MAX_NAME = 255;
const MAX_LABEL = 63;
/** The two top bits of a length byte mark a pointer; 01 and 10 are reserved (RFC 6891 §5) and longer than any label. */
const POINTER = 0xc0;
const ROOT = wireText('.');
const DOT = 46;
const BACKSLASH = 92;
const SHOWN: readonly string[] = Array.from({ length: 256 }, (_, byte) => show(byte));
/** Names read lately, by their bytes, each in the one place that a hash gives: questions are sent, answered and asked again. About 2 MB when full. */
const NAME_CACHE = 8192;
const LONGEST_KEPT = 64;
const kept: (DnsName | undefined)[] = Array.from({ length: NAME_CACHE });
