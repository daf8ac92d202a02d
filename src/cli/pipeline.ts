/**
 * THE story of egret (design §2): files → frames → observations → connections
 * → verdicts → report. Read this file first. Each step is one call into the
 * room that does it; this file only carries things from one to the next.
 */
import { UsageError } from '../core/base/errors.ts';
import { describeUnknown, READABLE_FORMATS } from '../core/decode/files/describe-unknown.ts';
import { openCapture, sniffFile } from '../core/decode/files/open.ts';
import { buildReport } from '../core/report/build.ts';
import type { ExitWish } from '../core/report/verdict-exit.ts';
import { loadBaseline } from './audit/baseline-file.ts';
import { planScopes, type ScopePlan } from './audit/plan.ts';
import { openTap } from './audit/open-tap.ts';
import { beginScope, followed, type Live } from './audit/packets.ts';
import { readBundle } from './audit/read-bundle.ts';
import { replay } from './audit/replayed.ts';
import { readRoots } from './audit/roots.ts';
import { loadTelemetryLists } from './audit/telemetry-lists.ts';
import { AuditRun } from './audit/run.ts';
import { readUserText } from './files.ts';
import type { AuditOptions, AuditResult, AuditSinks } from './pipeline-types.ts';
import type { World } from './world.ts';

/** Reads, observes and judges everything named, and builds the report. Throws UsageError and MachineError; leaves no half-written file. */
export async function runAudit(options: AuditOptions, world: World, sinks: AuditSinks): Promise<AuditResult> {
  const plans = await planScopes(options, world);
  return judged(options, world, sinks, async (run) => {
    for (const plan of plans) await (plan.bundle === undefined ? readScope(plan, plans, run, world, sinks) : readBundle(plan.bundle, plan.sheet, options.fromPackets === true, run, world, sinks));
    return {};
  });
}

/** The same of a live run: `watch` opens its scope and source, and comes back when the run is over. */
export async function runLive(options: AuditOptions, world: World, sinks: AuditSinks, watch: (run: AuditRun) => Promise<Partial<ExitWish>>): Promise<AuditResult> {
  world.saveMemory();
  return judged(options, world, sinks, watch);
}

/** What is the same wherever observations come from: the grounds to judge on before, the recording beside, the report after. */
async function judged(options: AuditOptions, world: World, sinks: AuditSinks, fill: (run: AuditRun) => Promise<Partial<ExitWish>>): Promise<AuditResult> {
  const { policy: file } = options;
  const policyText = file === undefined ? undefined : { file, text: await readUserText(file, 'the policy', world) };
  const caRoots = await readRoots(options.caFiles, world);
  const baseline = options.baseline === undefined ? undefined : await loadBaseline(options.baseline.file, world);
  const lists = await loadTelemetryLists(options.telemetryLists ?? [], world, (mistake) => sinks.warn(mistake));
  const recorder = await openTap(options, world);
  try {
    const run = new AuditRun(options, sinks, { policyText, recorder, caRoots, baseline, lists });
    const wish = { ...options.wish, ...(await fill(run)) };
    if (recorder?.stopped !== undefined) {
      run.note('bundle-stopped', recorder.stopped);
      sinks.warn({ message: `the bundle ${options.record ?? ''} could not be written to its end: ${recorder.stopped}`, help: 'this report holds all; an audit of the bundle will not' });
    }
    const assessed = run.finish();
    const policy = run.policy?.policy;
    const parts = {
      // First: it brings the whole policy under the name that the report gives to its path and hash.
      ...assessed,
      version: world.version,
      inputs: run.inputs(),
      settings: run.settings(),
      ...(baseline === undefined ? {} : { baseline }),
      ...(policy === undefined ? {} : { policy: { path: policy.file, sha256: policy.sha256, name: policy.name } }),
    };
    const report = buildReport(parts, wish);
    await recorder?.commit(run.recordedSources(), report);
    return { report };
  } catch (error) {
    await recorder?.discard(error instanceof UsageError);
    throw error;
  }
}

/** The files of one scope in order: captures share one observer, a recording brings scopes of its own. */
async function readScope(plan: ScopePlan, plans: readonly ScopePlan[], run: AuditRun, world: World, sinks: AuditSinks): Promise<void> {
  const sheets = plans.flatMap((other) => other.sheet ?? []);
  let live: Live | undefined;
  for (const [index, path] of plan.files.entries()) {
    let source: number | undefined;
    const isLast = index === plan.files.length - 1;
    const facts = await world.readInput(path, {
      open(head) {
        const kind = sniffFile(head);
        if (kind === 'recording') return replay(path, { sheet: plan.sheet, run });
        if (kind !== 'pcap' && kind !== 'pcapng') throw new UsageError(`${path === '-' ? 'standard input' : path} is not a capture: it looks like ${describeUnknown(head)}`, READABLE_FORMATS);
        live ??= beginScope(run, run.openScope(plan.sheet, sheets), world.seed);
        const { observer } = live;
        source = run.openSource(live.open, path);
        observer.begin(source);
        return followed(openCapture(kind, observer), observer, isLast);
      },
      progress: (bytesRead, bytesTotal) => sinks.progress?.({ path, bytesRead, packets: run.packetCount + (live?.observer.seenPackets ?? 0), ...(bytesTotal === undefined ? {} : { bytesTotal }) }),
      pause: () => sinks.flush(),
      cut: (how) => live?.observer.problem({ code: 'file-cut', detail: how }),
    });
    if (source !== undefined) run.fileRead(source, facts);
  }
}
