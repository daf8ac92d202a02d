/** `egret run -- CMD…`: starts an app with egret's proxy in its environment, watches until it ends, then reports. */
import type { Command } from 'commander';
import { formatEndpoint } from '../../core/base/address.ts';
import { UsageError } from '../../core/base/errors.ts';
import { FORMATS } from '../../core/report/formats/index.ts';
import type { App, AppEnd } from '../../edge/launch/app.ts';
import { deliverReport } from '../deliver-report.ts';
import { MARK_SOCKET } from '../live/marks.ts';
import { lastWords, liveStyle, openTeller } from '../live/open-teller.ts';
import { heardBy, type LiveTeller, onStop } from '../live/teller.ts';
import { type RawBundleOptions, readRotation } from '../bundle/options.ts';
import { collect, judgingOptions, liveOutputOptions } from '../options.ts';
import type { World } from '../world.ts';
import { type RawAuditOptions, readAuditOptions } from './audit-options.ts';
import type { CommandModule } from './index.ts';
import { captureOptions, type RawCaptureOptions, readCapture } from './capture-options.ts';
import { enforceMistakes, environmentMistakes } from './proxy-options.ts';
import { commandMistakes, type RawRunOptions, readExitCode } from './run-options.ts';

export const run: CommandModule = {
  exits: [0, 1, 2, 3, 4, 5, 70],
  define(command) {
    command
      .description('Runs an app with a proxy of egret in its environment, says of each new destination what the policy thinks of it, and reports when the app has ended. Where the machine allows it, packets are captured beside the proxy; without them what ignores HTTPS_PROXY, and QUIC, is not seen.')
      .usage('[options] -- COMMAND [words...]')
      .argument('<command...>', 'the app and its words, behind --')
      .addHelpText('after', PAGE)
      .optionsGroup('The run:')
      .option('--enforce', 'deny what the policy does not allow, with its reason (403)')
      .option('--exit-code <whose>', 'where nothing is broken but the command failed: egret (5) or child (its own)', 'egret');
    command.option('--phases <file>', 'phases are known: when each begins and ends, as +30s start PHASE; egret mark adds to them');
    judgingOptions(command);
    command
      .optionsGroup('What is watched:');
    captureOptions(command, 'auto');
    command
      .option('--scope <scope>', 'what the captured packets are of: machine, or app where nothing else runs there, as in a container')
      .option('--platform <platform>', 'operating system of this machine: linux, macos or windows')
      .option('--ca-file <pem>', 'root certificates that are no finding, such as a company\'s own; repeatable', collect);
    liveOutputOptions(command);
    command
      .option('--events', 'lines while it runs as NDJSON, for programs')
      .option('--screen', 'a live screen instead of lines; the app prints into a pane of it and gets no input')
      .optionsGroup('Options:');
  },
  async run(command, world) {
    return runApp(command, world);
  },
};

async function runApp(command: Command, world: World): Promise<number> {
  const raw = command.opts<RawAuditOptions & RawRunOptions & RawCaptureOptions & RawBundleOptions>();
  const words: readonly string[] = command.args;
  const { choice, mistakes: judging } = readAuditOptions([], raw, FORMATS);
  const { readRoutes } = await import('../../edge/proxy/upstream.ts');
  const { routes, mistakes: environment } = readRoutes(world.env);
  const mistakes = [...judging, ...commandMistakes(words), ...enforceMistakes(raw), ...environmentMistakes(environment)];
  const whose = readExitCode(raw.exitCode, mistakes);
  const style = liveStyle(raw, 'lines', world, mistakes);
  const wish = readCapture(raw, mistakes);
  const rotation = readRotation(raw, mistakes);
  if (mistakes.length > 0) throw new UsageError(mistakes);
  const teller = await openTeller(style, choice.color, world, words);
  let ended: AppEnd | undefined;
  const report = await deliverReport(choice, world, async (sinks, arm) => {
    const [{ runLive }, { Watch }, { childVariables }, { startApp }] = await Promise.all([import('../pipeline.ts'), import('../live/watch.ts'), import('../../edge/proxy/child-environment.ts'), import('../../edge/launch/app.ts')]);
    return runLive({ ...choice.audit, live: { mode: 'run', words, ...(rotation === undefined ? {} : { rotation }) } }, world, heardBy(teller, sinks), async (audit) => {
      const packets = wish === undefined ? undefined : { wish, teller, isBeforeApp: true, holdsOnlyApp: choice.audit.scope === 'app' };
      const watch = await Watch.open(audit, { listen: ANY_PORT, clients: [], routes, enforces: raw.enforce === true, variables: { noProxy: [] }, isApp: choice.audit.scope !== 'machine', packets, phases: raw.phases }, choice.audit.features, world, teller);
      try {
        const { variables, replaced } = childVariables(world.env, watch.endpoint);
        const { address, port } = watch.endpoint;
        teller.say('listening', `proxy on ${formatEndpoint(address, port)} for ${words[0] ?? ''}; Ctrl-C ends the app, twice kills it; the report follows`, { address, port });
        if (replaced.length > 0) sinks.warn({ message: `${replaced.join(', ')} had another value, which the app did not get`, help: 'the proxy that they name was the way out of egret\'s own; NO_PROXY was obeyed there' });
        const { marks } = watch;
        const app = await startApp(words, { ...world.env, ...variables, ...(marks.socket === undefined ? {} : { [MARK_SOCKET]: marks.socket }) }, world.cwd, teller.printed === undefined ? undefined : { printed: teller.printed, signalGroup: (leader, signal) => world.signalGroup(leader, signal) });
        marks.begin();
        void watch.failing.then(() => app.signal('SIGTERM'));
        ended = await untilEnded(app, world, teller);
        return failureOf(ended);
      } finally {
        teller.close();
        arm();
        await watch.close(END_GRACE);
        if (ended !== undefined && ended.code !== 0) await world.stderr.write(lastWords(teller)).catch(() => {});
      }
    });
  });
  return report.summary.exit === COMMAND_FAILED && whose === 'child' && ended !== undefined ? ended.code : report.summary.exit;
}

/** One signal is the app's, a second one means that nobody wants to wait for it any more. */
async function untilEnded(app: App, world: World, teller: LiveTeller): Promise<AppEnd> {
  let signals = 0;
  const stopListening = onStop(world, teller, (by) => {
    signals++;
    if (signals > 1) app.signal('SIGKILL');
    // A terminal has sent its Ctrl-C to an app of its own already, and some take a second one for an emergency.
    else if (by !== 'SIGINT' || teller.printed !== undefined || !world.stderr.isTTY) app.signal(by === 'key' ? 'SIGINT' : by);
  });
  const end = await app.ended;
  stopListening();
  return end;
}

/** How the app failed, for the exit code; nothing when it did not. */
export function failureOf({ code, signal }: AppEnd): { readonly failedCommand?: string } {
  if (signal !== undefined) return { failedCommand: `was ended by ${signal}` };
  return code === 0 ? {} : { failedCommand: `ended with code ${code}` };
}

const ANY_PORT = { address: '127.0.0.1', port: 0 };
/** In ms, for the last bytes of an app that has ended: its sockets are closed by then. */
export const END_GRACE = 500;
/** Of the table of exit codes. */
const COMMAND_FAILED = 5;

const PAGE = `
Examples:
  egret run -p vendor.yaml --with openai -- ./app
      watch the app, then judge it, knowing that of all features only openai was on
  egret run --record run.ndjson -o report.txt -- npm test
      keep what was observed, to be judged later: egret audit run.ndjson -p vendor.yaml
  sudo egret run -p vendor.yaml --scope app -- ./app
      in a container that holds only the app: its packets too, all of them its own
  egret run --record run/ -- ./app
      keep it as a bundle, written as it goes: egret audit run/ -p vendor.yaml
  egret run -p vendor.yaml --enforce -- ./app
      the app reaches, through its proxy variables, only what the policy declares

Environment of the app:
  HTTP_PROXY, HTTPS_PROXY, ALL_PROXY (both cases)   egret's proxy
  NO_PROXY (both cases)                             empty
  NODE_USE_ENV_PROXY                                1 (Node 22 and later obey it)
  EGRET_MARK                                        where egret mark finds this run

Environment of egret:
  HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY      egret's own way out, as for egret proxy
  NO_COLOR, FORCE_COLOR, EGRET_DEBUG                as for egret audit`;
