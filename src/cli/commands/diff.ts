/** `egret diff A B`: reads or audits both sides, compares them, writes the comparison. No analysis here. */
import { MachineError, type Mistake, UsageError } from '../../core/base/errors.ts';
import { type Compared, diffReports } from '../../core/report/diff.ts';
import { DIFF_FORMATS } from '../../core/report/diff/format.ts';
import { PLAIN_LOOK } from '../../core/report/layout/look.ts';
import { mistakeText } from '../complain.ts';
import { auditedSide, readSides } from '../diff/load.ts';
import { whyNot } from '../files.ts';
import { lookFor } from '../paint.ts';
import type { AuditSinks } from '../pipeline-types.ts';
import { progressLine } from '../progress.ts';
import { ClosedPipe, type OutputFile, type World } from '../world.ts';
import { type DiffChoice, idleOptions, type RawDiffOptions, readDiffOptions } from './diff-options.ts';
import type { CommandModule } from './index.ts';

export const diff: CommandModule = {
  exits: [0, 1, 2, 3, 4, 70],
  define(command) {
    command
      .description('Compares two reports or recordings: destinations, verdicts, claims and findings that are new, gone or changed from A to B. A recording is audited first.')
      .usage('A B [options]')
      .argument('<a>', 'before: a report that egret audit wrote as JSON, or a recording; - is a report on standard input')
      .argument('<b>', 'after: likewise')
      .optionsGroup('Where A or B is a recording:')
      .option('-p, --policy <file>', 'the policy to judge it against')
      .option('--with <features>', 'features that were on, as a,b,c; all others were off; "none": all off')
      .option('--set <name=value>', 'value of a policy variable; repeat for a list', collect)
      .option('--sheet-a <file>', 'run sheet of A; without it A.run.yaml beside it is read')
      .option('--sheet-b <file>', 'run sheet of B')
      .optionsGroup('Output:')
      .option('--fail-on <what>', 'exit 1 on: new (a destination, looked-up name or open finding that A lacks), changed (any difference) or never', 'never')
      .option('--format <name>', 'text, markdown or json', 'text')
      .option('-o, --output <file>', 'file to write to instead of standard output')
      .option('--color <when>', 'auto, always or never', 'auto')
      .option('-q, --quiet', 'no progress and no warnings')
      .optionsGroup('Options:')
      .addHelpText('after', PAGE);
  },
  async run(command, world) {
    const [a = '', b = ''] = command.args;
    const raw = command.opts<RawDiffOptions>();
    const { choice, mistakes } = readDiffOptions(a, b, raw);
    if (mistakes.length > 0) throw new UsageError(mistakes);
    const read = await readSides(a, b, world);
    const idle = idleOptions(raw, [read[0] === 'recording', read[1] === 'recording']);
    if (idle.length > 0) throw new UsageError(idle);
    return compare(choice, read, world);
  },
};

type Read = Compared | 'recording';

/** The output is opened first: that it cannot be written is known before the work, not after it. */
async function compare(choice: DiffChoice, read: readonly [Read, Read], world: World): Promise<number> {
  const { output } = choice;
  const file = output === undefined ? undefined : await world.openOutput(output).catch((error: unknown) => refuse(output, error));
  const stopListening = world.onInterrupt(async () => file?.discard());
  try {
    const [one, other] = await bothSides(choice, read, world);
    const difference = diffReports(one, other, choice.failOn);
    const look = file === undefined ? lookFor(world.stdout, choice.color, world.env) : PLAIN_LOOK;
    await write(DIFF_FORMATS[choice.format](difference, look), file, output ?? '', world);
    return difference.summary.exit;
  } catch (error) {
    await file?.discard();
    throw error;
  } finally {
    stopListening();
  }
}

async function bothSides({ sides, quiet }: DiffChoice, read: readonly [Read, Read], world: World): Promise<readonly [Compared, Compared]> {
  const progress = progressLine(world.stderr, !quiet);
  const warnings = new Map<string, Mistake>();
  // Both sides may be judged against one policy, whose warnings are told once.
  const sinks: AuditSinks = { progress: progress.show, warn: (mistake) => warnings.set(JSON.stringify(mistake), mistake), flush: () => world.breathe() };
  try {
    const load = async (at: 0 | 1): Promise<Compared> => {
      const found = read[at];
      if (found !== 'recording') return found;
      const { runAudit } = await import('../pipeline.ts');
      return auditedSide(runAudit, sides[at], world, sinks);
    };
    const both = [await load(0), await load(1)] as const;
    await progress.clear();
    if (warnings.size > 0 && !quiet) await world.stderr.write(await mistakeText([...warnings.values()], world, 'warning')).catch(() => {});
    return both;
  } catch (error) {
    await progress.clear();
    throw error;
  }
}

async function write(pieces: Iterable<string>, file: OutputFile | undefined, path: string, world: World): Promise<void> {
  const text = [...pieces].join('');
  if (file === undefined) {
    // Whoever closed the pipe wants no more of the page, but the exit code is still the comparison's.
    await world.stdout.write(text).catch((error: unknown) => {
      if (!(error instanceof ClosedPipe)) throw error;
    });
    return;
  }
  try {
    file.write(text);
    await file.commit();
  } catch (error) {
    refuse(path, error);
  }
}

function refuse(path: string, error: unknown): never {
  throw new MachineError(`cannot write ${path}`, whyNot(error), 'choose another place with --output FILE, or make room there');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const PAGE = `
Examples:
  egret diff before.json after.json
      what the new version contacts that the old one did not
  egret diff v1.pcapng v2.pcapng -p vendor.yaml --fail-on new
      audit both recordings and fail a build on anything new
  git show main:report.json | egret diff - report.json --format markdown
      the same for a pull request`;
