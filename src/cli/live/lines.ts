/** One line for each new destination while a run goes on: for people, or as NDJSON. On standard error, since the report has the other stream. */
import { formatEndpoint } from '../../core/base/address.ts';
import { seenHost } from '../../core/base/host-name.ts';
import { formatTime, type Micros } from '../../core/base/time.ts';
import { forTerminal, jsonSafe } from '../../core/base/wire-text.ts';
import { accuses } from '../../core/judge/worst.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Look } from '../../core/report/layout/look.ts';
import type { Question } from '../../edge/proxy/tunnel-words.ts';
import type { World } from '../world.ts';
import type { LiveTeller } from './teller.ts';

export type LineStyle = 'none' | 'text' | 'events';

export class LiveLines implements LiveTeller {
  private readonly world: World;
  private readonly style: LineStyle;
  private readonly look: Look;
  private readonly told = new Set<string>();

  /** `look` paints the verdict. */
  constructor(world: World, style: LineStyle, look: Look) {
    this.world = world;
    this.style = style;
    this.look = look;
  }

  /** Something about the run itself: `facts` for machines, `text` for people. */
  say(event: string, text: string, facts: Readonly<Record<string, string | number>> = {}): void {
    if (this.style === 'text') this.write(text);
    else if (this.style === 'events') this.write(eventLine(this.world.now(), event, facts));
  }

  /** A destination that is contacted, or `denied` to the app; told once for each verdict. */
  destination(question: Question, verdict: Verdict | undefined, isDenied: boolean): void {
    if (this.style === 'none') return;
    const kind = isDenied ? 'denied' : (verdict?.kind ?? (question.isUnresolved === true ? 'asked' : 'contacted'));
    const place = formatEndpoint(seenHost(question.host), question.port);
    const key = `${kind} ${place}`;
    if (this.told.has(key) || this.told.size >= TOLD_CAP) return;
    this.told.add(key);
    const at = this.world.now();
    const address = question.isUpstream === true ? 'upstream' : question.isUnresolved === true && this.style === 'text' ? 'no address found' : question.address;
    if (this.style === 'events') {
      const facts = { host: seenHost(question.host), port: question.port, verdict: kind, ...(address === undefined ? {} : { address }), ...(verdict?.entry === undefined ? {} : { entry: verdict.entry }) };
      this.write(eventLine(at, 'destination', facts));
    } else this.write(`${formatTime(at).slice(TIME_FROM, TIME_TO)}  ${this.painted(kind, verdict)}  ${forTerminal(place)}${address === undefined || address === seenHost(question.host) ? '' : `  (${address})`}`);
  }

  private painted(kind: string, verdict: Verdict | undefined): string {
    const word = kind.padEnd(KIND_WIDTH);
    if (kind === 'denied' || (verdict !== undefined && accuses(verdict))) return this.look.style('bad', word);
    return kind === 'declared' ? this.look.style('good', word) : word;
  }

  /** Lines leave nothing to tidy up. */
  close(): void {}

  private write(line: string): void {
    // Nobody waits for these lines, and a reader that has gone does not stop the run.
    void this.world.stderr.write(`${line}\n`).catch(() => {});
  }
}

function eventLine(at: Micros, event: string, facts: Readonly<Record<string, string | number>>): string {
  return jsonSafe(JSON.stringify({ event, at: formatTime(at), ...facts }));
}

/** `12:03:11` of a time in full. */
const TIME_FROM = 11;
const TIME_TO = 19;
const KIND_WIDTH = 14;
/** Destinations told; the report has the rest. */
const TOLD_CAP = 20_000;
