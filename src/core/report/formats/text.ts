/**
 * The report for people: what was audited, the verdict, findings, claims,
 * what would settle more, entries, TLS inspection, destinations, lookups, and always last what
 * was looked at, what could not be seen, and the exit code. Sections are one
 * file each in `text/`; no line is wider than the page.
 */
import type { Look } from '../layout/look.ts';
import type { Report } from '../report.ts';
import type { ReportFormat } from './format.ts';
import { claimLines, settleLines } from './text/claims.ts';
import { coverageLines } from './text/coverage.ts';
import { destinationLines } from './text/destinations.ts';
import { entryLines } from './text/entries.ts';
import { findingLines } from './text/findings.ts';
import { headerLines, verdictLines } from './text/header.ts';
import { inspectedLines } from './text/inspected.ts';
import { lookupLines } from './text/lookups.ts';

export const text: ReportFormat = {
  kind: 'report',
  name: 'text',
  description: 'the report for people (the default)',
  needsPolicy: false,
  *render(report, look) {
    let between = '';
    for (const section of SECTIONS) {
      let empty = true;
      for (const line of section(report, look)) {
        yield `${empty ? between : ''}${line}\n`;
        empty = false;
      }
      if (!empty) between = '\n';
    }
  },
};

/** A section that has nothing to say gives no line and no heading. */
type Section = (report: Report, look: Look) => Iterable<string>;

const SECTIONS: readonly Section[] = [
  headerLines,
  verdictLines,
  findingLines,
  claimLines,
  settleLines,
  entryLines,
  inspectedLines,
  destinationLines,
  lookupLines,
  coverageLines,
];
