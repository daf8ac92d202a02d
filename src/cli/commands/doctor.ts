/** `egret doctor`: tries every way of seeing on this machine, says which work, what each cannot see and what to do. */
import { dirname, basename } from 'node:path';
import { UsageError, type Mistake } from '../../core/base/errors.ts';
import { diagnose } from '../../core/report/doctor/diagnose.ts';
import type { TerminalFacts } from '../../core/report/doctor/facts.ts';
import { doctorJson } from '../../core/report/doctor/json.ts';
import { doctorLine, doctorText } from '../../core/report/doctor/text.ts';
import { tryingLine } from '../doctor/trying-line.ts';
import { COLOR_CHOICES, type ColorChoice, lookFor } from '../paint.ts';
import { nearer, shellWord } from '../shell-words.ts';
import { ClosedPipe, type World } from '../world.ts';
import { oneOf } from './audit-options.ts';
import type { CommandModule } from './index.ts';

interface RawDoctorOptions {
  readonly json?: boolean;
  readonly color: string;
  readonly quiet?: boolean;
}

export const doctor: CommandModule = {
  exits: [0, 3, 4, 70],
  define(command) {
    command
      .description('Tries every way of seeing on this machine and says which work, what each sees, what it cannot see, and what to install or allow. The first line is what egret run would do here. Takes some seconds at most, sends nothing off the machine and leaves nothing behind.')
      .usage('[options]')
      .option('--json', 'as JSON, for programs')
      .option('--color <when>', 'auto, always or never', 'auto')
      .option('-q, --quiet', 'no progress, and only the first line')
      .addHelpText('after', PAGE);
  },
  async run(command, world) {
    const raw = command.opts<RawDoctorOptions>();
    const mistakes: Mistake[] = [];
    const color = oneOf<ColorChoice>('--color', raw.color, COLOR_CHOICES, mistakes) ?? 'auto';
    if (mistakes.length > 0) throw new UsageError(mistakes);
    const line = tryingLine(world.stderr, raw.quiet !== true);
    const { examine } = await import('../../edge/doctor/examine.ts');
    const examining = examine({ env: world.env, pid: world.pid, now: () => world.now(), node: world.nodeVersion, addPackage: addPackage(world), trying: line.show });
    // What was begun ends by itself in a second or so; a second signal does not wait for it.
    const stopListening = world.onInterrupt(async () => examining.then(ignore, ignore));
    const facts = await examining.finally(async () => {
      stopListening();
      await line.clear();
    });
    const diagnosis = diagnose({ ...facts, egret: world.version, terminal: terminalFacts(world) });
    const look = lookFor(world.stdout, color, world.env);
    const pieces = raw.json === true ? doctorJson(diagnosis) : raw.quiet === true ? doctorLine(diagnosis, look) : doctorText(diagnosis, look);
    await world.stdout.write([...pieces].join('')).catch((error: unknown) => {
      if (!(error instanceof ClosedPipe)) throw error;
    });
    return diagnosis.exit;
  },
};

function ignore(): void {}

/** Where lines and the screen of a run are drawn. */
function terminalFacts(world: World): TerminalFacts {
  const { stderr, env } = world;
  const look = lookFor(stderr, 'auto', env);
  const set = (name: string): boolean => (env[name] ?? '') !== '';
  return {
    canDraw: world.terminal() !== undefined,
    columns: stderr.columns,
    kind: env['TERM'],
    multiplexer: set('TMUX') ? 'tmux' : set('STY') ? 'screen' : undefined,
    hasColor: look.style('good', '') !== '' || look.style('good', 'x') !== 'x',
    hasUnicode: look.unicode,
  };
}

/** By where egret itself was installed: its own packages are looked for there. */
function addPackage(world: World): string {
  const { cwd } = world;
  const root = world.packagePath('.');
  const folder = dirname(root);
  if (basename(folder) !== 'node_modules') return `npm install --no-save --prefix ${shellWord(nearer(root, cwd))}`;
  const project = dirname(folder);
  return basename(project) === 'lib' || basename(project) === 'npm' ? 'npm install -g' : `npm install --prefix ${shellWord(nearer(project, cwd))}`;
}

const PAGE = `
Examples:
  egret doctor
      what egret run would see here, and what would let it see more
  egret doctor --quiet && egret run -p vendor.yaml -- ./app
      go on only where something can be observed
  egret doctor --json > doctor.json
      kept beside the report, it says what the machine could see

Environment:
  HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY   read, as egret run would; passwords are never shown
  XDG_RUNTIME_DIR                                where runs take marks
  NO_COLOR, FORCE_COLOR, EGRET_DEBUG             as for egret audit`;
