import { setTimeout as pause } from 'node:timers/promises';
import { GATEWAY_PORT } from './app/control.ts';
import type { AppArguments, Phase } from './app/control.ts';
import { Capture } from './capture.ts';
import { installDpiBox } from './dpi/install.ts';
import { PROXY } from './firewall/switches.ts';
import { breakRules, NO_WALL, wallRules } from './firewall/wall.ts';
import { startHttp3 } from './http3/server.ts';
import { Lab } from './lab.ts';
import type { Environment } from './lab.ts';
import { startMedia } from './media/relay.ts';
import type { LabProcess } from './process.ts';
import type { Measured, Sheet } from './sheet.ts';

// Longer than the grace that the judge gives a phase's edges, so that no connection belongs to two phases.
const BETWEEN_PHASES = 2500;
// What an app that still takes TLS 1.0 looks like to Node 20 and later.
const TAKES_TLS10 = '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0';

export interface Recording {
  readonly capture: Buffer;
  readonly measured: Measured;
  /** PEM of the root that the story's DPI box signed by. */
  readonly inspectionRoot?: string;
}

/** Plays one story from nothing to nothing: lab up, capture armed, app started, phases, app ended, capture drained, lab down. */
export async function play(sheet: Sheet): Promise<Recording> {
  const { misbehave, phases: plan, linger, breaks = [], dpi, updater, media, ...faults } = sheet.story.switches;
  const lab = await Lab.up(faults);
  try {
    const { blocks } = faults;
    if (blocks !== undefined && Object.keys(blocks.packets).length > 0) lab.command('router', ['nft', '-f', '-'], wallRules(blocks.packets));
    if (media !== undefined) await startMedia(lab, media);
    if (updater === 'http3') await startHttp3(lab);
    const box = dpi === undefined ? undefined : await installDpiBox(lab, dpi);
    const environment = {
      ...box?.environment,
      ...(faults.tls10 === undefined ? {} : { NODE_OPTIONS: TAKES_TLS10 }),
      ...(blocks?.proxy === undefined ? {} : { HTTPS_PROXY: `http://${PROXY.address}:${PROXY.port}` }),
      LAB_HEARTBEAT: String(1000 * faults.pace),
    };
    const capture = await Capture.arm(lab);
    const measured = await playApp(lab, { phases: plan, linger, breaks }, { features: sheet.features, misbehave, ...(updater === undefined ? {} : { updater }), ...(media === undefined ? {} : { media }) }, environment);
    // The last packets of closed connections leave after their processes.
    await pause(300);
    return { capture: await capture.drain(), measured, ...(box === undefined ? {} : { inspectionRoot: box.root }) };
  } finally {
    lab.close();
  }
}

interface Plan {
  readonly phases: readonly Phase[];
  /** Seconds that the app stays up after its last phase. */
  readonly linger: number;
  /** Hosts whose connections are reset on the path while the app is idle. */
  readonly breaks: readonly string[];
}

async function playApp(lab: Lab, plan: Plan, words: AppArguments, environment: Environment): Promise<Measured> {
  const phases: { phase: Phase; from: string; to: string }[] = [];
  let from = timestamp();
  const gateway = lab.run('app', 'app/gateway', words, environment);
  const { session } = await gateway.reply('ready');
  const desktop = lab.run('app', 'app/desktop', session === undefined ? words : { ...words, session }, environment);
  await desktop.reply('ready');
  for (const [index, phase] of plan.phases.entries()) {
    // The first phase begins with the processes themselves.
    if (index > 0) from = timestamp();
    gateway.tell({ kind: 'phase', phase });
    desktop.tell({ kind: 'phase', phase });
    const done = Promise.all([gateway.reply('done'), desktop.reply('done')]);
    if (phase === 'idle' && plan.breaks.length > 0) await breakConnections(lab, plan.breaks);
    await done;
    phases.push({ phase, from, to: timestamp() });
    await pause(BETWEEN_PHASES);
  }
  await pause(plan.linger * 1000);
  const desktopEnds = await quit(desktop);
  const gatewayEnds = [`127.0.0.1:${GATEWAY_PORT}/tcp`, ...(await quit(gateway))];
  const shared = desktopEnds.filter((end) => gatewayEnds.includes(end));
  if (shared.length > 0) throw new Error(`both processes used ${shared.join(', ')}: record again`);
  return { phases, components: [{ component: 'desktop', local: desktopEnds }, { component: 'gateway', local: gatewayEnds }] };
}

/** Long enough for each connection to send something, and over before anybody comes back. */
async function breakConnections(lab: Lab, names: readonly string[]): Promise<void> {
  lab.command('router', ['nft', '-f', '-'], breakRules(names));
  await pause(1100);
  lab.command('router', ['nft', '-f', '-'], NO_WALL);
}

async function quit(process: LabProcess): Promise<readonly string[]> {
  process.tell({ kind: 'quit' });
  const { local } = await process.reply('gone');
  await process.end();
  return local;
}

/** RFC 3339 with microseconds, the form of run sheets. */
const timestamp = (): string => new Date().toISOString().replace('Z', '000Z');
