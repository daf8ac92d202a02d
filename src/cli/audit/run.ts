/**
 * One audit under way: scopes and sources as they are opened, observations on
 * their way to ledger and recording. Judging begins with the first scope,
 * because a recording brings the variables of its policy with it.
 */
import type { Mistake } from '../../core/base/errors.ts';
import type { ClaimResult } from '../../core/judge/claim.ts';
import type { ProblemCode } from '../../core/base/problem.ts';
import { Assessment } from '../../core/judge/assessment.ts';
import { Ledger } from '../../core/observe/ledger.ts';
import type { Observation } from '../../core/observe/observation.ts';
import { recordSheet, type RecordedSource, type Witness } from '../../core/observe/recording.ts';
import { Scope } from '../../core/observe/scope.ts';
import type { Baseline } from '../../core/policy/baseline.ts';
import { componentOf } from '../../core/policy/components.ts';
import type { CompiledPolicy } from '../../core/policy/compile.ts';
import type { TelemetryList } from '../../core/policy/read-telemetry-list.ts';
import type { AddedRoot, RunSheet } from '../../core/policy/sheet.ts';
import type { ScopeKind } from '../../core/observe/scope.ts';
import type { Input, Settings } from '../../core/report/report.ts';
import type { InputFacts } from '../../edge/capture/read.ts';
import type { AuditOptions, AuditSinks } from '../pipeline-types.ts';
import { overlay } from './plan.ts';
import { checkBaselinePolicy } from './baseline-file.ts';
import { agreeOnVariables, fitRecorded, type KnownSheet, loadPolicy, type PolicyText } from './policy-file.ts';
import type { Tap } from './tap.ts';

/** A scope with its ledger; sources belong to one. */
export interface OpenScope {
  readonly scope: Scope;
  readonly ledger: Ledger;
  readonly kind: ScopeKind;
}

/** A source of observations: a capture file, or one that a recording was made from. */
interface Source {
  readonly open: OpenScope;
  path: string;
  facts?: Pick<InputFacts, 'sha256' | 'bytes'>;
  packets: number;
  first?: number;
  last?: number;
  cutAt?: number;
  linkTypes: readonly number[];
  recording?: string;
  witness?: Witness;
  late?: true;
}

/** What an audit rests on besides its recordings, read before the first of them. */
export interface Grounds {
  readonly policyText?: PolicyText | undefined;
  readonly recorder?: Tap | undefined;
  readonly caRoots: readonly AddedRoot[];
  readonly baseline?: Baseline | undefined;
  readonly lists: readonly TelemetryList[];
}

export class AuditRun {
  policy: CompiledPolicy | undefined;
  readonly #options: AuditOptions;
  readonly #sinks: AuditSinks;
  readonly #grounds: Grounds;
  readonly #sources: Source[] = [];
  readonly #scopes: OpenScope[] = [];
  readonly #overridden = new Set<string>();
  #assessment: Assessment | undefined;
  /** Sheets whose variables the policy was read with. */
  #judgedUnder: readonly RunSheet[] = [];

  constructor(options: AuditOptions, sinks: AuditSinks, grounds: Grounds) {
    this.#options = options;
    this.#sinks = sinks;
    this.#grounds = grounds;
  }

  /** Opens a scope; `others` are sheets already known that bring variables too, `isRecorded` says that a recording brought this one. Throws UsageError for a wrong policy. */
  openScope(sheet: RunSheet | undefined, others: readonly RunSheet[] = [], isRecorded = false): OpenScope {
    const laid = overlay(sheet, this.#options, this.#grounds.caRoots);
    for (const fact of laid.overridden) this.#overridden.add(fact);
    const flags = { sheet: overlay(undefined, this.#options, this.#grounds.caRoots).sheet, isRecorded: false };
    const stated = others.map((other) => ({ sheet: overlay(other, this.#options, this.#grounds.caRoots).sheet, isRecorded: false }));
    const assessment = this.#assessmentFor([flags, ...stated, { sheet: laid.sheet, isRecorded }]);
    const policy = this.policy?.policy;
    const scope = new Scope(this.#scopes.length, isRecorded && policy !== undefined ? fitRecorded(laid.sheet, policy) : laid.sheet, policy === undefined ? undefined : (process) => componentOf(policy, process));
    const kind: ScopeKind = laid.sheet.scope ?? 'assumed-app';
    const open = { scope, kind, ledger: new Ledger(scope, assessment.open(scope, kind)) };
    this.#scopes.push(open);
    return open;
  }

  /** Numbers a source of this scope; `recorded` is what is known of it already. */
  openSource(open: OpenScope, path: string, recorded?: Partial<RecordedSource>, recording?: string): number {
    open.scope.witnesses.opened(this.#sources.length, recorded?.witness === 'proxy');
    if (recorded?.late === true) open.scope.witnesses.isLate = true;
    const number = this.#sources.push({
      open, path, packets: 0, linkTypes: [],
      ...(recorded?.sha256 === undefined ? {} : { facts: { sha256: recorded.sha256, bytes: recorded.bytes ?? 0 } }),
      ...(recorded?.witness === undefined ? {} : { witness: recorded.witness }),
      ...(recorded?.late === true ? { late: true } : {}),
      ...(recording === undefined ? {} : { recording }),
    }) - 1;
    const policy = this.policy?.policy;
    this.#grounds.recorder?.opened({ sources: this.recordedSources(), policy: policy === undefined ? undefined : { path: policy.file, sha256: policy.sha256, name: policy.name } });
    return number;
  }

  /** What the reader learned of the file of a source. */
  fileRead(source: number, facts: Pick<InputFacts, 'sha256' | 'bytes'>): void {
    const found = this.#sources[source];
    if (found !== undefined) found.facts = { sha256: facts.sha256, bytes: facts.bytes };
  }

  /** A file of this recording: its hash stands for sources that had none when they were written down. */
  readUnhashed(recording: string, { sha256, bytes }: Pick<InputFacts, 'sha256' | 'bytes'>): void {
    for (const source of this.#sources) if (source.recording === recording && source.facts === undefined) source.facts = { sha256, bytes };
  }

  /** Takes an observation of a source: to the recording, as this `line` where it is one already, and to the ledger of its scope. */
  observe(observation: Observation, line?: string): void {
    this.#grounds.recorder?.add(observation, line);
    const source = this.#sources[observation.from[0]];
    if (source === undefined) return;
    if (observation.kind === 'source') {
      const { packets, first, last, cutAt, linkTypes } = observation;
      Object.assign(source, { packets, linkTypes }, first === undefined ? {} : { first }, last === undefined ? {} : { last }, cutAt === undefined ? {} : { cutAt });
    }
    if (observation.kind === 'mark' && this.#isStrange(observation.phase, source.open)) return;
    source.open.ledger.add(observation);
  }

  /** Bytes of a live capture, for the bundle that the run is kept in. */
  packets(chunk: Uint8Array): void {
    this.#grounds.recorder?.packets(chunk);
  }

  /** A blind spot of the run as a whole. */
  note(code: ProblemCode, detail?: string): void {
    this.observe({ kind: 'blind-spot', at: 0, seq: 0, from: [0, 0], code, count: 1, ...(detail === undefined ? {} : { detail }) });
  }

  /** A mark in other words than the policy's says only that which phases held is unknown. */
  #isStrange(phase: string, { scope }: OpenScope): boolean {
    const policy = this.policy?.policy;
    if (policy === undefined || policy.phases.includes(phase)) return false;
    if (scope.phasesFrom !== Number.POSITIVE_INFINITY) this.#sinks.warn({ message: `the recording marks the phase ${phase}, which this policy does not declare`, help: 'its phases count as unknown; say them in the words of the policy with --sheet' });
    scope.forgetPhases();
    return true;
  }

  /** Packets of all sources that have ended. */
  get packetCount(): number {
    return this.#sources.reduce((sum, source) => sum + source.packets, 0);
  }

  /** What the connections that are over say of each claim; nothing is settled by asking. */
  claimsSoFar(): readonly ClaimResult[] {
    return this.#assessment?.claimsSoFar() ?? [];
  }

  /** Settles every ledger and judges the whole. */
  finish(): ReturnType<Assessment['finish']> {
    for (const { ledger } of this.#scopes) ledger.finish();
    return this.#assessmentFor([]).finish();
  }

  inputs(): Input[] {
    return this.#sources.map(({ path, facts, packets, first, last, cutAt, open, recording, witness }) => ({
      path,
      sha256: facts?.sha256 ?? '',
      bytes: facts?.bytes ?? 0,
      packets,
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
      ...(cutAt === undefined ? {} : { cutAt }),
      scope: open.kind,
      ...(open.scope.sheet.file === undefined ? {} : { sheet: open.scope.sheet.file }),
      ...(recording === undefined ? {} : { recording }),
      ...(witness === undefined ? {} : { witness }),
    }));
  }

  recordedSources(): RecordedSource[] {
    return this.#sources.map(({ path, facts, linkTypes, open, witness, late }, id) => ({
      id, path, sha256: facts?.sha256 ?? '', bytes: facts?.bytes ?? 0, linkTypes, scope: open.scope.id, sheet: recordSheet(open.scope.sheet), ...(witness === undefined ? {} : { witness }), ...(late === undefined ? {} : { late }),
    }));
  }

  /** What was known of the scopes; features only where all scopes agree on them. */
  settings(): Settings {
    const sheets = this.#scopes.map(({ scope }) => scope.sheet);
    const features = sheets.map((sheet) => sheet.features?.toSorted().join(','));
    const first = sheets[0]?.features;
    return {
      ...(first !== undefined && features.every((one) => one === features[0]) ? { features: first } : {}),
      phases: this.#scopes.flatMap(({ scope }) => scope.phases ?? []),
      variables: Object.fromEntries(sheets.flatMap((sheet) => Object.entries(sheet.variables))),
      local: [...new Set(sheets.flatMap((sheet) => sheet.local.map((cidr) => cidr.text)))],
      roots: [...new Set(sheets.flatMap((sheet) => sheet.roots))],
      overridden: [...this.#overridden],
      ...(this.#grounds.lists.length === 0 ? {} : { telemetryLists: this.#grounds.lists.map(listFacts) }),
    };
  }

  #assessmentFor(known: readonly KnownSheet[]): Assessment {
    if (this.#assessment === undefined) {
      const warn = (mistake: Mistake): void => this.#sinks.warn(mistake);
      const { policyText, baseline, lists } = this.#grounds;
      if (policyText !== undefined) this.policy = loadPolicy(policyText, known, lists, warn);
      if (baseline !== undefined && this.policy !== undefined) checkBaselinePolicy(baseline, this.policy.policy, this.#options.baseline?.anyPolicy === true, warn);
      this.#judgedUnder = known.map(({ sheet }) => sheet);
      const sinks = this.#sinks;
      this.#assessment = new Assessment({ policy: this.policy, ...(lists.length === 0 ? {} : { lists }), ...(baseline === undefined ? {} : { baseline }), ...(sinks.connection === undefined ? {} : { connection: (connection, verdict) => sinks.connection?.(connection, verdict) }) });
    }
    // A recording brings its variables only when it is reached, and there is one policy for all.
    agreeOnVariables([...this.#judgedUnder, ...known.map(({ sheet }) => sheet)]);
    return this.#assessment;
  }
}

function listFacts({ path, sha256, rows, exceptionRows, skipped, unusable }: TelemetryList): NonNullable<Settings['telemetryLists']>[number] {
  return { path, sha256, rows, exceptions: exceptionRows, skipped: [...skipped.values()].reduce((sum, number) => sum + number, 0), unusable };
}
