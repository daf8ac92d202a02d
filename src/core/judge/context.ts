/** What rules and claim checks are given when all connections are judged and folded. Read-only, complete, in a fixed order. */
import type { Endpoint } from '../base/address.ts';
import type { Position } from '../base/errors.ts';
import type { Micros } from '../base/time.ts';
import type { WireText } from '../base/wire-text.ts';
import type { Platform } from '../knowledge/known-senders.ts';
import type { Evidence } from '../observe/connection.ts';
import type { Destination } from './destination.ts';
import type { Policy } from '../policy/policy.ts';
import type { AddedRoot, PhaseRange } from '../policy/sheet.ts';
import type { BlindSpot, Coverage } from '../observe/coverage.ts';
import type { ScopeKind } from '../observe/scope.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { DropUse } from './drop-meter.ts';
import type { RelayUse } from './relay-meter.ts';
import type { UploadUse } from './upload-meter.ts';

/** Lookups of one name folded: by scope, component, name, rcode and resolver. */
export interface JudgedLookup {
  readonly scope: number;
  readonly component?: string;
  readonly name: WireText;
  readonly types: readonly string[];
  readonly cnames: readonly WireText[];
  /** How many of them, from the first, are one answer's chain in its order; the rest stood in other answers. */
  readonly chainLength?: number;
  readonly addresses: readonly string[];
  readonly answers: number;
  readonly rcode: string;
  readonly resolver: string;
  readonly count: number;
  readonly first: Micros;
  readonly last: Micros;
  readonly verdict: Verdict;
  /** A connection of the same scope bears this name. */
  readonly connected: boolean;
  readonly evidence: readonly Evidence[];
}

export interface ScopeFacts {
  readonly scope: number;
  readonly kind: ScopeKind;
  /** Operating system of the recorded machine; undefined: unknown. */
  readonly platform?: Platform;
  readonly first?: Micros;
  readonly last?: Micros;
  /** Undefined: no marks. Another list after each mark. */
  readonly phases?: readonly PhaseRange[] | undefined;
  /** Before this moment nobody marked, and the phases are unknown; absent: they are known from the beginning. */
  readonly phasesFrom?: Micros | undefined;
  /** Undefined: unknown. */
  readonly features?: ReadonlySet<string>;
  readonly local: readonly string[];
  /** The proxy that the run set: connections to it are judged by what was asked of it. */
  readonly proxy?: Endpoint;
  /** Set when the proxy's variables were set for the app; with what NO_PROXY held. */
  readonly proxyVariables?: { readonly noProxy: readonly string[] };
  /** Addresses of the resolvers that the machine asks; absent: unknown. */
  readonly resolvers?: ReadonlySet<string>;
  /** Roots that the run sheet or `--ca-file` names: chains to them are no finding. Absent: none. */
  readonly roots?: readonly AddedRoot[];
  readonly packets: number;
  /** egret's own proxy and packets both watched it. */
  readonly isWatchedTwice?: boolean;
}

export type StandingKind = 'exercised' | 'unproven' | 'blocked' | 'flaky' | 'missing';

export interface EntryStanding {
  readonly id: string;
  readonly name: string;
  readonly standing: StandingKind;
  /** The product does not work without it; absent: the policy does not say so. */
  readonly required?: true;
  /** Blocked: the vendor's words on the effect. */
  readonly effect?: string;
  /** Blocked: where it failed (`dns NXDOMAIN`, `tcp refused`, `tcp icmp 3/13 (…)`, …). */
  readonly layer?: string;
  /** Concrete hosts it admitted. */
  readonly hosts: readonly string[];
  readonly connections: number;
  readonly established: number;
  readonly interception: 'not-seen' | 'possible' | 'likely' | 'proven';
  readonly conditionUnknown?: readonly string[];
  readonly at: Position;
}

/** An entry's standing with what it rests on. */
export interface JudgedEntry extends EntryStanding {
  /** Attempts: connections and failed lookups, losers of a successful try left out. */
  readonly tries: number;
  /** Tries of which no attempt came through: `flaky` is `failed` of `tries`. */
  readonly failed: number;
  /** Verdict kinds of connections that named this entry but broke its terms. */
  readonly broken: Readonly<Record<string, number>>;
  readonly evidence: readonly Evidence[];
  /** Entries with an upload budget. */
  readonly upload?: UploadUse;
  /** Entries with `relay`. */
  readonly relay?: RelayUse;
  /** Entries that come back to the same host after a drop, where one was broken off. */
  readonly drops?: DropUse;
  /** TCP connections that nobody was seen to close. */
  readonly leftOpen: number;
  readonly at: Position;
}

export interface JudgedRun {
  readonly policy: Policy;
  readonly scopes: readonly ScopeFacts[];
  readonly destinations: readonly Destination[];
  readonly lookups: readonly JudgedLookup[];
  readonly entries: readonly JudgedEntry[];
  readonly coverage: Coverage;
  readonly blindSpots: readonly BlindSpot[];
}
