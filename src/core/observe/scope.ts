/** One scope (design §2): what is known of the machine or app that a recording, or the parts of one rotation, came from. */
import { classOf, contains, formatEndpoint, type Cidr } from '../base/address.ts';
import { SECOND, type Micros } from '../base/time.ts';
import type { PhaseRange, RunSheet } from '../policy/sheet.ts';
import type { Endpoint } from '../base/address.ts';
import type { Transport } from '../base/transport.ts';
import { Witnesses } from './witnesses.ts';

/** What a recording holds; `assumed-app` where no run sheet said so. */
export type ScopeKind = 'app' | 'machine' | 'assumed-app';

export class Scope {
  readonly id: number;
  readonly sheet: RunSheet;
  /** What watched it. */
  readonly witnesses = new Witnesses();
  private readonly componentOfEnd: ReadonlyMap<string, string>;

  constructor(id: number, sheet: RunSheet) {
    this.id = id;
    this.sheet = sheet;
    this.componentOfEnd = new Map(sheet.components.flatMap((hint) => hint.local.map((end) => [end, hint.component] as const)));
  }

  /** Component that held a local end, by the run sheet's hints. */
  componentOf(end: Endpoint, transport: Transport): string | undefined {
    if (this.componentOfEnd.size === 0) return undefined;
    return this.componentOfEnd.get(`${formatEndpoint(end.address, end.port)}/${transport}`);
  }

  /** Whether an address is one of the scope's own hosts; undefined when nothing says so. */
  isOwn(address: string): boolean | undefined {
    if (this.sheet.local.length === 0) return undefined;
    return classOf(address) === 'loopback' || this.sheet.local.some((cidr: Cidr) => contains(cidr, address));
  }

  /** Phases at a time, with the grace of design §5 before their start and after their end; undefined without marks. */
  phasesAt(at: Micros): readonly string[] | undefined {
    const { phases } = this.sheet;
    if (phases === undefined) return undefined;
    const active = phases.filter((range) => isDuring(range, at)).map((range) => range.phase);
    return [...new Set(active)];
  }
}

function isDuring(range: PhaseRange, at: Micros): boolean {
  return at >= range.from - PHASE_GRACE && (range.to === undefined || at <= range.to + PHASE_GRACE);
}

/** Marks are set by people and scripts beside the app, not inside it (design §5). */
const PHASE_GRACE: Micros = 2 * SECOND;
