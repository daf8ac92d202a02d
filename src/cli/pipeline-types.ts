/** What the audit command and the pipeline say to each other: options in, report out, connections and progress on the way. */
import type { Cidr } from '../core/base/address.ts';
import type { Mistake } from '../core/base/errors.ts';
import type { Verdict } from '../core/policy/verdict.ts';
import type { Connection } from '../core/observe/connection.ts';
import type { AddressMap } from '../core/redact/address-map.ts';
import type { Report } from '../core/report/report.ts';
import type { ExitWish } from '../core/report/verdict-exit.ts';
import type { Rotation } from './bundle/parts.ts';
import type { World } from './world.ts';

/** `egret audit`, with every option checked; what is absent was not given. */
export interface AuditOptions {
  /** At least one; `-` is standard input. */
  readonly files: readonly string[];
  readonly policy?: string;
  /** `--with`: the whole set of features that were on; empty for `none`. */
  readonly features?: readonly string[];
  /** `--set name=value`, in order; several values of one name make a list. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  readonly sheet?: string;
  /** `--record FILE`: write what was observed as egret's own recording. */
  readonly record?: string;
  /** `--local CIDR`: replaces the run sheet's. */
  readonly local: readonly Cidr[];
  readonly scope?: 'app' | 'machine';
  readonly platform?: 'linux' | 'macos' | 'windows';
  /** `--ca-file PEM`: roots that are no finding. */
  readonly caFiles: readonly string[];
  /** `--baseline FILE`: findings that are known; `anyPolicy` takes one that was written under another policy. */
  readonly baseline?: { readonly file: string; readonly anyPolicy: boolean };
  /** `--telemetry-list FILE`: hosts that count as telemetry besides egret's own catalogue. */
  readonly telemetryLists?: readonly string[];
  /** `--from-packets`: of a bundle, what its capture shows in place of what was told of packets while the run went on. */
  readonly fromPackets?: boolean;
  /** What is recorded bears other addresses. */
  readonly redact?: AddressMap;
  /** A live run: what starts it, and how its bundle is cut into parts. */
  readonly live?: { readonly mode: 'run' | 'proxy'; readonly words?: readonly string[]; readonly rotation?: Rotation };
  readonly wish: ExitWish;
}

/** What the pipeline may tell while it works. All are synchronous; `flush` is awaited between chunks of input. */
export interface AuditSinks {
  /** A connection was sealed and judged. Absent: nobody wants single connections. */
  connection?(connection: Connection, verdict: Verdict): void;
  progress?(progress: Progress): void;
  /** Something the user should know that stops nothing: a lint warning, an option that met no file. */
  warn(mistake: Mistake): void;
  /** Resolves when the readers of what was written so far have taken it. */
  flush(): Promise<void>;
}

export interface Progress {
  readonly path: string;
  readonly bytesRead: number;
  /** Absent for standard input. */
  readonly bytesTotal?: number;
  readonly packets: number;
}

export interface AuditResult {
  readonly report: Report;
}

/** Reads, observes, judges. Throws UsageError and MachineError; leaves no half-written file behind. */
export type RunAudit = (options: AuditOptions, world: World, sinks: AuditSinks) => Promise<AuditResult>;
