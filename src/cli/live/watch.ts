/**
 * A live run under judgement: egret's proxy as the witness, its observations
 * on their way to recording and ledger. Opens scope and source, and closes
 * them when the run is over.
 */
import { formatEndpoint, type Cidr, type Endpoint } from '../../core/base/address.ts';
import { UsageError } from '../../core/base/errors.ts';
import type { Dialled, Observation } from '../../core/observe/observation.ts';
import { observationLine } from '../../core/observe/recording.ts';
import type { RunSheet } from '../../core/policy/sheet.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import { systemResolvers } from '../../edge/proxy/system-resolvers.ts';
import { OwnerFinder } from '../../edge/owners/finder.ts';
import { ProxyServer, type ProxyOptions } from '../../edge/proxy/server.ts';
import type { Question } from '../../edge/proxy/tunnel-words.ts';
import type { Routes } from '../../edge/proxy/upstream.ts';
import type { AuditRun } from '../audit/run.ts';
import type { World } from '../world.ts';
import { Marks } from './marks.ts';
import { Gate } from './gate.ts';
import { Packets, type PacketsChoice } from './packets.ts';
import type { LiveTeller } from './teller.ts';

export interface WatchChoice {
  readonly listen: Endpoint;
  readonly clients: readonly Cidr[];
  readonly routes: Routes;
  readonly enforces: boolean;
  /** The app's own environment names the proxy, with these exceptions. */
  readonly variables?: { readonly noProxy: readonly string[] };
  /** Only the app can know the port, so what comes is the app's. */
  readonly isApp: boolean;
  /** Packets beside the proxy, where they are wanted. */
  readonly packets?: PacketsChoice | undefined;
  /** `--phases FILE`: phases are known from the start. */
  readonly phases?: string | undefined;
  readonly standIn?: StandIn;
}

/** Servers on this machine in the place of every host: of `egret demo` alone, which knows its phases too. */
export interface StandIn extends Required<Pick<ProxyOptions, 'resolve' | 'reach'>> {
  /** The source's name in reports, which says what stood in. */
  readonly source: (proxy: string) => string;
  /** With what the policy says of the name that was looked up. */
  readonly observed: (observation: Observation, verdict: Verdict | undefined) => void;
}

export class Watch {
  readonly endpoint: Endpoint;
  private readonly proxy: ProxyServer;
  private readonly run: AuditRun;
  private readonly digest: ReturnType<World['digest']>;
  /** Resolves when the run cannot go on; {@link close} then throws why. */
  readonly failing: Promise<void>;
  private readonly failure: { error?: unknown; tell: () => void } = { tell: () => {} };
  private source = 0;
  private bytes = 0;
  /** Lines that are not in the digest yet: each by itself would cost more than all together. */
  private told = '';
  private packets: Packets | undefined;
  private marking: Marks | undefined;

  private constructor(proxy: ProxyServer, run: AuditRun, world: World) {
    this.proxy = proxy;
    this.endpoint = proxy.endpoint;
    this.run = run;
    this.digest = world.digest();
    this.failing = new Promise((done) => {
      this.failure.tell = done;
    });
  }

  /** Listens and opens the run's scope. Throws UsageError and MachineError, and listens no more then. */
  static async open(run: AuditRun, choice: WatchChoice, features: readonly string[] | undefined, world: World, teller: Pick<LiveTeller, 'destination' | 'begun' | 'witnessed' | 'failed'> & Partial<Pick<LiveTeller, 'say'>>): Promise<Watch> {
    refuseLoop(choice);
    let gate = new Gate(undefined, undefined, false);
    let watch: Watch | undefined;
    const owners = await OwnerFinder.open();
    const distrusted = new Set<string>();
    const proxy = await ProxyServer.listen({
      listen: choice.listen, routes: choice.routes, clients: choice.clients, source: 0, now: () => world.now(),
      admit(question: Question, flow: number) {
        const denied = gate.deny(question);
        if (denied !== undefined) teller.destination(question, gate.verdict(question), true, flow);
        return denied;
      },
      asked: (question: Question, flow: number) => teller.destination(question, gate.verdict(question), false, flow),
      ownerOf: async (local, remote) => owners?.ownerOf({ transport: 'tcp', local, remote }),
      parted: (local) => owners?.ended({ local }),
      observe(observation) {
        watch?.observe(observation);
        if (observation.kind === 'tunnel' && observation.leg !== undefined) watch?.packets?.dialled(observation.leg.from, observation.leg.to);
        teller.witnessed?.(observation);
        if (observation.kind === 'flow' && observation.dialled?.failure !== undefined) tellFailure(observation.dialled, gate, teller);
        choice.standIn?.observed(observation, observation.kind === 'lookup' ? gate.verdict({ host: observation.name, port: 0 }) : undefined);
      },
      full: (most) => teller.say?.('full', `${most} clients at a time are all that the limit of open files leaves room for, and more are turned away; raise it before egret is started: ulimit -n`, { most }),
      distrusted(name, reason) {
        if (distrusted.has(name)) return;
        distrusted.add(name);
        teller.say?.('upstream-distrusted', `the environment's proxy ${name} cannot be trusted, and nothing was said to it: ${reason}`, { proxy: name, reason });
      },
      failed: (error) => watch?.fail(error),
      isBesidePackets: () => watch?.packets !== undefined,
      ...(choice.standIn === undefined ? {} : { resolve: choice.standIn.resolve, reach: choice.standIn.reach }),
    });
    let packets: Packets | undefined;
    try {
      const opened = new Watch(proxy, run, world);
      packets = choice.packets === undefined ? undefined : await Packets.start({ ...choice.packets, tap: (chunk) => run.packets(chunk) }, { world, proxy: proxy.endpoint, finder: owners, failed: (error) => opened.fail(error) });
      const scope = run.openScope(sheetOf(choice, proxy.endpoint, packets));
      const { marks, mistakes } = await Marks.open({ declared: run.policy?.policy.phases, planFile: choice.phases, tell: (phase, edge) => proxy.mark(phase, edge) }, world);
      if (mistakes.length > 0) throw new UsageError(mistakes);
      opened.marking = marks;
      const name = `proxy ${formatEndpoint(proxy.endpoint.address, proxy.endpoint.port)}`;
      opened.source = run.openSource(scope, choice.standIn?.source(name) ?? name, { witness: 'proxy' });
      packets?.begin(run, scope);
      opened.packets = packets;
      gate = new Gate(run.policy, features, choice.enforces);
      watch = opened;
      teller.begun?.({ audit: run, source: opened.source, endpoint: opened.endpoint, isBesidePackets: packets !== undefined, eachFlow: (visit) => proxy.eachFlow(visit), mark: (phase, edge) => marks.mark({ phase, edge }) });
      return opened;
    } catch (error) {
      await Promise.all([proxy.stop(), packets?.abandon()]);
      throw error;
    }
  }

  /** What marks phases of this run. */
  get marks(): Marks {
    if (this.marking === undefined) throw new Error('marks are taken once the scope is open');
    return this.marking;
  }

  /** Ends every tunnel and tells what is left; those of an app that has gone may end by themselves first, for this many ms. Gives how many had to be cut. */
  async close(grace = 0): Promise<number> {
    let cut = 0;
    try {
      await this.marking?.close();
      cut = await this.proxy.idle(grace);
      await this.proxy.stop();
      if (!('error' in this.failure)) await this.packets?.close(this.run);
    } finally {
      await this.packets?.abandon();
    }
    if ('error' in this.failure) throw this.failure.error;
    this.digestTold();
    this.run.fileRead(this.source, { sha256: this.digest.hex(), bytes: this.bytes });
    return cut;
  }

  private fail(error: unknown): void {
    if ('error' in this.failure) return;
    this.failure.error = error;
    this.failure.tell();
  }

  private observe(observation: Observation): void {
    const line = observationLine(observation);
    this.told += `${line}\n`;
    if (this.told.length >= DIGESTED) this.digestTold();
    this.run.observe(observation, line);
  }

  private digestTold(): void {
    this.digest.update(this.told);
    this.bytes += Buffer.byteLength(this.told);
    this.told = '';
  }
}

/** What the policy denied and what has no address was told when it was; a request that named nobody has no destination. */
function tellFailure({ name, port, by, address, failure }: Dialled, gate: Gate, teller: Pick<LiveTeller, 'failed'>): void {
  if (failure === undefined || failure === 'denied' || failure === 'not-found' || failure === 'no-resolver' || name === '' || teller.failed === undefined) return;
  const question: Question = { host: name, port, ...(address === undefined ? {} : { address }), ...(by === 'upstream' ? { isUpstream: true } : {}) };
  teller.failed(question, gate.verdict(question), failure);
}

/** Whoever can be in the capture is in the scope. */
function sheetOf({ variables, isApp, phases, standIn }: WatchChoice, { address, port }: Endpoint, packets: Packets | undefined): RunSheet {
  const proxy = { address, port, variablesSet: variables !== undefined, ...(variables === undefined ? {} : { noProxy: variables.noProxy }) };
  const scope = packets === undefined ? (isApp ? 'app' : undefined) : packets.holdsOnlyApp ? 'app' : 'machine';
  // Servers that stand in for every host bring a resolver of their own.
  const resolvers = standIn === undefined ? systemResolvers() : undefined;
  return { variables: {}, local: packets?.local ?? [], ...(resolvers === undefined ? {} : { resolvers }), roots: [], components: [], clockOffset: 0, proxy, ...(scope === undefined ? {} : { scope }), ...(phases === undefined && standIn === undefined ? {} : { phases: [] }) };
}

/** The environment may name this very proxy, left from the run before. */
function refuseLoop({ listen, routes }: WatchChoice): void {
  const own = [routes.forTunnels, routes.forHttp].find((upstream) => upstream?.port === listen.port && (upstream.host === 'localhost' || upstream.host === listen.address || upstream.host.startsWith('127.')));
  if (own !== undefined) throw new UsageError(`the environment names ${formatEndpoint(own.host, own.port)} as its proxy, which is where egret is to listen`, 'unset HTTP_PROXY, HTTPS_PROXY and ALL_PROXY for egret, or choose another port with --listen');
}

/** Characters of lines that are digested at once. */
const DIGESTED = 16_384;
