/**
 * Checks of untrusted JSON values against a table: what a value must be, all
 * the way down, before anything trusts its type. Gives yes or no, never
 * throws, allocates nothing; time is linear in the value.
 */

/** Whether a parsed JSON value is what the table says. */
type Check = (value: unknown) => boolean;

/** A check of a whole value, which TypeScript may then trust. */
export type Shape<T> = (value: unknown) => value is T;

/** A field that may be absent. */
export interface MaybeAbsent {
  readonly absentOr: Check;
}

/** A shape for each key of `T`, and `absentOr` for exactly the optional ones: a type that grows breaks the table's build. */
export type FieldShapes<T> = { readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? MaybeAbsent : Check };

export function maybe(shape: Check): MaybeAbsent {
  return { absentOr: shape };
}

/** An object with these own fields; others are let through, because a later version may add some. */
export function objectOf<T>(fields: FieldShapes<T>): Shape<T> {
  const table = Object.entries<Check | MaybeAbsent>(fields).map(([key, shape]) => (typeof shape === 'function' ? { key, shape, required: true } : { key, shape: shape.absentOr, required: false }));
  return (value): value is T => {
    if (!isObject(value)) return false;
    for (const { key, shape, required } of table) {
      if (!Object.hasOwn(value, key)) {
        if (required) return false;
      } else if (!shape(value[key])) return false;
    }
    return true;
  };
}

export function listOf(shape: Check, cap: number = LIST_CAP): Check {
  return (value) => {
    if (!Array.isArray(value) || value.length > cap) return false;
    for (const item of value) if (!shape(item)) return false;
    return true;
  };
}

/** A list of exactly these. */
export function tupleOf(...shapes: readonly Check[]): Check {
  return (value) => {
    if (!Array.isArray(value) || value.length !== shapes.length) return false;
    for (let at = 0; at < shapes.length; at++) if (shapes[at]?.(value[at]) !== true) return false;
    return true;
  };
}

/** An object whose keys are free and whose values all have one shape. */
export function recordOf(shape: Check): Check {
  return (value) => {
    if (!isObject(value)) return false;
    for (const key of Object.keys(value)) if (key.length > TEXT_CAP || !shape(value[key])) return false;
    return true;
  };
}

export function oneOf<T>(...allowed: readonly T[]): Shape<T> {
  const set: ReadonlySet<unknown> = new Set(allowed);
  return (value): value is T => set.has(value);
}

export function matching(pattern: RegExp): Check {
  return (value) => typeof value === 'string' && value.length <= TEXT_CAP && pattern.test(value);
}

export const text: Check = (value) => typeof value === 'string' && value.length <= TEXT_CAP;
export const flag: Check = (value) => typeof value === 'boolean';
/** Microseconds may be any finite number: a capture's clock is as hostile as its bytes. */
export const finite: Check = (value) => typeof value === 'number' && Number.isFinite(value);
export const count: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
export const u16: Check = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nothing that fits into a message of 64 kB has more items, or a longer text once escaped. */
const LIST_CAP = 1 << 16;
const TEXT_CAP = 1 << 18;
