/**
 * A bundle as one scope: what was told while the run went on is the truth, and
 * its packets are evidence. Packets are read where nothing was told of them,
 * where the run broke off (the capture has what was still open), or on demand.
 */
import { UsageError } from '../../core/base/errors.ts';
import { openCapture, sniffFile } from '../../core/decode/files/open.ts';
import type { RecordedSource } from '../../core/observe/recording.ts';
import type { RunSheet } from '../../core/policy/sheet.ts';
import type { BundlePlan } from '../bundle/plan.ts';
import type { AuditSinks } from '../pipeline-types.ts';
import type { World } from '../world.ts';
import { beginScope, followed } from './packets.ts';
import { replay } from './replayed.ts';
import type { AuditRun, OpenScope } from './run.ts';

/** Reads it whole into the run. Throws UsageError for files that are not what they are called. */
export async function readBundle(plan: BundlePlan, sheet: RunSheet | undefined, isFromPackets: boolean, run: AuditRun, world: World, sinks: AuditSinks): Promise<void> {
  const { folder, run: facts, events, captures, isMissingParts } = plan;
  const isUnended = facts?.ended === undefined;
  if (isFromPackets && captures.length === 0) throw new UsageError(`${folder} holds no capture`, 'leave --from-packets out: what was told while the run went on is judged then');
  const usesPackets = captures.length > 0 && (isFromPackets || isUnended || facts.sources.every(isProxys));
  const scopes: OpenScope[] = [];
  const lines = replay(folder, {
    run, sheet, recorded: facts?.sheet, admits: usesPackets ? isProxys : undefined, cutCode: 'run-unended',
    opened(open) {
      open.scope.witnesses.isLate = usesPackets;
      scopes.push(open);
    },
  });
  if (facts !== undefined) lines.know(facts.sources);
  for (const path of events) {
    const read = await world.readInput(path, {
      open: (head) => {
        if (sniffFile(head) === 'recording' || lines.hasBegun) return { push: (chunk) => lines.push(chunk), end: () => lines.endPart() };
        throw new UsageError(`${path} is not a recording of egret`, 'is it the bundle that egret wrote?');
      },
      progress: (bytesRead, bytesTotal) => sinks.progress?.({ path, bytesRead, packets: run.packetCount, ...(bytesTotal === undefined ? {} : { bytesTotal }) }),
      pause: () => sinks.flush(),
    });
    run.readUnhashed(folder, read);
  }
  if (usesPackets) await readPackets(captures, scopes[0] ?? run.openScope(sheet), run, world, sinks);
  lines.end();
  if (isUnended && !lines.toldCut) run.note('run-unended');
  if (isMissingParts) run.note('parts-removed');
}

async function readPackets(captures: readonly string[], open: OpenScope, run: AuditRun, world: World, sinks: AuditSinks): Promise<void> {
  const { observer } = beginScope(run, open, world.seed);
  for (const [index, path] of captures.entries()) {
    let source = -1;
    const facts = await world.readInput(path, {
      open(head) {
        const kind = sniffFile(head);
        if (kind !== 'pcap' && kind !== 'pcapng') throw new UsageError(`${path} is not a capture`, 'is it the bundle that egret wrote?');
        source = run.openSource(open, path, { late: true });
        observer.begin(source);
        return followed(openCapture(kind, observer), observer, index === captures.length - 1);
      },
      progress: (bytesRead, bytesTotal) => sinks.progress?.({ path, bytesRead, packets: run.packetCount + observer.seenPackets, ...(bytesTotal === undefined ? {} : { bytesTotal }) }),
      pause: () => sinks.flush(),
    });
    run.fileRead(source, facts);
  }
}

function isProxys({ witness }: RecordedSource): boolean {
  return witness === 'proxy';
}
