/** A live run on the screen: carries what the run tells to the room that draws it. Loaded only when a screen is wanted, and ink with it. */
import { formatEndpoint } from '../../core/base/address.ts';
import { PROBLEMS } from '../../core/base/problem.ts';
import { seenHost } from '../../core/base/host-name.ts';
import type { ClaimResult } from '../../core/judge/claim.ts';
import type { Connection } from '../../core/observe/connection.ts';
import type { Observation } from '../../core/observe/observation.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Look } from '../../core/report/layout/look.ts';
import type { Question } from '../../edge/proxy/tunnel-words.ts';
import { openScreen } from '../../tui/open-screen.ts';
import type { Promised } from '../../tui/model.ts';
import { Screen } from '../../tui/screen.ts';
import type { Terminal } from '../../tui/terminal.ts';
import type { World } from '../world.ts';
import type { LiveRun, LiveTeller } from './teller.ts';

/** What the screen is about. */
export interface ScreenChoice {
  /** The app's words; absent: the proxy alone. */
  readonly app?: string;
  readonly look: Look;
  readonly terminal: Terminal;
}

export class ScreenTeller implements LiveTeller {
  private readonly world: World;
  private readonly choice: ScreenChoice;
  private readonly stops = new Set<() => void>();
  private screen: Screen | undefined;
  private shut: () => void = () => {};
  private source = -1;
  readonly printed?: (chunk: Uint8Array) => void;

  constructor(world: World, choice: ScreenChoice) {
    this.world = world;
    this.choice = choice;
    if (choice.app !== undefined) this.printed = (chunk) => this.screen?.printed(chunk);
  }

  /** Where it listens stands in the first line. */
  say(event: string, text: string): void {
    if (event !== 'listening') this.screen?.say(text);
    if (event === 'capture-ended') this.screen?.blindSpot(`${UNSEEN}, from the end of the capture on`, 1);
  }

  begun({ audit, source, endpoint: { address, port }, isBesidePackets, eachFlow, mark }: LiveRun): void {
    const { world, choice } = this;
    const policy = audit.policy?.policy;
    this.source = source;
    const screen = new Screen({
      what: choice.app === undefined ? `proxy ${formatEndpoint(address, port)}` : `run ${choice.app}`, policy: policy?.name, unseen: isBesidePackets ? [SEALED, AWAITED] : [UNSEEN], now: () => world.now(), carried: eachFlow,
      phases: policy?.phases ?? [], mark, hasOutput: choice.app !== undefined, ...(policy === undefined || policy.claims.length === 0 ? {} : { promises: () => audit.claimsSoFar().map(promised) }),
    });
    screen.stopped = () => {
      if (choice.app !== undefined) screen.say('The app was asked to end; once more kills it.');
      for (const stop of this.stops) stop();
    };
    this.screen = screen;
    this.shut = openScreen(screen, choice.terminal, choice.look);
  }

  destination({ host, port, address, isUpstream }: Question, verdict: Verdict | undefined, isDenied: boolean, flow: number): void {
    this.screen?.asked({ at: this.world.now(), flow, host: seenHost(host), port, address: isUpstream === true ? 'upstream' : address, verdict, isDenied });
  }

  witnessed(observation: Observation): void {
    if (observation.kind === 'blind-spot') this.screen?.blindSpot(PROBLEMS[observation.code].text, observation.count);
    else if (observation.kind === 'mark') this.screen?.marked(observation.phase, observation.edge);
  }

  connection(connection: Connection, verdict: Verdict): void {
    const [source, flow] = connection.id.split('.');
    this.screen?.over(connection, verdict, Number(source) === this.source ? Number(flow) : undefined);
  }

  onStop(handler: () => void): () => void {
    this.stops.add(handler);
    return () => this.stops.delete(handler);
  }

  /** The app's last lines stay with the user when its pane has gone. */
  lastLines(): readonly string[] {
    return this.screen?.lastLines() ?? [];
  }

  close(): void {
    this.shut();
  }
}

/** A claim as far as it goes before the end: what is broken stays so, nothing holds yet. */
function promised({ id, text, verdict, reason, needs }: ClaimResult): Promised {
  if (verdict === 'broken') return { id, text, state: 'broken', reason };
  const isTested = needs.some(({ need, met }) => need === 'exercised' && met);
  return { id, text, state: isTested ? 'tested' : 'untested', reason: isTested ? 'put to the test, and nothing against it so far' : 'not put to the test so far' };
}

const UNSEEN = 'what does not use the proxy, QUIC and other UDP';
const SEALED = 'what TLS and QUIC encrypt';
/** What `observe/holding.ts` waits for. */
const AWAITED = 'how a connection ended until 12 s later (its packets are awaited)';
