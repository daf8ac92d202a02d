/** What the files of a bundle are called. */

export const RUN_FILE = 'run.json';

export type PartKind = 'events' | 'capture';

const ENDINGS: Readonly<Record<PartKind, string>> = { events: 'ndjson', capture: 'pcapng' };

/** `events.ndjson`, or `events-00001.ndjson` of a run that rotates. */
export function partName(kind: PartKind, number: number | undefined): string {
  return `${kind}${number === undefined ? '' : `-${String(number).padStart(DIGITS, '0')}`}.${ENDINGS[kind]}`;
}

/** The files of one kind among these names, in order; `isBroken`: the numbers do not begin with 1, or leave some out. */
export function partsOf(kind: PartKind, names: readonly string[]): { readonly files: readonly string[]; readonly isBroken: boolean } {
  const pattern = new RegExp(`^${kind}(?:-(\\d{${DIGITS},9}))?\\.${ENDINGS[kind]}$`);
  const parts = names.flatMap((name) => {
    const found = pattern.exec(name);
    return found === null ? [] : [{ name, number: found[1] === undefined ? undefined : Number(found[1]) }];
  }).toSorted((one, other) => (one.number ?? 0) - (other.number ?? 0));
  return { files: parts.map(({ name }) => name), isBroken: parts.some(({ number }, index) => number !== undefined && number !== index + 1) };
}

const DIGITS = 5;
