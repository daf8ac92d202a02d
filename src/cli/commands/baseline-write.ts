/** `egret baseline write FILE… -o baseline.yaml`: keeps the open findings of reports or recordings as a baseline. No analysis here. */
import { MachineError, type Mistake, UsageError } from '../../core/base/errors.ts';
import { MAX_TEXT } from '../../core/policy/read.ts';
import { rowWords } from '../../core/report/baseline.ts';
import { count, counted, listed } from '../../core/report/layout/amounts.ts';
import { baselineText, type WrittenBaseline } from '../../core/report/write-baseline.ts';
import { gather, type Gathered } from '../baseline/gather.ts';
import { mistakeText } from '../complain.ts';
import { whyNot } from '../files.ts';
import { ClosedPipe, type World } from '../world.ts';
import { type RawBaselineOptions, readRecordingOptions, recordingOptions } from './baseline-options.ts';
import type { CommandModule } from './index.ts';

interface RawOptions extends RawBaselineOptions {
  readonly output?: string;
}

export const baselineWrite: CommandModule = {
  exits: [0, 2, 3, 4, 70],
  define(command) {
    command
      .description('Writes a baseline: the fingerprints of all open findings, so that later audits fail only on what is new. A recording is audited first.')
      .usage('FILE... [options]')
      .argument('<file...>', 'reports that egret audit wrote as JSON, or recordings; - is a report on standard input');
    recordingOptions(command);
    command
      .optionsGroup('Output:')
      .option('-o, --output <file>', 'file to write to instead of standard output')
      .option('-q, --quiet', 'no progress, no warnings and no closing line')
      .optionsGroup('Options:')
      .addHelpText('after', PAGE);
  },
  async run(command, world) {
    const raw = command.opts<RawOptions>();
    const mistakes: Mistake[] = [];
    const options = readRecordingOptions(raw, mistakes);
    const read = [...command.args, raw.policy, raw.sheet];
    if (raw.output !== undefined && raw.output !== '-' && read.includes(raw.output)) mistakes.push({ message: `${raw.output} is read and would be overwritten`, help: 'write to another file' });
    if (command.args.filter((file) => file === '-').length > 1) mistakes.push({ message: 'standard input (-) was named more than once', help: 'it can be read only once' });
    if (mistakes.length > 0) throw new UsageError(mistakes);
    const gathered = await gather(command.args, raw, options, world);
    if (gathered.reports.every(({ summary }) => summary.connections === 0 && summary.lookups === 0)) {
      await world.stderr.write('egret: nothing was observed, so there is nothing to keep; no baseline was written\n');
      return NOTHING_OBSERVED;
    }
    const written = baselineText(gathered.reports, gathered.policy, world.version);
    if (written.text.length > MAX_TEXT) throw new UsageError(`${count(written.findings)} findings are more than a baseline holds (${count(MAX_TEXT)} characters)`, 'a policy that fits the product leaves fewer: look at the commonest rules first');
    await put(written.text, raw.output === '-' ? undefined : raw.output, world);
    if (raw.quiet !== true) await tell(written, gathered, raw.output, world);
    return 0;
  },
};

/** On standard error, because the baseline itself may go to standard output. */
async function tell({ findings, expired }: WrittenBaseline, { reports, policy }: Gathered, output: string | undefined, world: World): Promise<void> {
  if (expired.length > 0) {
    const warning: Mistake = { message: `left out, because their acceptance has expired and a baseline does not extend it: ${listed(expired.map(rowWords), EXPIRED_CAP)}`, help: 'settle them, or give the `accept:` lines of the policy a new day' };
    await world.stderr.write(await mistakeText([warning], world, 'warning'));
  }
  const connections = reports.reduce((sum, { summary }) => sum + summary.connections, 0);
  const lookups = reports.reduce((sum, { summary }) => sum + summary.lookups, 0);
  const broken = new Set(reports.flatMap(({ claims }) => claims.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id))).size;
  const still = broken === 0 ? '' : `; ${counted(broken, 'claim')} ${broken === 1 ? 'stays' : 'stay'} broken`;
  await world.stderr.write(await mistakeText([{ message: `${output === undefined || output === '-' ? 'baseline' : output}: ${counted(findings, 'finding')} under "${policy.name}" in ${counted(connections, 'connection')} and ${counted(lookups, 'lookup')}${still}` }], world));
}

async function put(text: string, path: string | undefined, world: World): Promise<void> {
  if (path === undefined) {
    await world.stdout.write(text).catch((error: unknown) => {
      if (!(error instanceof ClosedPipe)) throw error;
    });
    return;
  }
  try {
    const file = await world.openOutput(path);
    file.write(text);
    await file.commit();
  } catch (error) {
    throw new MachineError(`cannot write ${path}`, whyNot(error), 'choose another place with --output FILE, or make room there');
  }
}

const NOTHING_OBSERVED = 2;
const EXPIRED_CAP = 8;
const PAGE = `
Examples:
  egret baseline write capture.pcapng -p vendor.yaml -o baseline.yaml
      keep what is known today
  egret audit capture.pcapng -p vendor.yaml --baseline baseline.yaml
      fail only on what is new; what is known is listed and stays broken
  egret baseline write v1.json v2.json -o baseline.yaml
      from reports that are already there, all of one policy`;
