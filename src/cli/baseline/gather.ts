/**
 * The judged reports that a baseline is written from or held against: reports
 * are read back, recordings are audited together first. An audited one goes
 * through its JSON too, so that both ways give the same.
 */
import { type Mistake, UsageError } from '../../core/base/errors.ts';
import type { SavedReport } from '../../core/report/saved-report.ts';
import { unlikePolicy } from '../../core/report/baseline.ts';
import { mistakeText } from '../complain.ts';
import { fileKindMistakes, type RawBaselineOptions } from '../commands/baseline-options.ts';
import { auditedSide, readSide } from '../diff/load.ts';
import type { AuditOptions } from '../pipeline-types.ts';
import { progressLine } from '../progress.ts';
import type { World } from '../world.ts';

export interface Gathered {
  readonly reports: readonly SavedReport[];
  /** The one policy that all were judged under. */
  readonly policy: { readonly name: string; readonly sha256: string };
}

/** Throws UsageError for files that are neither, or were not judged, or not under one policy. */
export async function gather(files: readonly string[], raw: RawBaselineOptions, options: Omit<AuditOptions, 'files'>, world: World): Promise<Gathered> {
  const named: { readonly path: string; readonly report: SavedReport }[] = [];
  const recordings: string[] = [];
  for (const path of files) {
    const side = await readSide(path, world);
    if (side === 'recording') recordings.push(path);
    else named.push({ path, report: side.report });
  }
  const wrong = fileKindMistakes(raw, recordings);
  if (wrong.length > 0) throw new UsageError(wrong);
  if (recordings.length > 0) named.push({ path: recordings.join(', '), report: await audited({ ...options, files: recordings }, raw.quiet === true, world) });
  return { reports: named.map(({ report }) => report), policy: onePolicy(named) };
}

async function audited(options: AuditOptions, quiet: boolean, world: World): Promise<SavedReport> {
  const { runAudit } = await import('../pipeline.ts');
  const progress = progressLine(world.stderr, !quiet);
  const warnings: Mistake[] = [];
  try {
    const { report } = await auditedSide(runAudit, options, world, { progress: progress.show, warn: (mistake) => warnings.push(mistake), flush: () => world.breathe() });
    await progress.clear();
    if (warnings.length > 0 && !quiet) await world.stderr.write(await mistakeText(warnings, world, 'warning')).catch(() => {});
    return report;
  } catch (error) {
    await progress.clear();
    throw error;
  }
}

function onePolicy(named: readonly { readonly path: string; readonly report: SavedReport }[]): Gathered['policy'] {
  const unjudged = named.filter(({ report }) => report.policy === undefined);
  if (unjudged.length > 0) throw new UsageError(unjudged.map(({ path }) => ({ message: `${path} was made without a policy, so nothing in it is a finding`, help: 'audit the recording again with --policy FILE' })));
  const [first, ...rest] = named.flatMap(({ path, report }) => (report.policy === undefined ? [] : [{ path, policy: report.policy }]));
  if (first === undefined) throw new UsageError('no file was given', 'name reports or recordings');
  const other = rest.find(({ policy }) => unlikePolicy(first.policy, policy) !== undefined);
  if (other !== undefined) throw new UsageError(`${first.path} and ${other.path} were judged under unlike policies: "${first.policy.name}" (sha256 ${first.policy.sha256.slice(0, HASH_SHOWN)}…) and "${other.policy.name}" (${other.policy.sha256.slice(0, HASH_SHOWN)}…)`, 'judge all under one policy');
  return { name: first.policy.name, sha256: first.policy.sha256 };
}

const HASH_SHOWN = 12;
