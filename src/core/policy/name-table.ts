/**
 * Host patterns under which values are filed: exact names and `*.suffix`
 * (one or more labels below, never the apex, design §5). Finding costs one
 * map look-up per label, whatever the number of patterns. Names from the wire
 * may hold escaped dots (RFC 4343), which separate nothing.
 */
export interface NameGroup<T> {
  /** Host of the pattern, without `*.`. */
  readonly host: string;
  readonly wildcard: boolean;
  readonly values: readonly T[];
}

export class NameTable<T> {
  readonly #exact = new Map<string, T[]>();
  readonly #below = new Map<string, T[]>();

  /** Files `value` under a host in normal form; several values of one pattern keep their order. */
  add(host: string, wildcard: boolean, value: T): void {
    const map = wildcard ? this.#below : this.#exact;
    const filed = map.get(host);
    if (filed) filed.push(value);
    else map.set(host, [value]);
  }

  /** What is filed for a seen name (lower case, no trailing dot), most specific first. */
  find(name: string): NameGroup<T>[] {
    const found: NameGroup<T>[] = [];
    if (name.length > LONGEST_NAME) return found;
    const exact = this.#exact.get(name);
    if (exact) found.push({ host: name, wildcard: false, values: exact });
    if (this.#below.size === 0) return found;
    for (let dot = nextDot(name, 0); dot >= 0; dot = nextDot(name, dot + 1)) {
      const host = name.slice(dot + 1);
      const values = this.#below.get(host);
      if (values) found.push({ host, wildcard: true, values });
    }
    return found;
  }
}

/** The next dot from `from` on that ends a label of a seen name; -1 for none. */
export function nextDot(name: string, from: number): number {
  let dot = name.length > LONGEST_NAME ? -1 : name.indexOf('.', from);
  while (dot === 0 || (dot > 0 && isEscaped(name, dot))) dot = name.indexOf('.', dot + 1);
  return dot;
}

/** Whether the character at `at` follows an odd number of backslashes. */
function isEscaped(name: string, at: number): boolean {
  let slashes = 0;
  while (name.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}

const BACKSLASH = 92;
/** 255 bytes (RFC 1035 §2.3.4), each written with up to four characters (`\255`): what is longer was never resolved. */
const LONGEST_NAME = 1020;
