/**
 * A report as it comes back from its JSON (`egret.report/1`): the fields that
 * a comparison reads, and the shapes that say whether a file holds them. A
 * report is a file like any other and may have been edited or made up; fields
 * that are not read are let through, because a later version may add some.
 */
import { count, flag, listOf, matching, maybe, objectOf, oneOf, type Shape, text, u16 } from '../base/shape.ts';
import type { ClaimVerdict } from '../judge/claim.ts';
import type { EntryStanding, StandingKind } from '../judge/context.ts';
import type { Reached } from '../judge/destination.ts';
import type { Finding } from '../judge/finding.ts';
import type { ScopeKind } from '../observe/scope.ts';
import type { Severity } from '../policy/policy.ts';

/** Names, addresses and sentences may hold wire text. */
export interface SavedReport {
  readonly schema: 'egret.report/1';
  readonly tool: { readonly name: 'egret'; readonly version: string };
  readonly inputs: readonly SavedInput[];
  readonly policy?: SavedPolicy;
  readonly settings: SavedSettings;
  readonly summary: SavedSummary;
  readonly claims: readonly SavedClaim[];
  readonly entries: readonly SavedEntry[];
  readonly findings: readonly SavedFinding[];
  readonly destinations: readonly SavedDestination[];
  readonly lookups: readonly SavedLookup[];
  readonly coverage: SavedCoverage;
  readonly blindSpots: readonly SavedBlindSpot[];
}

interface SavedInput {
  readonly path: string;
  readonly packets: number;
  readonly first?: string;
  readonly last?: string;
  readonly scope: ScopeKind;
}

interface SavedPolicy {
  readonly path: string;
  readonly sha256: string;
  readonly name: string;
}

interface SavedSettings {
  readonly features?: readonly string[];
  readonly phases: readonly { readonly phase: string }[];
}

interface SavedSummary {
  readonly connections: number;
  readonly lookups: number;
}

export interface SavedClaim {
  readonly id: string;
  readonly text: string;
  readonly verdict: ClaimVerdict;
}

export interface SavedEntry {
  readonly id: string;
  readonly name: string;
  readonly standing: StandingKind;
  readonly interception: EntryStanding['interception'];
}

export interface SavedFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly component?: string;
  readonly fingerprint: string;
  readonly evidenceCount: number;
  readonly standing: Finding['standing'];
}

export interface SavedDestination {
  readonly component?: string;
  readonly name?: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly transport: string;
  readonly protocol: string;
  readonly verdict: string;
  readonly entry?: string;
  readonly reached: Reached;
  readonly count: number;
  readonly up: number;
  readonly down: number;
  readonly inbound: boolean;
  readonly tls?: { readonly version: readonly string[]; readonly issuer?: string };
  readonly telemetry?: { readonly class: string; readonly organisation: string };
}

export interface SavedLookup {
  readonly name: string;
  readonly component?: string;
  readonly verdict: string;
  readonly rcode: string;
  readonly count: number;
  readonly connected: boolean;
}

interface SavedCoverage {
  readonly nameable: number;
  readonly named: number;
  readonly dnsClear: boolean;
  readonly dnsEncrypted: number;
  readonly tls: number;
  readonly certificatesHidden: number;
  readonly processesKnown: number;
}

interface SavedBlindSpot {
  readonly code: string;
  readonly count: number;
  readonly text: string;
}

/** Verdict kinds, codes and rule ids: a later version may know more, but none reads otherwise. */
const word = matching(/^[a-z][a-z0-9-]{0,63}$/);
const hex = matching(/^[0-9a-f]{2,64}$/);

const severity = oneOf<Severity>('error', 'warning', 'note');

/** A member of a report: one value, or rows that are checked one by one so that a mistake has a number. */
type MemberShape = { readonly one: (value: unknown) => boolean; readonly required: boolean } | { readonly rows: (value: unknown) => boolean };

/** Every member that is read, in the order in which a report has them. */
export const MEMBERS: Readonly<Record<keyof SavedReport, MemberShape>> = {
  schema: { one: oneOf('egret.report/1'), required: true },
  tool: { one: objectOf<SavedReport['tool']>({ name: oneOf('egret'), version: text }), required: true },
  inputs: { rows: objectOf<SavedInput>({ path: text, packets: count, first: maybe(text), last: maybe(text), scope: oneOf<ScopeKind>('app', 'machine', 'assumed-app') }) },
  policy: { one: objectOf<SavedPolicy>({ path: text, sha256: hex, name: text }), required: false },
  settings: { one: objectOf<SavedSettings>({ features: maybe(listOf(text)), phases: listOf(objectOf<{ phase: string }>({ phase: text })) }), required: true },
  summary: { one: objectOf<SavedSummary>({ connections: count, lookups: count }), required: true },
  claims: { rows: objectOf<SavedClaim>({ id: text, text, verdict: oneOf<ClaimVerdict>('holds', 'broken', 'unproven', 'not-observable') }) },
  entries: {
    rows: objectOf<SavedEntry>({
      id: text, name: text, standing: oneOf<StandingKind>('exercised', 'unproven', 'blocked', 'flaky', 'missing'), interception: oneOf<EntryStanding['interception']>('not-seen', 'possible', 'likely', 'proven'),
    }),
  },
  findings: {
    rows: objectOf<SavedFinding>({ rule: word, severity, subject: text, component: maybe(text), fingerprint: hex, evidenceCount: count, standing: oneOf<Finding['standing']>('open', 'accepted', 'expired', 'baseline') }),
  },
  destinations: {
    rows: objectOf<SavedDestination>({
      component: maybe(text), name: maybe(text), addresses: listOf(text), port: u16, transport: word, protocol: text, verdict: word, entry: maybe(text),
      reached: oneOf<Reached>('looked-up', 'attempted', 'established', 'sent'), count, up: count, down: count, inbound: flag,
      tls: maybe(objectOf<NonNullable<SavedDestination['tls']>>({ version: listOf(text), issuer: maybe(text) })),
      telemetry: maybe(objectOf<NonNullable<SavedDestination['telemetry']>>({ class: text, organisation: text })),
    }),
  },
  lookups: { rows: objectOf<SavedLookup>({ name: text, component: maybe(text), verdict: word, rcode: text, count, connected: flag }) },
  coverage: {
    one: objectOf<SavedCoverage>({ nameable: count, named: count, dnsClear: flag, dnsEncrypted: count, tls: count, certificatesHidden: count, processesKnown: count }),
    required: true,
  },
  blindSpots: { rows: objectOf<SavedBlindSpot>({ code: word, count, text }) },
};

/** Whether the value has every member in its shape; `read.ts` says which has not. */
export const isSavedReport: Shape<SavedReport> = (value): value is SavedReport => typeof value === 'object' && value !== null && Object.keys(MEMBERS).every((member) => memberMistake(value, member) === undefined);

/** What is wrong with one member: that it is missing, itself wrong, or its row of this index is. */
export function memberMistake(value: object, member: string): 'missing' | 'wrong' | number | undefined {
  const shape = Object.entries(MEMBERS).find(([name]) => name === member)?.[1];
  const found = Object.entries(value).find(([name]) => name === member)?.[1] as unknown;
  if (shape === undefined) return undefined;
  if (found === undefined) return 'one' in shape && !shape.required ? undefined : 'missing';
  if ('one' in shape) return shape.one(found) ? undefined : 'wrong';
  if (!Array.isArray(found) || found.length > ROW_LIMIT) return 'wrong';
  const bad = found.findIndex((row) => !shape.rows(row));
  return bad < 0 ? undefined : bad;
}

/** Rows of one member: destinations and lookups of several full scopes stay below it, and a made-up file cannot fill the memory with rows. */
const ROW_LIMIT = 1 << 18;
