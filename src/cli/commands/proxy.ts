/** `egret proxy`: the proxy alone, for apps that are told of it by hand; runs until Ctrl-C or for a time, then reports. */
import type { Command } from 'commander';
import { formatEndpoint } from '../../core/base/address.ts';
import { UsageError } from '../../core/base/errors.ts';
import { FORMATS } from '../../core/report/formats/index.ts';
import { deliverReport } from '../deliver-report.ts';
import { liveStyle, openTeller } from '../live/open-teller.ts';
import { heardBy, type LiveTeller, onStop } from '../live/teller.ts';
import { type RawBundleOptions, readRotation } from '../bundle/options.ts';
import { collect, judgingOptions, liveOutputOptions } from '../options.ts';
import type { World } from '../world.ts';
import { type RawAuditOptions, readAuditOptions } from './audit-options.ts';
import type { CommandModule } from './index.ts';
import { captureOptions, type RawCaptureOptions, readCapture } from './capture-options.ts';
import { enforceMistakes, environmentMistakes, type RawProxyOptions, readClients, readLength, readListen } from './proxy-options.ts';

export const proxy: CommandModule = {
  exits: [0, 1, 2, 3, 4, 70],
  define(command) {
    command
      .description('Listens as a proxy (HTTP, HTTPS by CONNECT, SOCKS 4, 4a and 5 on one port), passes bytes on without opening TLS, says of each new destination what the policy thinks of it, and reports when it is stopped.')
      .usage('[options]')
      .addHelpText('after', PAGE)
      .optionsGroup('The proxy:')
      .option('--listen <address:port>', 'where to listen; port 0 takes any free one', '127.0.0.1:8888')
      .option('--client <cidr>', 'serve clients of this network too, not only of this machine; repeatable', collect)
      .option('--for <time>', 'stop by itself after this time: 60s, 5m, 2h')
      .option('--enforce', 'deny what the policy does not allow, with its reason (403)');
    judgingOptions(command);
    command
      .optionsGroup('What is watched:');
    captureOptions(command, 'none');
    command
      .option('--scope <scope>', 'who uses the proxy, and whose the captured packets are: app or machine')
      .option('--platform <platform>', 'operating system of the watched machine: linux, macos or windows')
      .option('--ca-file <pem>', 'root certificates that are no finding, such as a company\'s own; repeatable', collect);
    liveOutputOptions(command);
    command
      .option('--events', 'lines while it runs as NDJSON, for programs')
      .option('--screen', 'a live screen instead of lines; the default on a terminal')
      .option('--no-screen', 'lines on a terminal too')
      .optionsGroup('Options:');
  },
  async run(command, world) {
    return runProxy(command, world);
  },
};

async function runProxy(command: Command, world: World): Promise<number> {
  const raw = command.opts<RawAuditOptions & RawProxyOptions & RawCaptureOptions & RawBundleOptions>();
  const { choice, mistakes: judging } = readAuditOptions([], raw, FORMATS);
  const { readRoutes } = await import('../../edge/proxy/upstream.ts');
  const { routes, mistakes: environment } = readRoutes(world.env);
  const mistakes = [...judging, ...enforceMistakes(raw), ...environmentMistakes(environment)];
  const listen = readListen(raw.listen, mistakes);
  const clients = readClients(raw.client ?? [], mistakes);
  const length = readLength(raw.for, mistakes);
  const style = liveStyle(raw, 'screen', world, mistakes);
  const wish = readCapture(raw, mistakes);
  const rotation = readRotation(raw, mistakes);
  if (mistakes.length > 0) throw new UsageError(mistakes);
  const teller = await openTeller(style, choice.color, world);
  const report = await deliverReport(choice, world, async (sinks, arm) => {
    const [{ runLive }, { Watch }] = await Promise.all([import('../pipeline.ts'), import('../live/watch.ts')]);
    return runLive({ ...choice.audit, live: { mode: 'proxy', ...(rotation === undefined ? {} : { rotation }) } }, world, heardBy(teller, sinks), async (run) => {
      const packets = wish === undefined ? undefined : { wish, teller, isBeforeApp: false, holdsOnlyApp: choice.audit.scope === 'app' };
      const watch = await Watch.open(run, { listen, clients, routes, enforces: raw.enforce === true, isApp: false, packets }, choice.audit.features, world, teller);
      const stopped = Promise.race([untilStopped(world, teller, length), watch.failing]);
      const { address, port } = watch.endpoint;
      teller.say('listening', `proxy on http://${formatEndpoint(address, port)} and socks5h://${formatEndpoint(address, port)}; Ctrl-C ends it and prints the report`, { address, port });
      await stopped;
      teller.close();
      arm();
      await watch.close();
      return {};
    });
  });
  return report.summary.exit;
}

/** Resolves at the first signal or wish to stop, or when the time is over. */
function untilStopped(world: World, teller: LiveTeller, length: number | undefined): Promise<void> {
  return new Promise((done) => {
    const timer = length === undefined ? undefined : setTimeout(() => finish(), length);
    const stopListening = onStop(world, teller, () => finish());
    const finish = (): void => {
      clearTimeout(timer);
      stopListening();
      done();
    };
  });
}

const PAGE = `
Examples:
  egret proxy -p vendor.yaml
      then start the app with HTTPS_PROXY=http://127.0.0.1:8888 HTTP_PROXY=http://127.0.0.1:8888
  egret proxy --for 60s --record run.ndjson
      facts without a policy, kept to be judged later: egret audit run.ndjson -p vendor.yaml
  sudo egret proxy -p vendor.yaml --capture auto
      the machine's packets too: what went around the proxy, of whatever program
  egret proxy --record days/ --rotate 100MB --keep 20
      run for days: a bundle in parts, the oldest of which go
  egret proxy -p vendor.yaml --enforce
      the app reaches only what the policy declares

Environment:
  HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY
                  egret's own way out: http://[USER:PASSWORD@]HOST:PORT or socks5://…, the
                  lower-case names first; destinations on this machine are always reached straight
  NO_COLOR, FORCE_COLOR, EGRET_DEBUG
                  as for egret audit`;
