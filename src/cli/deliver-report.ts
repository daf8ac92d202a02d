/** The way of every judged run: outputs opened before the work, warnings and progress while it goes, the report into its files at the end. */
import type { Report } from '../core/report/report.ts';
import { mistakeText } from './complain.ts';
import { openDelivery } from './deliver.ts';
import type { Output } from './output.ts';
import { type ColorChoice, lookFor } from './paint.ts';
import type { AuditResult, AuditSinks } from './pipeline-types.ts';
import { progressLine } from './progress.ts';
import type { World } from './world.ts';

export interface DeliveryChoice {
  readonly outputs: readonly Output[];
  readonly color: ColorChoice;
  readonly quiet: boolean;
}

/** `work` judges; it calls `arm` from when on Ctrl-C shall end egret and leave no half-written file. */
export async function deliverReport(choice: DeliveryChoice, world: World, work: (sinks: AuditSinks, arm: () => void) => Promise<AuditResult>): Promise<Report> {
  const delivery = await openDelivery(choice.outputs, lookFor(world.stdout, choice.color, world.env), world);
  const progress = progressLine(world.stderr, !choice.quiet);
  const warnings: Parameters<AuditSinks['warn']>[0][] = [];
  const sinks: AuditSinks = {
    ...(delivery.connection === undefined ? {} : { connection: delivery.connection }),
    progress: progress.show,
    warn: (mistake) => warnings.push(mistake),
    flush: delivery.flush,
  };
  let stopListening: (() => void) | undefined;
  try {
    const { report } = await work(sinks, () => {
      stopListening = world.onInterrupt(delivery.abandon);
    });
    await progress.clear();
    if (warnings.length > 0 && !choice.quiet) await world.stderr.write(await mistakeText(warnings, world, 'warning')).catch(() => {});
    await delivery.finish(report);
    return report;
  } catch (error) {
    await progress.clear();
    await delivery.abandon();
    throw error;
  } finally {
    stopListening?.();
  }
}
