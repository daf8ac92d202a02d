/**
 * Where in the policy a finding is shown by tools that want a file and a line
 * (SARIF, annotations): the line it speaks of, else the claim it breaks, else
 * the policy's first line. Paths leave relative to the working directory; one
 * outside of it stays as the user named it.
 */
import type { Position } from '../base/errors.ts';
import type { ClaimResult } from '../judge/claim.ts';
import type { Finding } from '../judge/finding.ts';
import type { Report } from './report.ts';

/** Gives each finding its place; undefined when nothing was judged against a policy. */
export function anchors(report: Report): (finding: Finding) => Position | undefined {
  const broken = new Map(report.claims.flatMap((claim) => (claim.verdict === 'broken' && claim.at !== undefined ? [[claim.id, claim.at] as const] : [])));
  const top = firstLine(report);
  return (finding) => finding.policyAt ?? finding.claims.map((id) => broken.get(id)).find((at) => at !== undefined) ?? top;
}

/** The place of a claim. */
export function claimAnchor(claim: ClaimResult, report: Report): Position | undefined {
  return claim.at ?? firstLine(report);
}

/** `path` from the folder `cwd` where it lies in it, with `/` between its parts and no `.` before them; any other path as it was named. */
export function relativePath(path: string, cwd: string): string {
  const plain = DRIVE.test(cwd) ? path.replaceAll('\\', '/') : path;
  const folder = (DRIVE.test(cwd) ? cwd.replaceAll('\\', '/') : cwd).replace(/\/+$/, '');
  const inside = folder !== '' && plain.startsWith(`${folder}/`) ? plain.slice(folder.length + 1) : plain;
  return inside.replace(/^(?:\.\/+)+/, '');
}

function firstLine(report: Report): Position | undefined {
  return report.policy === undefined ? undefined : { file: report.policy.path, line: 1, column: 1 };
}

/** A working directory of Windows, where a backslash separates; elsewhere it is a letter of a name. */
const DRIVE = /^[A-Za-z]:[\\/]/;
