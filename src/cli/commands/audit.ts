/** `egret audit FILE…`: the option table, and the way from options through the pipeline to written reports. No analysis here. */
import type { Command } from 'commander';
import { UsageError } from '../../core/base/errors.ts';
import { FORMATS } from '../../core/report/formats/index.ts';
import { mistakeText } from '../complain.ts';
import { openDelivery } from '../deliver.ts';
import { lookFor } from '../paint.ts';
import type { AuditSinks, RunAudit } from '../pipeline-types.ts';
import { progressLine } from '../progress.ts';
import type { World } from '../world.ts';
import { type AuditChoice, type RawAuditOptions, readAuditOptions } from './audit-options.ts';
import type { CommandModule } from './index.ts';

export const audit: CommandModule = {
  exits: [0, 1, 2, 3, 4, 70],
  define(command) {
    command
      .description('Judges recordings of network traffic against a policy: what each promise is worth, what was contacted, and what could not be seen. Without a policy it lists what was contacted as facts.')
      .usage('FILE... [options]')
      .argument('<file...>', 'pcap or pcapng, plain or .gz, or a recording of egret; - is standard input')
      .addHelpText('after', PAGE);
    judgingOptions(command);
    recordingOptions(command);
    outputOptions(command);
  },
  async run(command, world) {
    const { runAudit } = await import('../pipeline.ts');
    return auditWith(runAudit, command, world);
  },
};

/** The command with its pipeline handed in, so that tests can watch what it is asked for. */
export async function auditWith(runAudit: RunAudit, command: Command, world: World): Promise<number> {
  const { choice, mistakes } = readAuditOptions(command.args, command.opts<RawAuditOptions>(), FORMATS);
  if (mistakes.length > 0) throw new UsageError(mistakes);
  return deliver(runAudit, choice, world);
}

async function deliver(runAudit: RunAudit, choice: AuditChoice, world: World): Promise<number> {
  const delivery = await openDelivery(choice.outputs, lookFor(world.stdout, choice.color, world.env), world);
  const progress = progressLine(world.stderr, !choice.quiet);
  const warnings: Parameters<AuditSinks['warn']>[0][] = [];
  const sinks: AuditSinks = {
    ...(delivery.connection === undefined ? {} : { connection: delivery.connection }),
    progress: progress.show,
    warn: (mistake) => warnings.push(mistake),
    flush: delivery.flush,
  };
  const stopListening = world.onInterrupt(delivery.abandon);
  try {
    const { report } = await runAudit(choice.audit, world, sinks);
    await progress.clear();
    if (warnings.length > 0 && !choice.quiet) await world.stderr.write(await mistakeText(warnings, world, 'warning')).catch(() => {});
    await delivery.finish(report);
    return report.summary.exit;
  } catch (error) {
    await progress.clear();
    await delivery.abandon();
    throw error;
  } finally {
    stopListening();
  }
}

function judgingOptions(command: Command): void {
  command
    .optionsGroup('Judging:')
    .option('-p, --policy <file>', 'the policy to judge against')
    .option('--with <features>', 'features that were on, as a,b,c; all others were off; "none": all off; without it they are unknown')
    .option('--set <name=value>', 'value of a policy variable; repeat for a list', collect)
    .option('--telemetry-list <file>', 'hosts that count as telemetry too: hosts file, hosts, or ||host^ rules; repeatable', collect)
    .option('--baseline <file>', 'findings that are known and no longer count (egret baseline write makes one)')
    .option('--baseline-any-policy', 'use the baseline even if it was written under another policy')
    .option('--fail-on <severity>', 'exit 1 from this severity on: error, warning, note or never', 'warning')
    .option('--require <needs>', 'exit 2 below this evidence: entries=80%,named=95%,phases=launch+idle,claims=C12+C13', collect);
}

function recordingOptions(command: Command): void {
  command
    .optionsGroup('What the recording is:')
    .option('--sheet <file>', 'run sheet; without it FILE.run.yaml beside a recording is read')
    .option('--scope <scope>', 'what the recording holds: app or machine')
    .option('--platform <platform>', 'operating system of the recorded machine: linux, macos or windows')
    .option('--local <cidr>', 'network of the recorded side; repeatable', collect)
    .option('--ca-file <pem>', 'root certificates that are no finding, such as a company\'s own; repeatable', collect);
}

function outputOptions(command: Command): void {
  command
    .optionsGroup('Output:')
    .option('--format <name[=file]>', `${[...FORMATS.keys()].join(', ')}; repeatable or a comma list; one may go to standard output`, collect)
    .option('--json', 'short for --format json')
    .option('-o, --output <file>', 'file for the one format given')
    .option('--record <file>', 'also write what was observed as a recording of egret')
    .option('--color <when>', 'auto, always or never', 'auto')
    .option('-q, --quiet', 'no progress, no warnings, and no text report that was not asked for by name')
    .optionsGroup('Options:');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const PAGE = `
Formats:
${[...FORMATS.values()].map(({ name, description }) => `  ${name.padEnd(8)}  ${description}`).join('\n')}

Examples:
  egret audit capture.pcapng
      what was contacted, as facts
  egret audit capture.pcapng -p vendor.yaml --with openai
      judge it, knowing that of all features only openai was on
  egret audit run-*.pcapng -p vendor.yaml --fail-on error --format json=report.json
      several recordings, one report, for a build
  tcpdump -w - | egret audit - -p vendor.yaml
      judge what another program captures

Files:
  FILE.run.yaml   run sheet beside a recording: what packets cannot say of it (scope,
                  features, phases, own networks); flags replace what it says

Environment:
  NO_COLOR        no colour, whatever its value
  FORCE_COLOR     colour without a terminal; 0: none
  EGRET_DEBUG     1: a stack trace with a bug in egret`;
