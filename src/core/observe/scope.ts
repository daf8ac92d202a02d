/** One scope (design §2): what is known of the machine or app that a recording, or the parts of one rotation, came from. */
import { classOf, contains, formatEndpoint, type Cidr } from '../base/address.ts';
import { SECOND, type Micros } from '../base/time.ts';
import type { PhaseRange, RunSheet } from '../policy/sheet.ts';
import type { Endpoint } from '../base/address.ts';
import type { Transport } from '../base/transport.ts';
import type { MarkObservation, Process } from './observation.ts';
import { Witnesses } from './witnesses.ts';

export type Mark = Pick<MarkObservation, 'at' | 'phase' | 'edge'>;

/** What a recording holds; `assumed-app` where no run sheet said so. */
export type ScopeKind = 'app' | 'machine' | 'assumed-app';

export class Scope {
  readonly id: number;
  readonly sheet: RunSheet;
  /** What watched it. */
  readonly witnesses = new Witnesses();
  private readonly componentOfEnd: ReadonlyMap<string, string>;
  private ranges: readonly PhaseRange[] | undefined;
  private rangesFrom: Micros;
  private readonly componentOfProcess: (process: Process) => string | undefined;

  /** `componentOfProcess`: what the policy of this judgement says; a recording is judged under another one later, so that no observation keeps it. */
  constructor(id: number, sheet: RunSheet, componentOfProcess: (process: Process) => string | undefined = NO_COMPONENT) {
    this.id = id;
    this.sheet = sheet;
    this.ranges = sheet.phases;
    this.rangesFrom = Number.NEGATIVE_INFINITY;
    this.componentOfProcess = componentOfProcess;
    this.componentOfEnd = new Map(sheet.components.flatMap((hint) => hint.local.map((end) => [end, hint.component] as const)));
  }

  /** Component that held a local end: by the run sheet's hints, else by its process. */
  componentOf(end: Endpoint, transport: Transport, process: Process | undefined): string | undefined {
    const hinted = this.componentOfEnd.size === 0 ? undefined : this.componentOfEnd.get(`${formatEndpoint(end.address, end.port)}/${transport}`);
    return hinted ?? (process === undefined ? undefined : this.componentOfProcess(process));
  }

  /** Whether an address is one of the scope's own hosts; undefined when nothing says so. */
  isOwn(address: string): boolean | undefined {
    if (this.sheet.local.length === 0) return undefined;
    return classOf(address) === 'loopback' || this.sheet.local.some((cidr: Cidr) => contains(cidr, address));
  }

  /** The phases so far, by the run sheet and by marks; another list after each mark. Undefined: unknown. */
  get phases(): readonly PhaseRange[] | undefined {
    return this.ranges;
  }

  /** Before this moment nobody marked phases, so what held then is unknown. */
  get phasesFrom(): Micros {
    return this.rangesFrom;
  }

  /** A phase begins or ends. Marks come in order of time; one that says what is so already changes nothing. */
  mark({ at, phase, edge }: Mark): void {
    if (this.rangesFrom === Number.POSITIVE_INFINITY) return;
    if (this.ranges === undefined) this.rangesFrom = at;
    const ranges = this.ranges ?? [];
    const open = ranges.find((range) => range.phase === phase && range.from <= at && range.to === undefined);
    if (edge === 'end') this.ranges = open === undefined ? ranges : ranges.with(ranges.indexOf(open), { phase, from: open.from, to: at });
    else this.ranges = open !== undefined || ranges.length >= RANGE_CAP ? ranges : [...ranges, { phase, from: at }];
  }

  /** Somebody marks phases in words that the policy does not know: which of its phases held is unknown, from the first to the last moment. */
  forgetPhases(): void {
    this.ranges = undefined;
    this.rangesFrom = Number.POSITIVE_INFINITY;
  }

  /** Phases at a time, with the grace of design §5 before their start and after their end; undefined where they are unknown. */
  phasesAt(at: Micros): readonly string[] | undefined {
    const { ranges } = this;
    if (ranges === undefined || at < this.rangesFrom) return undefined;
    const active = ranges.filter((range) => isDuring(range, at)).map((range) => range.phase);
    return [...new Set(active)];
  }
}

function isDuring(range: PhaseRange, at: Micros): boolean {
  return at >= range.from - PHASE_GRACE && (range.to === undefined || at <= range.to + PHASE_GRACE);
}

const NO_COMPONENT = (): undefined => undefined;
/** Marks are set by people and scripts beside the app, not inside it (design §5). */
const PHASE_GRACE: Micros = 2 * SECOND;
/** Stretches of phases in one scope; a loop that marks for ever is no measurement. */
const RANGE_CAP = 10_000;
