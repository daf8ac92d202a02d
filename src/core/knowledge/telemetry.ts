/** Telemetry catalogue: which hosts receive analytics, crash reports and the like. Data with a source and a date per row. */

/** Classes that "no telemetry" speaks of. */
export type TelemetryClass = 'analytics' | 'crash' | 'apm' | 'flags' | 'replay' | 'ads';

export interface TelemetryHost {
  /** `host` exactly, or `*.host` for one or more labels below it. */
  readonly pattern: string;
  /** `listed`: a list of the user's has it, which knows no classes. */
  readonly class: TelemetryClass | 'listed';
  /** For `listed`: the name of the list. */
  readonly organisation: string;
  /** Public source the row rests on; for `listed`: file and line. */
  readonly source: string;
  /** ISO date on which the source was read; absent for `listed`. */
  readonly date?: string;
  readonly note?: string;
}
