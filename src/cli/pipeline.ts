/**
 * THE story of egret (design §2): files → frames → observations → connections
 * → verdicts → report. Read this file first. Each step is one call into the
 * room that does it; this file only carries things from one to the next.
 */
import { UsageError } from '../core/base/errors.ts';
import { describeUnknown, READABLE_FORMATS } from '../core/decode/files/describe-unknown.ts';
import { openCapture, sniffFile } from '../core/decode/files/open.ts';
import { Observer } from '../core/observe/observer.ts';
import { restoreSheet, type RecordingHeader } from '../core/observe/recording.ts';
import { buildReport } from '../core/report/build.ts';
import type { InputConsumer } from '../edge/capture/read.ts';
import { loadBaseline } from './audit/baseline-file.ts';
import { planScopes, type ScopePlan } from './audit/plan.ts';
import { Recorder } from './audit/recorder.ts';
import { Replay } from './audit/replay.ts';
import { readRoots } from './audit/roots.ts';
import { loadTelemetryLists } from './audit/telemetry-lists.ts';
import { AuditRun, type OpenScope } from './audit/run.ts';
import { readUserText } from './files.ts';
import type { AuditOptions, AuditResult, AuditSinks } from './pipeline-types.ts';
import type { World } from './world.ts';

/** Reads, observes and judges everything named, and builds the report. Throws UsageError and MachineError; leaves no half-written file. */
export async function runAudit(options: AuditOptions, world: World, sinks: AuditSinks): Promise<AuditResult> {
  const plans = await planScopes(options, world);
  const { policy: file } = options;
  const policyText = file === undefined ? undefined : { file, text: await readUserText(file, 'the policy', world) };
  const caRoots = await readRoots(options.caFiles, world);
  const baseline = options.baseline === undefined ? undefined : await loadBaseline(options.baseline.file, world);
  const lists = await loadTelemetryLists(options.telemetryLists ?? [], world, (mistake) => sinks.warn(mistake));
  const recorder = options.record === undefined ? undefined : await Recorder.open(options.record, world);
  try {
    const run = new AuditRun(options, sinks, { policyText, recorder, caRoots, baseline, lists });
    for (const plan of plans) await readScope(plan, plans, run, world, sinks);
    const assessed = run.finish();
    await recorder?.commit(run.recordedSources());
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
    return { report: buildReport(parts, options.wish) };
  } catch (error) {
    await recorder?.discard();
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
        if (kind === 'recording') return replay(path, plan, run);
        if (kind !== 'pcap' && kind !== 'pcapng') throw new UsageError(`${path === '-' ? 'standard input' : path} is not a capture: it looks like ${describeUnknown(head)}`, READABLE_FORMATS);
        live ??= beginScope(run, plan, sheets, world.seed);
        const { observer } = live;
        source = run.openSource(live.open, path);
        observer.begin(source);
        return followed(openCapture(kind, observer), observer, isLast);
      },
      progress: (bytesRead, bytesTotal) => sinks.progress?.({ path, bytesRead, packets: run.packets + (live?.observer.seenPackets ?? 0), ...(bytesTotal === undefined ? {} : { bytesTotal }) }),
      pause: () => sinks.flush(),
      cut: (how) => live?.observer.problem({ code: 'file-cut', detail: how }),
    });
    if (source !== undefined) run.fileRead(source, facts);
  }
}

interface Live {
  readonly open: OpenScope;
  readonly observer: Observer;
}

function beginScope(run: AuditRun, plan: ScopePlan, sheets: readonly NonNullable<ScopePlan['sheet']>[], seed: number): Live {
  const open = run.openScope(plan.sheet, sheets);
  const { local, clockOffset } = open.scope.sheet;
  return { open, observer: new Observer({ seed, local, clockOffset, emit: (observation) => run.observe(observation) }) };
}

/** A capture's reader that ends its source, and with the last part of a scope the flows. */
function followed(reader: InputConsumer, observer: Observer, isLast: boolean): InputConsumer {
  return {
    push: (chunk) => reader.push(chunk),
    end() {
      reader.end();
      if (isLast) observer.finish();
      observer.end();
    },
  };
}

/** A recording's sources and scopes take the next numbers of this run; their order is kept. */
function replay(path: string, plan: ScopePlan, run: AuditRun): InputConsumer {
  const numbers = new Map<number, number>();
  let first = -1;
  return new Replay(path, {
    header(header: RecordingHeader) {
      const scopes = new Map<number, OpenScope>();
      for (const source of header.sources) {
        const open = scopes.get(source.scope) ?? run.openScope(plan.sheet ?? restoreSheet(source.sheet), [], plan.sheet === undefined);
        scopes.set(source.scope, open);
        const number = run.openSource(open, source.path, source, path);
        numbers.set(source.id, number);
        if (first < 0) first = number;
      }
    },
    observation: (observation) => run.observe({ ...observation, from: [numbers.get(observation.from[0]) ?? first, observation.from[1]] }),
    problem: (code) => run.observe({ kind: 'blind-spot', at: 0, seq: 0, from: [first, 0], code, count: 1 }),
  });
}
