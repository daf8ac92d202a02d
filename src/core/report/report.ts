/** The report model: `egret.report/1` (formats.md), which every format renders. No wall-clock field: equal inputs give equal bytes. */
import type { Micros } from '../base/time.ts';
import type { WireText } from '../base/wire-text.ts';
import type { ClaimResult } from '../judge/claim.ts';
import type { EntryStanding } from '../judge/context.ts';
import type { Destination } from '../judge/destination.ts';
import type { Finding } from '../judge/finding.ts';
import type { BypassHost, InspectedHost } from '../judge/inspected-hosts.ts';
import type { BaselineRow } from '../policy/baseline.ts';
import type { BlindSpot, Coverage } from '../observe/coverage.ts';
import type { ScopeKind } from '../observe/scope.ts';

export interface Report {
  readonly schema: 'egret.report/1';
  readonly tool: { readonly name: 'egret'; readonly version: string };
  readonly inputs: readonly Input[];
  readonly policy?: { readonly path: string; readonly sha256: string; readonly name: string };
  /** The baseline it was held against. */
  readonly baseline?: BaselineUse;
  readonly settings: Settings;
  readonly summary: Summary;
  readonly claims: readonly ClaimResult[];
  readonly entries: readonly EntryStanding[];
  readonly findings: readonly Finding[];
  readonly destinations: readonly Destination[];
  readonly lookups: readonly LookupRow[];
  readonly listeners: readonly never[];
  /** Hosts whose TLS was or may have been re-signed, proven first. */
  readonly inspected: readonly InspectedHost[];
  /** What the policy wants TLS inspection to leave alone. */
  readonly bypass: readonly BypassHost[];
  readonly coverage: Coverage;
  readonly blindSpots: readonly BlindSpot[];
}

/** A baseline and what of it came up. */
export interface BaselineUse {
  readonly path: string;
  readonly sha256: string;
  /** Policy under which it was written. */
  readonly policy: { readonly name: string; readonly sha256: string };
  /** How that policy differs from this report's: its text alone, or its name too. Absent: it does not. */
  readonly unlike?: 'text' | 'name';
  /** Last packet of what it was written from. */
  readonly recorded?: string;
  readonly findings: number;
  /** Rows whose finding did not come up here: fixed, or not exercised. */
  readonly gone: readonly BaselineRow[];
}

export interface Input {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly packets: number;
  readonly first?: Micros;
  readonly last?: Micros;
  readonly cutAt?: number;
  /** `assumed-app`: no run sheet said so; the first line of the report does. */
  readonly scope: ScopeKind;
  readonly sheet?: string;
  /** The recording that this source was read from. */
  readonly recording?: string;
}

export interface Settings {
  /** Features stated to be on; undefined: unknown. */
  readonly features?: readonly string[];
  readonly phases: readonly { readonly phase: string; readonly from: Micros; readonly to?: Micros }[];
  readonly variables: Readonly<Record<string, readonly string[]>>;
  readonly local: readonly string[];
  readonly roots: readonly string[];
  /** Run-sheet facts that a flag replaced. */
  readonly overridden: readonly string[];
  /** Telemetry lists of the user, in the order given. Absent: none. */
  readonly telemetryLists?: readonly TelemetryListFacts[];
}

export interface TelemetryListFacts {
  readonly path: string;
  readonly sha256: string;
  readonly rows: number;
  readonly exceptions: number;
  /** Lines that were understood and say nothing of hosts. */
  readonly skipped: number;
  /** Lines that were not understood. */
  readonly unusable: number;
}

export interface Summary {
  readonly exit: number;
  /** Why the exit code is what it is. */
  readonly because: string;
  readonly claims: { readonly holds: number; readonly broken: number; readonly unproven: number; readonly notObservable: number };
  readonly findings: { readonly error: number; readonly warning: number; readonly note: number; readonly accepted: number; readonly baseline: number };
  readonly connections: number;
  readonly lookups: number;
  readonly destinations: number;
}

export interface LookupRow {
  readonly name: WireText;
  readonly types: readonly string[];
  readonly cnames: readonly WireText[];
  readonly answers: number;
  readonly rcode: string;
  readonly resolver: string;
  readonly count: number;
  readonly verdict: string;
  readonly entry?: string;
  readonly component?: string;
  readonly scope: number;
  /** A connection of the same scope bears this name. */
  readonly connected: boolean;
}

