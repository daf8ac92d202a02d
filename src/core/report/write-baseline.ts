/**
 * Saved reports → the text of a baseline: one line for each finding that is
 * open or was in a baseline before, sorted so that two versions compare well
 * line by line. Accepted findings stay with the policy; an expired acceptance
 * is left out, since a baseline would extend the day that somebody set.
 */
import { jsonSafe } from '../base/wire-text.ts';
import { compare } from './order.ts';
import type { SavedFinding, SavedReport } from './saved-report.ts';

export interface WrittenBaseline {
  readonly text: string;
  readonly findings: number;
  /** Findings whose acceptance has expired. */
  readonly expired: readonly SavedFinding[];
}

/** `reports` were all judged under `policy`. */
export function baselineText(reports: readonly SavedReport[], policy: { readonly name: string; readonly sha256: string }, version: string): WrittenBaseline {
  const all = reports.flatMap(({ findings }) => findings);
  const kept = merged(all.filter(({ standing }) => standing === 'open' || standing === 'baseline'));
  const recorded = reports.flatMap(({ inputs }) => inputs.flatMap(({ last }) => last ?? [])).reduce<string | undefined>((latest, last) => (latest === undefined || last > latest ? last : latest), undefined);
  const lines = [
    ...HEAD,
    'egret-baseline: 1',
    `egret: ${quoted(version)}`,
    `policy: { name: ${quoted(policy.name)}, sha256: ${quoted(policy.sha256)} }`,
    ...(recorded === undefined ? [] : [`recorded: ${quoted(recorded)}`]),
    kept.length === 0 ? 'findings: []' : 'findings:',
    ...kept.map(rowLine),
  ];
  return { text: `${lines.join('\n')}\n`, findings: kept.length, expired: merged(all.filter(({ standing }) => standing === 'expired')) };
}

/** One row a fingerprint, under the gravest severity that a report has it, counts added. */
function merged(findings: readonly SavedFinding[]): readonly SavedFinding[] {
  const rows = new Map<string, SavedFinding>();
  for (const finding of findings) {
    const known = rows.get(finding.fingerprint);
    if (known === undefined) rows.set(finding.fingerprint, finding);
    else rows.set(finding.fingerprint, { ...(GRAVITY.indexOf(finding.severity) < GRAVITY.indexOf(known.severity) ? finding : known), evidenceCount: known.evidenceCount + finding.evidenceCount });
  }
  return [...rows.values()].sort((a, b) => compare(a.rule, b.rule) || compare(a.subject, b.subject) || compare(a.component ?? '', b.component ?? '') || compare(a.fingerprint, b.fingerprint));
}

function rowLine({ fingerprint, rule, severity, subject, component, evidenceCount }: SavedFinding): string {
  const who = component === undefined ? '' : `, component: ${quoted(component)}`;
  return `  - { fingerprint: ${quoted(fingerprint)}, rule: ${rule}, severity: ${severity}, subject: ${quoted(subject)}${who}, count: ${evidenceCount} }`;
}

/** JSON text is YAML's double-quoted form; what strangers chose leaves as escapes. */
function quoted(text: string): string {
  return jsonSafe(JSON.stringify(text));
}

const GRAVITY: readonly SavedFinding['severity'][] = ['error', 'warning', 'note'];
const HEAD = [
  '# Findings that were known when this was written. egret audit --baseline lists and counts them, and they do not',
  '# change the exit code; a claim that one of them breaks stays broken. Only fingerprints are compared.',
];
