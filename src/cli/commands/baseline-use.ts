/** `egret baseline use BASELINE FILE…`: holds reports or recordings against a baseline; exit 1 on what is new. No analysis here. */
import { type Mistake, UsageError } from '../../core/base/errors.ts';
import { heldLines, holdAgainst } from '../../core/report/hold-baseline.ts';
import { FAIL_ON, type FailOn } from '../../core/report/verdict-exit.ts';
import { checkBaselinePolicy, loadBaseline } from '../audit/baseline-file.ts';
import { gather } from '../baseline/gather.ts';
import { mistakeText } from '../complain.ts';
import { COLOR_CHOICES, type ColorChoice, lookFor } from '../paint.ts';
import { ClosedPipe } from '../world.ts';
import { oneOf } from './audit-options.ts';
import { type RawBaselineOptions, readRecordingOptions, recordingOptions } from './baseline-options.ts';
import type { CommandModule } from './index.ts';

interface RawOptions extends RawBaselineOptions {
  readonly failOn: string;
  readonly baselineAnyPolicy?: boolean;
  readonly color: string;
}

export const baselineUse: CommandModule = {
  exits: [0, 1, 2, 3, 4, 70],
  define(command) {
    command
      .description('Holds the findings of reports or recordings against a baseline: what is new, what is known, what is gone. A recording is audited first; egret audit --baseline gives its whole report.')
      .usage('BASELINE FILE... [options]')
      .argument('<baseline>', 'what egret baseline write wrote')
      .argument('<file...>', 'reports that egret audit wrote as JSON, or recordings; - is a report on standard input')
      .optionsGroup('Judging:')
      .option('--fail-on <severity>', 'exit 1 on a new finding from this severity on: error, warning, note or never', 'warning')
      .option('--baseline-any-policy', 'use the baseline even if it was written under another policy');
    recordingOptions(command);
    command
      .optionsGroup('Output:')
      .option('--color <when>', 'auto, always or never', 'auto')
      .option('-q, --quiet', 'no progress and no warnings')
      .optionsGroup('Options:')
      .addHelpText('after', PAGE);
  },
  async run(command, world) {
    const raw = command.opts<RawOptions>();
    const [path = '', ...files] = command.args;
    const mistakes: Mistake[] = [];
    const options = readRecordingOptions(raw, mistakes);
    const failOn = oneOf<FailOn>('--fail-on', raw.failOn, FAIL_ON, mistakes) ?? 'warning';
    const color = oneOf<ColorChoice>('--color', raw.color, COLOR_CHOICES, mistakes) ?? 'auto';
    if (path === '-') mistakes.push({ message: 'a baseline is not read from standard input', help: 'name a file; standard input is for a report' });
    if (files.filter((file) => file === '-').length > 1) mistakes.push({ message: 'standard input (-) was named more than once', help: 'it can be read only once' });
    if (mistakes.length > 0) throw new UsageError(mistakes);
    const baseline = await loadBaseline(path, world);
    const { reports, policy } = await gather(files, raw, options, world);
    const warnings: Mistake[] = [];
    checkBaselinePolicy(baseline, policy, raw.baselineAnyPolicy === true, (mistake) => warnings.push(mistake));
    if (warnings.length > 0 && raw.quiet !== true) await world.stderr.write(await mistakeText(warnings, world, 'warning')).catch(() => {});
    const held = holdAgainst(baseline, reports, policy, failOn);
    const page = [...heldLines(held, baseline, lookFor(world.stdout, color, world.env))].join('\n');
    // Whoever closed the pipe wants no more of the page, but the exit code is still the verdict's.
    await world.stdout.write(`${page}\n`).catch((error: unknown) => {
      if (!(error instanceof ClosedPipe)) throw error;
    });
    return held.exit;
  },
};

const PAGE = `
Examples:
  egret baseline use baseline.yaml report.json
      is anything in this report new?
  egret baseline use baseline.yaml capture.pcapng -p vendor.yaml --fail-on error
      the same of a recording`;
