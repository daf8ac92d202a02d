/**
 * A live run as the user looks at it: takes what the run tells and the keys,
 * gives frames. Holds the state and nothing of a terminal; `open-screen.ts`
 * shows it on one.
 */
import type { Micros } from '../core/base/time.ts';
import { SECOND } from '../core/base/time.ts';
import type { Look } from '../core/report/layout/look.ts';
import type { Connection } from '../core/observe/connection.ts';
import type { Verdict } from '../core/policy/verdict.ts';
import { drawFrame, type Frame } from './frame.ts';
import { type Key, keysIn, type Meaning, meaningOf } from './keys.ts';
import type { Model, Phase, Promised } from './model.ts';
import { OutputTail } from './output-tail.ts';
import { type Asked, Rows } from './rows.ts';
import { BEGIN, reduce, type State } from './state.ts';
import { Visible } from './visible.ts';

export interface ScreenFacts {
  /** `proxy 127.0.0.1:8888`, `run ./app`. */
  readonly what: string;
  readonly policy: string | undefined;
  /** What can never be seen here. */
  readonly unseen: readonly string[];
  readonly now: () => Micros;
  /** Tells each open tunnel's number and bytes. */
  readonly carried: (visit: (flow: number, up: number, down: number) => void) => void;
  /** What was seen of the claims so far; costly, so asked seldom. Absent: there are none. */
  readonly promises?: () => readonly Promised[];
  /** Phases of the policy that keys begin and end. */
  readonly phases: readonly string[];
  /** Begins or ends a phase, or says why not; `marked` is told when it is done. */
  readonly mark: (phase: string, edge: 'start' | 'end') => { readonly said: string };
  /** The app prints into a pane. */
  readonly hasOutput: boolean;
}

export class Screen {
  /** Called when there is something new to show. */
  changed: () => void = () => {};
  /** Called when the user wants the run to end. */
  stopped: () => void = () => {};
  private readonly facts: ScreenFacts;
  private readonly rows = new Rows();
  private readonly visible = new Visible(this.rows);
  private readonly output: OutputTail | undefined;
  private readonly since: Micros;
  private readonly spots = new Map<string, number>();
  private state: State = BEGIN;
  private height = 1;
  private phases: readonly Phase[];
  private notice = { text: '', until: 0 };
  private promised: { readonly list: readonly Promised[]; readonly version: number; readonly due: Micros } = { list: [], version: -1, due: 0 };

  constructor(facts: ScreenFacts) {
    this.facts = facts;
    this.since = facts.now();
    this.output = facts.hasOutput ? new OutputTail() : undefined;
    this.phases = facts.phases.slice(0, 9).map((name) => ({ name, isOn: false }));
  }

  asked(asked: Asked): void {
    this.rows.asked(asked);
    this.changed();
  }

  over(connection: Connection, verdict: Verdict, flow: number | undefined): void {
    this.rows.over(connection, verdict, flow);
    this.changed();
  }

  /** Something that could not be seen, in words. */
  blindSpot(text: string, count: number): void {
    if (this.spots.size < SPOT_CAP || this.spots.has(text)) this.spots.set(text, (this.spots.get(text) ?? 0) + count);
    this.changed();
  }

  /** A phase began or ended, by key or from elsewhere. */
  marked(phase: string, edge: 'start' | 'end' | 'at'): void {
    this.phases = this.phases.map((known) => (known.name === phase && edge !== 'at' ? { name: phase, isOn: edge === 'start' } : known));
    this.changed();
  }

  /** What the app printed. */
  printed(chunk: Uint8Array): void {
    this.output?.push(chunk);
    this.changed();
  }

  /** The app's last lines. */
  lastLines(): readonly string[] {
    return this.output?.lines() ?? [];
  }

  /** Shown in the last line for a while. */
  say(text: string): void {
    this.notice = { text, until: this.facts.now() + NOTICE_LIFE };
    this.changed();
  }

  /** A key as ink tells it. */
  key(input: string, key: Key): void {
    for (const [one, control] of keysIn(input, key)) this.obey(meaningOf(one, control, this.state));
    this.changed();
  }

  /** What to show now on a terminal of this look and so many rows. */
  frame(look: Look, rows: number): Frame {
    this.rows.carried(this.facts.carried);
    const frame = drawFrame(this.model(), this.visible.of(this.state), this.state, look, rows);
    this.height = frame.height;
    this.state = { ...this.state, top: frame.top, scroll: frame.scroll };
    return frame;
  }

  private obey(meaning: Meaning | undefined): void {
    if (meaning?.kind === 'stop') this.stopped();
    else if (meaning?.kind === 'phase') this.toggle(meaning.number - 1);
    else if (meaning !== undefined) this.state = reduce(this.state, meaning, this.visible.of(this.state), this.height);
  }

  private model(): Model {
    const { facts, notice, since } = this;
    const now = facts.now();
    return {
      what: facts.what, policy: facts.policy, since, now, totals: this.rows.totals, destinations: this.rows.list.length, broken: this.visible.broken,
      unseen: [...facts.unseen, ...[...this.spots].map(([text, count]) => `${text} (${count})`)],
      promises: this.promises(now), phases: this.phases, output: this.output?.lines(), notice: notice.until > now ? notice.text : '',
    };
  }

  /** Settling promises takes longer the more was seen: it gets at most a twentieth of the time. */
  private promises(now: Micros): readonly Promised[] {
    const { promises } = this.facts;
    const { promised, rows } = this;
    const seen = rows.version + rows.totals.connections;
    if (promises === undefined || now < promised.due || seen === promised.version) return promised.list;
    const list = promises();
    const cost = this.facts.now() - now;
    this.promised = { list, version: seen, due: now + Math.max(PROMISE_WAIT, cost * PROMISE_SHARE) };
    return list;
  }

  private toggle(index: number): void {
    const phase = this.phases[index];
    if (phase !== undefined) this.say(this.facts.mark(phase.name, phase.isOn ? 'end' : 'start').said);
  }
}

/** In µs, for a sentence to be read. */
const NOTICE_LIFE: Micros = 6 * SECOND;
/** In µs, between two settlings of the claims. */
const PROMISE_WAIT: Micros = 2 * SECOND;
const PROMISE_SHARE = 20;
/** Kinds of blind spots told apart. */
const SPOT_CAP = 50;
