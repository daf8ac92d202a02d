/** `egret mark start|end|at PHASE`: tells a run under way that a phase begins or ends. */
import { UsageError } from '../../core/base/errors.ts';
import { nearest } from '../../core/base/nearest.ts';
import { markFolder, runsIn, type ListeningRun } from '../../edge/marks/folder.ts';
import { isListening, sendMark } from '../../edge/marks/send.ts';
import type { MarkAnswer, MarkEdge, MarkWish } from '../../edge/marks/words.ts';
import { MARK_SOCKET } from '../live/marks.ts';
import type { World } from '../world.ts';
import type { CommandModule } from './index.ts';

export const mark: CommandModule = {
  exits: [0, 3, 70],
  define(command) {
    command
      .description('Tells an egret run or egret proxy under way that a phase of the policy begins, ends or happens now, so that promises tied to phases can be judged.')
      .usage('[options] start|end|at PHASE')
      .argument('<start|end|at>', 'whether it begins, ends, or is a moment')
      .argument('<phase>', 'a phase that the policy of the run declares')
      .option('--run <pid>', 'the run, by its process number, where several are under way')
      .option('-q, --quiet', 'say nothing when it is done')
      .addHelpText('after', PAGE);
  },
  async run(command, world) {
    const { run: pid, quiet } = command.opts<{ readonly run?: string; readonly quiet?: boolean }>();
    const [edge = '', phase = ''] = command.args;
    const wish = { edge: readEdge(edge), phase };
    const { answer, run } = await told(await candidates(pid, world), wish, pid !== undefined);
    if (!answer.done) throw new UsageError(answer.said, answer.help);
    if (quiet !== true) await world.stdout.write(`${answer.said}${run.pid === 0 ? '' : ` in run ${run.pid}`}\n`);
    return 0;
  },
};

function readEdge(text: string): MarkEdge {
  if (text === 'start' || text === 'end' || text === 'at') return text;
  const near = nearest(text, EDGES);
  throw new UsageError(`a mark says start, end or at, not "${text}"`, near === undefined ? 'as in: egret mark start sop-generation' : `did you mean ${near}?`);
}

/** The run that started this command, else all runs of this user. */
async function candidates(pid: string | undefined, world: World): Promise<readonly ListeningRun[]> {
  const own = world.env[MARK_SOCKET];
  if (pid === undefined && own !== undefined && own !== '') return [{ pid: 0, socket: own }];
  const runs = await runsIn(markFolder(world.env['XDG_RUNTIME_DIR']));
  return pid === undefined ? runs : runs.filter((run) => String(run.pid) === pid);
}

/** Tells the only run that listens. Sockets of runs that were killed do not count. */
async function told(runs: readonly ListeningRun[], wish: MarkWish, isNamed: boolean): Promise<{ readonly answer: MarkAnswer; readonly run: ListeningRun }> {
  const listening = await Promise.all(runs.map(({ socket }) => isListening(socket)));
  const alive = runs.filter((_, index) => listening[index] === true);
  const [run, ...others] = alive;
  if (run !== undefined && others.length > 0) throw new UsageError(`${alive.length} runs are under way: ${alive.map((one) => one.pid).join(', ')}`, 'say which one with --run PID');
  const answer = run === undefined ? undefined : await sendMark(run.socket, wish);
  if (run === undefined || answer === undefined) throw new UsageError(isNamed ? 'there is no such run under way' : 'no run of yours is under way', 'start one with egret run or egret proxy; phases of a recording are marked in its run sheet');
  return { answer, run };
}

const EDGES = ['start', 'end', 'at'];
const PAGE = `
Examples:
  egret mark start sop-generation
      from another terminal, or from a script that egret run has started
  egret mark at update-check
      a moment: it has begun and is over
  egret mark --run 4711 end cloud-desktop
      where several runs are under way

Environment:
  EGRET_MARK       where the run listens; egret run sets it for the app and its scripts
  XDG_RUNTIME_DIR  where runs are looked for otherwise (else the folder for temporary files)`;
