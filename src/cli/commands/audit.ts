/** `egret audit FILE…`: the option table, and the way from options through the pipeline to written reports. No analysis here. */
import type { Command } from 'commander';
import { UsageError } from '../../core/base/errors.ts';
import { FORMATS } from '../../core/report/formats/index.ts';
import { deliverReport } from '../deliver-report.ts';
import { collect, judgingOptions, outputOptions } from '../options.ts';
import type { RunAudit } from '../pipeline-types.ts';
import type { World } from '../world.ts';
import { type RawAuditOptions, readAuditOptions } from './audit-options.ts';
import type { CommandModule } from './index.ts';

export const audit: CommandModule = {
  exits: [0, 1, 2, 3, 4, 70],
  define(command) {
    command
      .description('Judges recordings of network traffic against a policy: what each promise is worth, what was contacted, and what could not be seen. Without a policy it lists what was contacted as facts.')
      .usage('FILE... [options]')
      .argument('<file...>', 'pcap or pcapng, plain or .gz, a recording of egret, or the folder of a bundle; - is standard input')
      .addHelpText('after', PAGE);
    judgingOptions(command);
    recordingOptions(command);
    outputOptions(command);
    command.optionsGroup('Options:');
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
  const report = await deliverReport(choice, world, async (sinks, arm) => {
    arm();
    return runAudit(choice.audit, world, sinks);
  });
  return report.summary.exit;
}

function recordingOptions(command: Command): void {
  command
    .optionsGroup('What the recording is:')
    .option('--from-packets', 'of a bundle, judge what its capture shows in place of what was told of packets')
    .option('--sheet <file>', 'run sheet; without it FILE.run.yaml beside a recording is read')
    .option('--scope <scope>', 'what the recording holds: app or machine')
    .option('--platform <platform>', 'operating system of the recorded machine: linux, macos or windows')
    .option('--local <cidr>', 'network of the recorded side; repeatable', collect)
    .option('--ca-file <pem>', 'root certificates that are no finding, such as a company\'s own; repeatable', collect);
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
  FOLDER/         bundle of a live run (egret run --record FOLDER/): one scope, whole or cut short
  FILE.run.yaml   run sheet beside a recording: what packets cannot say of it (scope,
                  features, phases, own networks); flags replace what it says

Environment:
  NO_COLOR        no colour, whatever its value; FORCE_COLOR and --color go before it
  FORCE_COLOR     colour without a terminal; 0: none
  EGRET_DEBUG     1: a stack trace with a bug in egret`;
