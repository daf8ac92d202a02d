/**
 * One run under judgement: takes connections and lookups of all scopes as the
 * ledgers settle them, has them judged, tallies before it folds, and at the end
 * gives all that a report is built from. Without a policy it folds and judges nothing.
 */
import { seenHost } from '../base/host-name.ts';
import { PROBLEMS, type ProblemCode } from '../base/problem.ts';
import type { Micros } from '../base/time.ts';
import { findResolver } from '../knowledge/find-resolver.ts';
import type { Platform } from '../knowledge/known-senders.ts';
import { TELEMETRY_HOSTS } from '../knowledge/telemetry-hosts.ts';
import type { Connection, Lookup } from '../observe/connection.ts';
import { CoverageCount } from '../observe/coverage.ts';
import type { LedgerSink } from '../observe/ledger.ts';
import type { SourceObservation } from '../observe/observation.ts';
import type { Scope } from '../observe/scope.ts';
import type { Baseline } from '../policy/baseline.ts';
import type { CompiledPolicy } from '../policy/compile.ts';
import type { TelemetryList } from '../policy/read-telemetry-list.ts';
import { compileCatalogue, type TelemetryCatalogue } from '../policy/telemetry-catalogue.ts';
import { settleClaims } from './claims/claims.ts';
import type { ClaimResult } from './claim.ts';
import type { JudgedEntry, JudgedLookup, ScopeFacts } from './context.ts';
import type { BlindSpot, Coverage } from '../observe/coverage.ts';
import type { ScopeKind } from '../observe/scope.ts';
import type { Destination } from './destination.ts';
import { extendRow } from './destination-row.ts';
import { Destinations } from './destinations.ts';
import type { Finding } from './finding.ts';
import { judgeFindings } from './findings.ts';
import { bypassHosts, inspectedHosts, type BypassHost, type InspectedHost } from './inspected-hosts.ts';
import { interceptionByEntry } from './interception.ts';
import { Judge, noteNames } from './judge.ts';
import { LookupLedger } from './lookup-ledger.ts';
import { Precedents, type Ruling } from './precedents.ts';
import type { Verdict } from '../policy/verdict.ts';

export interface Assessed {
  readonly claims: readonly ClaimResult[];
  readonly entries: readonly JudgedEntry[];
  readonly findings: readonly Finding[];
  readonly destinations: readonly Destination[];
  readonly lookups: readonly JudgedLookup[];
  readonly inspected: readonly InspectedHost[];
  readonly bypass: readonly BypassHost[];
  readonly coverage: Coverage;
  readonly blindSpots: readonly BlindSpot[];
}

export interface AssessmentOptions {
  readonly policy: CompiledPolicy | undefined;
  /** The user's telemetry lists, for what is told without a policy; a compiled policy has them already. */
  readonly lists?: readonly TelemetryList[];
  /** Findings that are known and no longer count. */
  readonly baseline?: Baseline;
  /** Hears every single connection as it is judged. */
  readonly connection?: (connection: Connection, verdict: Verdict) => void;
}

export class Assessment {
  readonly #options: AssessmentOptions;
  readonly #judge: Judge | undefined;
  readonly #catalogue: TelemetryCatalogue;
  readonly #lookups = new LookupLedger();
  readonly #destinations = new Destinations((code) => this.#note(code, 1, undefined));
  readonly #coverage = new CoverageCount((name, address) => findResolver(name, address) !== undefined);
  readonly #scopes = new Map<number, GrowingFacts>();
  readonly #precedents: Precedents[] = [];
  readonly #blindSpots = new Map<ProblemCode, { count: number; detail: string | undefined }>();

  constructor(options: AssessmentOptions) {
    this.#options = options;
    const { policy } = options;
    this.#catalogue = policy?.telemetry ?? (options.lists === undefined ? OWN_CATALOGUE : compileCatalogue(TELEMETRY_HOSTS, options.lists));
    if (policy !== undefined) this.#judge = new Judge({ policy, scopes: (scope) => this.#factsOf(scope) });
  }

  /** Where the ledger of this scope tells what it settles. */
  open(scope: Scope, kind: ScopeKind): LedgerSink {
    const facts = new GrowingFacts(scope, kind);
    this.#scopes.set(scope.id, facts);
    const precedents = new Precedents(facts, this.#judge ?? NO_JUDGE);
    this.#precedents.push(precedents);
    return {
      connection: (connection) => this.#connection(connection, precedents),
      lookup: (lookup) => this.#lookup(lookup),
      blindSpot: (code, count, detail) => this.#note(code, count, detail),
      source: (source) => {
        facts.add(source);
        this.#coverage.source(source);
      },
      joined: (what) => this.#coverage.joined(what),
    };
  }

  /** Everything judged; call once, after the last ledger has finished. */
  finish(): Assessed {
    const folded = (this.#judge?.foldedLookups ?? 0) + this.#lookups.folded;
    if (folded > 0) this.#note('destination-cap', folded, undefined);
    // They hold rows, which are given up here.
    for (const precedents of this.#precedents) precedents.clear();
    return this.#assess(this.#destinations.list());
  }

  /** The claims as far as they go, for a look at a run under way. Changes nothing, and costs what {@link finish} costs. */
  claimsSoFar(): readonly ClaimResult[] {
    return this.#judge === undefined ? [] : this.#assess(this.#destinations.soFar()).claims;
  }

  #assess(listed: readonly Destination[]): Assessed {
    const destinations = this.#judge?.settle(listed) ?? listed;
    const coverage = this.#coverage.result();
    const blindSpots = [...this.#blindSpots].map(([code, spot]) => describe(code, spot));
    const policy = this.#options.policy?.policy;
    if (this.#judge === undefined || policy === undefined) {
      return { claims: [], entries: [], findings: [], destinations, lookups: this.#lookups.rows(), inspected: [], bypass: [], coverage, blindSpots };
    }
    const scopes = [...this.#scopes.values()];
    const inspected = interceptionByEntry({ policy, scopes, destinations });
    const run = { policy, scopes, destinations, lookups: this.#judge.lookups(), entries: this.#judge.entries(inspected), coverage, blindSpots };
    const findings = judgeFindings(run, undefined, this.#options.baseline);
    return { ...run, findings, claims: settleClaims(run, findings), inspected: inspectedHosts(run), bypass: bypassHosts(policy, run.entries) };
  }

  #connection(connection: Connection, precedents: Precedents): void {
    const precedent = precedents.find(connection);
    const ruling = precedent ?? this.#judge?.rule(connection) ?? this.#unjudged(connection);
    if (precedent === undefined) precedents.keep(connection, ruling, this.#destinations.add(connection, ruling.verdict));
    else {
      this.#judge?.follow(connection, precedent);
      extendRow(precedent.row, connection);
    }
    this.#coverage.connection(connection);
    this.#options.connection?.(connection, ruling.verdict);
  }

  /** Without a policy nothing is judged, but what the catalogue knows of a name is told. */
  #unjudged(connection: Connection): Ruling {
    noteNames(this.#lookups, connection);
    return { verdict: unjudged(this.#catalogue, connection.names.map((claim) => claim.name)), seat: undefined, isFinal: true };
  }

  #lookup(lookup: Lookup): void {
    this.#coverage.lookup();
    if (this.#judge === undefined) this.#lookups.add(lookup, unjudged(this.#catalogue, [lookup.name, ...lookup.cnames].map(seenHost)));
    else this.#judge.lookup(lookup);
  }

  #note(code: ProblemCode, count: number, detail: string | undefined): void {
    const known = this.#blindSpots.get(code);
    if (known === undefined) this.#blindSpots.set(code, { count, detail });
    else known.count += count;
  }

  #factsOf(scope: number): ScopeFacts {
    const facts = this.#scopes.get(scope);
    if (facts === undefined) throw new Error(`scope ${scope} was never opened`);
    return facts;
  }
}

/** Facts of a scope that are known at once, and those that its sources tell at their ends. */
class GrowingFacts implements ScopeFacts {
  readonly scope: number;
  readonly kind: ScopeKind;
  readonly platform?: Platform;
  readonly features?: ReadonlySet<string>;
  readonly local: readonly string[];
  readonly proxy?: NonNullable<ScopeFacts['proxy']>;
  readonly proxyVariables?: NonNullable<ScopeFacts['proxyVariables']>;
  readonly resolvers?: ReadonlySet<string>;
  readonly roots?: NonNullable<ScopeFacts['roots']>;
  first?: Micros;
  last?: Micros;
  packets = 0;
  readonly #scope: Scope;

  constructor(scope: Scope, kind: ScopeKind) {
    const { id, sheet } = scope;
    this.#scope = scope;
    this.scope = id;
    this.kind = kind;
    if (sheet.platform !== undefined) this.platform = sheet.platform;
    this.local = sheet.local.map((cidr) => cidr.text);
    if (sheet.proxy !== undefined) this.proxy = { address: sheet.proxy.address, port: sheet.proxy.port };
    if (sheet.proxy?.variablesSet === true) this.proxyVariables = { noProxy: sheet.proxy.noProxy ?? [] };
    if (sheet.resolvers !== undefined) this.resolvers = new Set(sheet.resolvers);
    if (sheet.addedRoots !== undefined) this.roots = sheet.addedRoots;
    if (sheet.features !== undefined) this.features = new Set(sheet.features);
  }

  get isWatchedTwice(): boolean {
    return this.#scope.witnesses.isBoth;
  }

  get phases(): NonNullable<ScopeFacts['phases']> | undefined {
    return this.#scope.phases;
  }

  get phasesFrom(): Micros {
    return this.#scope.phasesFrom;
  }

  add(source: SourceObservation): void {
    this.packets += source.packets;
    if (source.first !== undefined) this.first = Math.min(this.first ?? source.first, source.first);
    if (source.last !== undefined) this.last = Math.max(this.last ?? source.last, source.last);
  }
}

function describe(code: ProblemCode, spot: { readonly count: number; readonly detail: string | undefined }): BlindSpot {
  const { text, lowers } = PROBLEMS[code];
  return { code, count: spot.count, text: spot.detail === undefined ? text : `${text} (${spot.detail})`, lowers };
}

function unjudged(catalogue: TelemetryCatalogue, names: readonly string[]): Verdict {
  for (const name of names) {
    const row = catalogue.find(name);
    if (row !== undefined) return { kind: 'unjudged', telemetry: { ...row, matched: name } };
  }
  return UNJUDGED;
}

/** A name is looked up in a catalogue that does not change. */
const NO_JUDGE = { readsAddresses: false, learned: 0 };
const UNJUDGED: Verdict = { kind: 'unjudged' };
const OWN_CATALOGUE = compileCatalogue(TELEMETRY_HOSTS);
