/**
 * What operating systems, browsers, frameworks and tools contact by
 * themselves: types and the look-up by name. A row is a hint for a person who
 * reads a finding, never an exoneration: any program can contact any host.
 * Only rows of the role `system` may let a judge say `environment`.
 */
import { FRAMEWORK_SENDERS } from './framework-senders.ts';
import { LINUX_SENDERS } from './linux-senders.ts';
import { MACOS_SENDERS } from './macos-senders.ts';
import { WINDOWS_SENDERS } from './windows-senders.ts';

export type Platform = 'linux' | 'macos' | 'windows';

/**
 * `system`: the operating system asks, and an application hardly would;
 * `shared`: the operating system asks, and applications may just as well, or it is telemetry;
 * `framework`: a runtime, browser, updater or tool asks, which may be part of the application.
 */
type SenderRole = 'system' | 'shared' | 'framework';

export interface KnownSender {
  /** `host` exactly, or `*.host` for one or more labels below it; with a shape the label that it speaks of. */
  readonly pattern: string;
  /** `first-label`: that label before any domain; `random-label`: one label of 7 to 15 letters. Such rows never make `environment`. */
  readonly shape?: 'first-label' | 'random-label';
  readonly role: SenderRole;
  readonly platforms: readonly Platform[];
  /** Ports it is contacted on, where only these make `environment`: `123/udp`. */
  readonly ports?: readonly string[];
  readonly sender: string;
  /** The part of the sender that asks, in a few words. */
  readonly what: string;
  readonly why: string;
  /** The flag, policy, registry value or setting that stops it; says so where there is none. */
  readonly stop: string;
  readonly source: string;
  /** ISO date on which the row was checked. */
  readonly date: string;
}

export const KNOWN_SENDERS: readonly KnownSender[] = [...WINDOWS_SENDERS, ...MACOS_SENDERS, ...LINUX_SENDERS, ...FRAMEWORK_SENDERS];

/** Rows that know the name (seen form), most specific first; without a platform those of all. */
export function findSenders(name: string, platform?: Platform): readonly KnownSender[] {
  return candidatesOf(name).filter((row) => platform === undefined || row.platforms.includes(platform));
}

/** The row by which the operating system of this platform is known to ask for the name; shapes never count. */
export function findSystemSender(name: string, platform: Platform): KnownSender | undefined {
  // The most specific row speaks, so that a `shared` host below a `system` wildcard is none of the system's.
  const first = candidatesOf(name).find((row) => row.shape === undefined && row.role !== 'framework' && row.platforms.includes(platform));
  return first?.role === 'system' ? first : undefined;
}

function candidatesOf(name: string): readonly KnownSender[] {
  const found = [...(EXACT.get(name) ?? [])];
  for (let dot = deepestDot(name); dot > 0; dot = name.indexOf('.', dot + 1)) found.push(...(BELOW.get(name.slice(dot + 1)) ?? []));
  return [...found, ...SHAPED.filter((row) => hasShape(row, name))];
}

/** Where the longest suffix starts that any wildcard has; a stranger's name of a hundred labels is not walked. */
function deepestDot(name: string): number {
  let dot = name.length;
  for (let labels = 0; labels < DEEPEST; labels++) {
    const before = name.lastIndexOf('.', dot - 1);
    if (before <= 0) break;
    dot = before;
  }
  return dot === name.length ? -1 : dot;
}

function hasShape({ shape, pattern }: Pick<KnownSender, 'shape' | 'pattern'>, name: string): boolean {
  if (shape === 'first-label') return name.startsWith(`${pattern}.`);
  return shape === 'random-label' && RANDOM_LABEL.test(name);
}

function indexed(rows: readonly KnownSender[], keyOf: (row: KnownSender) => string | undefined): ReadonlyMap<string, readonly KnownSender[]> {
  const index = new Map<string, KnownSender[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== undefined) index.set(key, [...(index.get(key) ?? []), row]);
  }
  return index;
}

const RANDOM_LABEL = /^[a-z]{7,15}$/;
const EXACT = indexed(KNOWN_SENDERS, ({ pattern, shape }) => (shape === undefined && !pattern.startsWith('*.') ? pattern : undefined));
const BELOW = indexed(KNOWN_SENDERS, ({ pattern, shape }) => (shape === undefined && pattern.startsWith('*.') ? pattern.slice(2) : undefined));
/** Labels of the longest wildcard. */
const DEEPEST = Math.max(...[...BELOW.keys()].map((suffix) => suffix.split('.').length));
const SHAPED = KNOWN_SENDERS.filter(({ shape }) => shape !== undefined);
