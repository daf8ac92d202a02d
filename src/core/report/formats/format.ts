/** What an output format is: a pure function from report to text pieces, or from one connection to one line. */
import type { Verdict } from '../../policy/verdict.ts';
import type { Connection } from '../../observe/connection.ts';
import type { Look } from '../layout/look.ts';
import type { Report } from '../report.ts';

interface FormatFacts {
  readonly name: string;
  /** One line for `--help`. */
  readonly description: string;
  /** Speaks of findings only, so that without a policy it would say nothing (formats.md). */
  readonly needsPolicy: boolean;
}

/** Rendered once, from the finished report, piece by piece; `cwd` is the folder that paths in the report are taken from. */
export interface ReportFormat extends FormatFacts {
  readonly kind: 'report';
  render(report: Report, look: Look, cwd?: string): Iterable<string>;
}

/** Rendered as connections seal; the report is not needed. */
export interface ConnectionFormat extends FormatFacts {
  readonly kind: 'connections';
  line(connection: Connection, verdict: Verdict): string;
}

export type Format = ReportFormat | ConnectionFormat;
