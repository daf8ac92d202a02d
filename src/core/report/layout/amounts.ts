/** Numbers for people: grouped counts, bytes in SI units, shares, plurals, lists. */

/** `1,204,331`. */
export function count(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+(?!\d))/g, ',');
}

/** `3 errors`, `1 error`, `no errors`; `plural` where an s is not enough. */
export function counted(value: number, singular: string, plural: string = `${singular}s`): string {
  return value === 0 ? `no ${plural}` : `${count(value)} ${value === 1 ? singular : plural}`;
}

/** Bytes in SI units with three digits: `0 B`, `812 B`, `18.2 kB`, `1.04 GB`. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  let scaled = value;
  let unit = -1;
  while (scaled >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return `${scaled.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** Whole per cent, rounded down so that 100 % is only said of all. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${Math.floor((part / whole) * 100)} %`;
}

/** `a`, `a and b`, `a, b and c`; past `limit` items `a, b and 7 more`. */
export function listed(items: readonly string[], limit = 6): string {
  const all = items.length <= limit ? items : [...items.slice(0, limit - 1), `${count(items.length - limit + 1)} more`];
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'];
