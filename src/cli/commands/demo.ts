/** `egret demo`: an app and its servers of egret's own, on this machine, watched through the real proxy and judged by the real policy. */
import type { Command } from 'commander';
import { formatEndpoint } from '../../core/base/address.ts';
import { UsageError } from '../../core/base/errors.ts';
import { FORMATS } from '../../core/report/formats/index.ts';
import type { App, AppEnd } from '../../edge/launch/app.ts';
import { deliverReport } from '../deliver-report.ts';
import { Narrator } from '../demo/narrator.ts';
import { nextCommands, POLICY } from '../demo/next-commands.ts';
import type { StandIn } from '../live/watch.ts';
import { outputOptions } from '../options.ts';
import { lookFor } from '../paint.ts';
import type { AuditSinks } from '../pipeline-types.ts';
import { nearer } from '../shell-words.ts';
import type { World } from '../world.ts';
import { type AuditChoice, type RawAuditOptions, readAuditOptions } from './audit-options.ts';
import type { CommandModule } from './index.ts';
import { END_GRACE, failureOf } from './run.ts';

export const demo: CommandModule = {
  exits: [0, 1, 2, 3, 4, 5, 70],
  define(command) {
    command
      .description('Runs an app of egret\'s own against servers of its own, all on this machine, through egret\'s proxy, and judges it by the policy that egret brings. Shows an undeclared host, a telemetry lookup, a blocked host and a re-signed certificate. Needs no privileges and no network.')
      .usage('[options]')
      .addHelpText('after', PAGE)
      .optionsGroup('Judging:')
      .option('--fail-on <severity>', 'exit 1 from this severity on: error, warning, note or never', 'never');
    outputOptions(command, 'no lines while it runs, no commands to try next, and no text report that was not asked for by name');
    command.optionsGroup('Options:');
  },
  async run(command, world) {
    return runDemo(command, world);
  },
};

async function runDemo(command: Command, world: World): Promise<number> {
  const policy = nearer(world.packagePath(POLICY), world.cwd);
  const { choice, mistakes } = readAuditOptions([], { ...command.opts<RawAuditOptions>(), policy, with: FEATURES }, FORMATS);
  if (mistakes.length > 0) throw new UsageError(mistakes);
  const look = lookFor(world.stderr, choice.color, world.env);
  const say = (text: string): void => {
    // A reader that has gone does not stop the demo.
    if (!choice.quiet) void world.stderr.write(text).catch(() => {});
  };
  const narrator = new Narrator(look, say);
  const report = await deliverReport(choice, world, (sinks, arm) => play(choice, world, sinks, arm, narrator));
  say(`\n${look.style('heading', 'Try next')}\n\n${nextCommands(world).map(([words, what]) => `  ${look.style('strong', words)}\n      ${what}\n`).join('')}`);
  return report.summary.exit;
}

/** Opens servers and proxy, lets the app play, and closes everything whatever happens. */
async function play(choice: AuditChoice, world: World, sinks: AuditSinks, arm: () => void, narrator: Narrator): ReturnType<Parameters<typeof deliverReport>[2]> {
  const [{ runLive }, { Watch }, { childVariables }, { startApp }, { DemoServers }, { ROOTS_VARIABLE }] = await Promise.all([
    import('../pipeline.ts'), import('../live/watch.ts'), import('../../edge/proxy/child-environment.ts'), import('../../edge/launch/app.ts'), import('../../edge/demo/servers.ts'), import('../../edge/demo/scenes.ts'),
  ]);
  const ending = new Ending(world);
  const servers = await DemoServers.open(world.now());
  try {
    return await runLive(choice.audit, world, sinks, async (audit) => {
      const launch = { ended: (): void => {} };
      const standIn: StandIn = {
        resolve: (name) => servers.resolve(name), reach: (address, port) => servers.reach(address, port), source: sourceName,
        observed(observation, verdict) {
          narrator.observed(observation, verdict);
          // The look for an update, its first connection, is all that the app does at launch.
          if (observation.kind === 'flow' && observation.flow === 1) launch.ended();
        },
      };
      // The user's own proxy is not asked: nothing of the demo is beyond this machine.
      const watch = await Watch.open(audit, { listen: ANY_PORT, clients: [], routes: { noProxy: [] }, enforces: false, variables: { noProxy: [] }, isApp: true, standIn }, choice.audit.features, world, narrator);
      try {
        const { address, port } = watch.endpoint;
        narrator.begin(formatEndpoint(address, port));
        // Node's own way to a proxy is not needed by an app that speaks to it itself, and Node 22 would warn of it.
        const env = { ...bareEnvironment(world.env), ...childVariables({}, watch.endpoint).variables, NODE_USE_ENV_PROXY: undefined, [ROOTS_VARIABLE]: servers.roots };
        launch.ended = () => void watch.marks.mark({ phase: 'launch', edge: 'end' });
        watch.marks.mark({ phase: 'launch', edge: 'start' });
        const app = await startApp([world.node, world.packagePath(APP)], env, world.cwd);
        void watch.failing.then(() => ending.now());
        return failureOf(await ending.of(app));
      } finally {
        arm();
        await watch.close(END_GRACE);
      }
    });
  } finally {
    await servers.close();
    ending.done();
  }
}

/** Ends the app at Ctrl-C, whenever that comes, and when it takes too long; the report is made all the same. */
class Ending {
  private app: App | undefined;
  private isNow = false;
  private readonly timer: NodeJS.Timeout;
  private readonly stopListening: () => void;

  constructor(world: World) {
    this.stopListening = world.onStop(() => this.now());
    this.timer = setTimeout(() => this.now(), LONGEST_DEMO);
  }

  now(): void {
    this.isNow = true;
    this.app?.signal('SIGTERM');
  }

  async of(app: App): Promise<AppEnd> {
    this.app = app;
    if (this.isNow) this.now();
    return app.ended;
  }

  done(): void {
    clearTimeout(this.timer);
    this.stopListening();
  }
}

/** What a Node needs of its surroundings to start; the rest could make two demos differ. */
function bareEnvironment(env: World['env']): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(NEEDED.filter((name) => env[name] !== undefined).map((name) => [name, env[name]]));
}

/** How reports name what was watched: whoever reads one must see that these were not the real hosts. */
function sourceName(proxy: string): string {
  return `a demo (servers on this machine stood in for every host and address) through ${proxy}`;
}

const ANY_PORT = { address: '127.0.0.1', port: 0 };
const FEATURES = 'openai';
const APP = 'dist/demo-app.js';
const NEEDED = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'TEMP'];
/** In ms. It takes about one second; a machine that needs longer than this is not going to finish. */
const LONGEST_DEMO = 60_000;

const PAGE = `
Examples:
  egret demo
      the whole story, in some seconds
  egret demo --quiet --format json=demo.json --fail-on warning
      the report alone; exit 1, since the app breaks its policy
  egret demo --record demo.ndjson
      keep what was observed, to be judged again: egret audit demo.ndjson -p POLICY

Environment:
  NO_COLOR, FORCE_COLOR, EGRET_DEBUG   as for egret audit; proxies are not used`;
