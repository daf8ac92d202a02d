/**
 * Service bindings: the data of HTTPS and SVCB records (RFC 9460 §2). Takes a
 * reader over exactly the record's data, gives the facts that a name claim can
 * rest on; undefined when the data is damaged. Unknown parameters are passed over.
 */
import { formatV4, formatWords } from '../../../base/address.ts';
import { latin1, type Bytes } from '../../../base/bytes.ts';
import { wireText, type WireText } from '../../../base/wire-text.ts';
import type { ServiceFacts } from './facts.ts';
import { readName } from './name.ts';

/** RFC 9460 §2.2; `ttl` is the record's. In alias mode (priority 0) parameters are ignored, as §2.4.2 asks. */
export function readService(data: Bytes, ttl: number): ServiceFacts | undefined {
  const priority = data.u16();
  const target = data.short ? undefined : readName(data);
  if (target === undefined) return undefined;
  const found: Parameters = { alpn: [], ech: false, port: undefined, hints: [] };
  let last = -1;
  while (data.left > 0) {
    const key = data.u16();
    const value = data.sub(data.u16());
    // §2.2: keys in strictly increasing order, else the record is malformed.
    if (data.short || key <= last || !readParameter(found, key, value)) return undefined;
    last = key;
  }
  const { alpn, ech, port, hints } = priority === 0 ? NO_PARAMETERS : found;
  return { priority, target: target.text, alpn, ech, port, hints, ttl };
}

interface Parameters {
  alpn: readonly WireText[];
  ech: boolean;
  hints: readonly string[];
  port: number | undefined;
}

/** RFC 9460 §7. */
function readParameter(found: Parameters, key: number, value: Bytes): boolean {
  if (key === KEY_ALPN) return readAlpn(found, value);
  if (key === KEY_PORT) {
    if (value.left !== 2) return false;
    found.port = value.u16();
  } else if (key === KEY_ECH) {
    found.ech = value.left > 0;
  } else if (key === KEY_V4_HINT || key === KEY_V6_HINT) {
    const size = key === KEY_V4_HINT ? 4 : 16;
    if (value.left === 0 || value.left % size !== 0) return false;
    const hints = [...found.hints];
    while (value.left > 0 && hints.length < HINT_CAP) {
      hints.push(size === 4 ? formatV4(value.u32()) : formatWords(value.u32(), value.u32(), value.u32(), value.u32()));
    }
    found.hints = hints;
  }
  return true;
}

function readAlpn(found: Parameters, value: Bytes): boolean {
  const ids: WireText[] = [];
  while (value.left > 0) {
    const id = value.take(value.u8());
    if (value.short || id.length === 0) return false;
    if (ids.length < ALPN_CAP) ids.push(wireText(latin1(id)));
  }
  found.alpn = ids;
  return ids.length > 0;
}

const NO_PARAMETERS: Parameters = { alpn: [], ech: false, port: undefined, hints: [] };
const KEY_ALPN = 1;
const KEY_PORT = 3;
const KEY_V4_HINT = 4;
const KEY_ECH = 5;
const KEY_V6_HINT = 6;
/** Real records hold two or three protocols and up to eight addresses of a family; more are passed over. */
const ALPN_CAP = 16;
const HINT_CAP = 32;
