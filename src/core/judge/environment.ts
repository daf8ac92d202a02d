/**
 * The verdict `environment` (design §6): what the operating system does by
 * itself on a recorded machine. Turns a verdict `undeclared` into it, and takes
 * it back where the application turns out to have looked the name up. Never
 * touches a recording that is stated to hold only the app.
 */
import { seenHost } from '../base/host-name.ts';
import type { Transport } from '../base/transport.ts';
import { findSystemSender, type KnownSender, type Platform } from '../knowledge/known-senders.ts';
import { isSystemProcess } from '../knowledge/system-processes.ts';
import type { Lookup } from '../observe/connection.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { JudgedLookup, ScopeFacts } from './context.ts';
import type { Destination } from './destination.ts';

/** Who asked, and where; a lookup has no port. */
export interface Asking {
  readonly component?: string | undefined;
  readonly process?: { readonly name: string } | undefined;
  readonly to?: { readonly port: number } | undefined;
  readonly transport?: Transport | undefined;
}

/** `environment` in place of `undeclared`, where every condition of design §6 holds; else the verdict as it was. */
export function asEnvironment(verdict: Verdict, asking: Asking, facts: ScopeFacts): Verdict {
  const { name } = verdict;
  if (verdict.kind !== 'undeclared' || verdict.telemetry !== undefined || name === undefined) return verdict;
  const { platform } = facts;
  if (facts.kind === 'app' || platform === undefined || isOfTheApp(asking, platform)) return verdict;
  const row = findSystemSender(name, platform);
  if (row === undefined || !isOnItsPort(row, asking)) return verdict;
  const by = row.pattern.startsWith('*.') ? 'wildcard' : 'name';
  const witness = asking.process === undefined ? '' : `${WITNESS}${asking.process.name}`;
  return { kind: 'environment', name, by, reason: `${row.sender}: ${row.what}${witness}` };
}

/**
 * Whether only the name speaks for the operating system. A process name is the
 * program's own word as an SNI is, so it counts beside a name that the
 * recording corroborates, not alone.
 */
export function isByNameAlone({ verdict, confidence }: Pick<Destination, 'verdict' | 'confidence'>): boolean {
  return verdict.kind === 'environment' && !(confidence === 'high' && verdict.reason?.includes(WITNESS) === true);
}

/** Names that a component, or a program that is none of the system's, looked up: never `environment` in that scope. */
export class AskedNames {
  readonly #names = new Map<number, Set<string>>();
  #isFull = false;
  #count = 0;

  add(lookup: Lookup, facts: ScopeFacts): void {
    const { platform } = facts;
    if (this.#isFull || platform === undefined || facts.kind === 'app' || !isOfTheApp(lookup, platform)) return;
    const name = seenHost(lookup.name);
    if (findSystemSender(name, platform) === undefined) return;
    const names = this.#names.get(lookup.scope) ?? new Set<string>();
    this.#names.set(lookup.scope, names);
    if (names.has(name)) return;
    names.add(name);
    this.#isFull = ++this.#count >= ASKED_CAP;
  }

  /** Past the cap nothing is known not to have been asked for. */
  has(scope: number, name: string | undefined): boolean {
    return this.#isFull || (name !== undefined && this.#names.get(scope)?.has(name) === true);
  }

  /** The verdict of one connection or lookup, as far as lookups are known yet. */
  correct(verdict: Verdict, scope: number): Verdict {
    return verdict.kind === 'environment' && this.has(scope, verdict.name) ? withdrawn(verdict) : verdict;
  }

  /** Folded rows, when all lookups are known: earlier verdicts did not know of later lookups. */
  settle<Row extends Destination | JudgedLookup>(rows: readonly Row[]): readonly Row[] {
    if (this.#count === 0) return rows;
    return rows.map((row) => {
      const verdict = this.correct(row.verdict, row.scope);
      return verdict === row.verdict ? row : { ...row, verdict };
    });
  }
}

function withdrawn({ name }: Verdict): Verdict {
  return name === undefined ? { kind: 'undeclared' } : { kind: 'undeclared', name };
}

function isOfTheApp({ component, process }: Asking, platform: Platform): boolean {
  return component !== undefined || (process !== undefined && !isSystemProcess(process.name, platform));
}

function isOnItsPort({ ports }: KnownSender, { to, transport }: Asking): boolean {
  return ports === undefined || to === undefined || ports.includes(`${to.port}/${transport ?? ''}`);
}

const WITNESS = '; process ';
/** Wildcard rows could be asked for without end; more names than this are no application's. */
const ASKED_CAP = 10_000;
