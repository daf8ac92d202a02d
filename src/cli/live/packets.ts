/**
 * Packets beside the proxy: a live capture whose frames become observations of
 * the same scope. Says in one line what is captured, or what cannot be seen and
 * what to do; what the capture could not prove becomes blind spots.
 */
import type { Endpoint } from '../../core/base/address.ts';
import { MachineError } from '../../core/base/errors.ts';
import { wireText, forTerminal } from '../../core/base/wire-text.ts';
import { Observer } from '../../core/observe/observer.ts';
import type { Observation } from '../../core/observe/observation.ts';
import { AUTO, isInsisting, type CaptureStep, type CaptureWish } from '../../edge/capture/capture-plan.ts';
import type { Refusal } from '../../edge/capture/capture-words.ts';
import { LiveCapture, ownAddresses, type Refused } from '../../edge/capture/live-capture.ts';
import { sayList } from '../../core/judge/tell.ts';
import type { OwnerFinder } from '../../edge/owners/finder.ts';
import { Kinship } from '../../edge/owners/kinship.ts';
import type { AuditRun, OpenScope } from '../audit/run.ts';
import type { World } from '../world.ts';
import { attributeBy } from './attribute.ts';
import { PacketOwners } from './packet-owners.ts';
import type { LiveTeller } from './teller.ts';

export interface PacketsChoice {
  readonly teller: Pick<LiveTeller, 'say'>;
  readonly wish: CaptureWish;
  /** The app is started once the capture is at work. */
  readonly isBeforeApp: boolean;
  /** The user vouches that nothing but the app is on the machine, in the namespace or container. */
  readonly holdsOnlyApp: boolean;
  /** Gets every byte of the capture as it comes; valid inside the call only. */
  readonly tap?: (chunk: Uint8Array) => void;
}

interface Place {
  readonly world: World;
  /** Where egret's proxy listens. */
  readonly proxy: Endpoint;
  /** Finds the processes of this machine's sockets, where something can. */
  readonly finder: OwnerFinder | undefined;
  /** What a sink threw: the run cannot go on. */
  readonly failed: (error: unknown) => void;
}

export class Packets {
  readonly step: CaptureStep;
  /** The machine's addresses when it began. */
  readonly local = ownAddresses();
  readonly holdsOnlyApp: boolean;
  private readonly capture: LiveCapture;
  private readonly observer: Observer;
  private readonly owners: PacketOwners;
  private readonly world: World;
  private readonly told: { emit: (observation: Observation) => void };
  /** Who was there before the app. */
  private readonly kinship: Kinship | undefined;
  private ticker: NodeJS.Timeout | undefined;
  private source = 0;

  private constructor(capture: LiveCapture, { observer, owners, world, told, kinship }: Parts, holdsOnlyApp: boolean) {
    this.capture = capture;
    this.step = capture.step;
    this.observer = observer;
    this.owners = owners;
    this.world = world;
    this.told = told;
    this.kinship = kinship;
    this.holdsOnlyApp = holdsOnlyApp || capture.step.mode.holds === 'app';
  }

  /** Starts it; undefined where the machine does not let egret capture. Throws MachineError where the user insisted. */
  static async start(choice: PacketsChoice, { world, proxy, finder, failed }: Place): Promise<Packets | undefined> {
    const told: Parts['told'] = { emit: () => {} };
    const { teller, isBeforeApp, holdsOnlyApp } = choice;
    const local = ownAddresses();
    const kinship = finder !== undefined && isBeforeApp ? Kinship.take() : undefined;
    const attribute = finder === undefined ? undefined : attributeBy(finder, kinship, local);
    const owners = new PacketOwners({ proxy, local, now: () => world.now(), isBeforeApp, holdsOnlyApp, attribute });
    const observer = new Observer({ seed: world.seed, local, clockOffset: 0, emit: (observation) => told.emit(observation), owners });
    const capture = await LiveCapture.start({
      wish: choice.wish, env: world.env, sink: observer, failed,
      ...(choice.tap === undefined ? {} : { tap: choice.tap }),
      ended: ({ said }) => teller.say('capture-ended', `the capture of packets has ended (${forTerminal(wireText(said))}); from now on only what goes through the proxy is seen`, { why: said }),
    });
    if (capture instanceof LiveCapture) {
      const { program, device } = capture.step;
      teller.say('capture', `packets of ${placeOf(device)} are captured by ${program}`, { program, device });
      return new Packets(capture, { observer, owners, world, told, kinship }, choice.holdsOnlyApp);
    }
    const { answer, help } = refusalWords(capture, choice.wish);
    if (isInsisting(choice.wish)) throw new MachineError('cannot capture packets', answer, `${help}; ${MORE}`);
    teller.say('no-capture', `only what goes through the proxy is seen, no QUIC and nothing that ignores it: no packets, because ${answer}; ${help}; ${MORE}`, { why: answer, help });
    return undefined;
  }

  /** Frames become observations of this scope from now on. */
  begin(run: AuditRun, scope: OpenScope): void {
    this.source = run.openSource(scope, `packets of ${placeOf(this.step.device)} (${this.step.program})`);
    this.told.emit = (observation) => run.observe(observation);
    this.observer.begin(this.source);
    this.capture.open();
    // Packets come late by what the program holds them back; a flow that ended in silence is told by the clock.
    this.ticker = setInterval(() => this.observer.clock(this.world.now() - LATE), 1000);
    this.ticker.unref();
  }

  /** The proxy is making a connection, which the capture shows too. */
  dialled(own: Endpoint, server: Endpoint): void {
    this.owners.dialled(own, server);
  }

  /** Waits for the last packets, stops the capture and tells what is left. */
  async close(run: AuditRun): Promise<void> {
    clearInterval(this.ticker);
    const { sha256, bytes, dropped, blind } = await this.capture.close();
    for (const problem of blind) this.observer.problem(problem);
    for (let left = this.kinship?.left() ?? 0; left > 0; left--) this.observer.problem({ code: 'capture-outlived' });
    if (dropped !== undefined) this.observer.dropped(0, dropped);
    this.observer.finish();
    this.observer.end();
    run.fileRead(this.source, { sha256, bytes });
  }

  /** Ends it without telling anything. */
  async abandon(): Promise<void> {
    clearInterval(this.ticker);
    await this.capture.stop();
  }
}

interface Parts {
  readonly observer: Observer;
  readonly owners: PacketOwners;
  readonly world: World;
  readonly told: { emit: (observation: Observation) => void };
  readonly kinship: Kinship | undefined;
}

/** Why there is no capture and what to do about it. */
function refusalWords(refused: readonly Refused[], wish: CaptureWish): { readonly answer: string; readonly help: string } {
  const [first] = refused;
  if (first === undefined) return { answer: 'this system has no device for all interfaces at once', help: 'name one with --capture INTERFACE' };
  const found = refused.filter(({ refusal }) => refusal.kind !== 'missing');
  const best = found.find(({ refusal }) => refusal.kind === 'forbidden') ?? found[0];
  if (best === undefined) {
    const names = refused.map(({ step }) => (step.program === 'pcap' ? 'the npm package pcap' : step.program));
    return { answer: names.length === 1 ? `${names[0] ?? ''} is not installed` : `none of ${sayList(names)} is installed`, help: wish.program === 'pcap' ? 'npm install pcap (it needs a compiler and the headers of libpcap)' : 'install Wireshark\'s dumpcap or tcpdump' };
  }
  return { answer: answerOf(best), help: HELP[best.refusal.kind] };
}

function answerOf({ step, refusal }: { readonly step: CaptureStep; readonly refusal: Refusal }): string {
  const { program, device } = step;
  const shown = forTerminal(wireText(device));
  if (refusal.kind === 'forbidden') return `${program} may not capture here`;
  if (refusal.kind === 'no-device') return `there is no interface ${shown}`;
  return `${program} on ${shown}: ${forTerminal(wireText(refusal.said))}`;
}

function placeOf(device: string): string {
  return device === 'any' ? 'all interfaces' : forTerminal(wireText(device));
}

const HELP: Readonly<Record<Refusal['kind'], string>> = {
  missing: 'install Wireshark\'s dumpcap or tcpdump',
  forbidden: 'let your user capture (Debian: sudo dpkg-reconfigure wireshark-common && sudo usermod -aG wireshark $USER, then log in again), or run egret as root',
  'no-device': `see the names with: dumpcap -D, or tcpdump -D; or let egret choose: --capture ${AUTO}`,
  'device-gone': 'bring it up, or let egret choose: --capture auto',
  failed: 'try it by hand: dumpcap -i any -w /tmp/try.pcapng, and look at what it says',
};
const MORE = 'egret doctor says more';
/** In µs: dumpcap hands packets on four times a second, tcpdump at once. */
const LATE = 500_000;
