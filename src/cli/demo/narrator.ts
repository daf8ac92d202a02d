/**
 * Tells the demo while it goes, on standard error: what the app does, and
 * below it what egret sees of that. Takes the verdicts of the proxy's questions
 * and its observations. Everything it says egret sees comes from those.
 */
import { seenHost } from '../../core/base/host-name.ts';
import { inspectionProduct } from '../../core/knowledge/issuers.ts';
import type { FlowObservation, Observation } from '../../core/observe/observation.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import { SENTENCE_LIMIT, shown, type Look } from '../../core/report/layout/look.ts';
import { wrap } from '../../core/report/layout/wrap.ts';
import { RESOLVER, SCENES } from '../../edge/demo/scenes.ts';
import type { Question } from '../../edge/proxy/tunnel-words.ts';

export class Narrator {
  private readonly look: Look;
  private readonly write: (text: string) => void;
  private readonly verdicts = new Map<string, Verdict>();
  /** By the number of their flow: flows are told in the order in which they began. */
  private readonly lookups = new Map<number, Asked>();
  private readonly waiting = new Map<number, FlowObservation>();
  private told = 0;

  constructor(look: Look, write: (text: string) => void) {
    this.look = look;
    this.write = write;
  }

  /** Before anything happens. */
  begin(proxy: string): void {
    this.paragraph('', `The demo's app starts behind egret's proxy on ${proxy}. Its servers and its DNS are on this machine too; nothing leaves it.`);
  }

  /** What the policy thinks of a destination that is about to be dialled. */
  destination(question: Question, verdict: Verdict | undefined): void {
    if (verdict !== undefined) this.verdicts.set(seenHost(question.host), verdict);
  }

  /** What the proxy saw, and what the policy says of a name that was looked up. */
  observed(observation: Observation, verdict: Verdict | undefined): void {
    if (observation.kind === 'lookup') this.lookups.set(observation.from[1], { name: seenHost(observation.name), isAnswered: observation.addresses.length > 0, verdict });
    if (observation.kind !== 'flow') return;
    this.waiting.set(observation.flow, observation);
    for (let flow = this.waiting.get(this.told + 1); flow !== undefined; flow = this.waiting.get(this.told + 1)) {
      this.waiting.delete(flow.flow);
      this.told++;
      this.tell(flow);
    }
  }

  private tell(flow: FlowObservation): void {
    const lookup = this.lookups.get(flow.flow);
    const host = seenHost(flow.dialled?.name ?? '');
    const scene = SCENES.find((one) => (lookup === undefined ? one.host === host && host !== RESOLVER.address : one.host === lookup.name));
    this.paragraph('app', scene === undefined ? `does something that is not in the demo: ${host}` : `The ${scene.by === 'desktop' ? 'desktop app' : 'gateway'} ${scene.does}.`);
    const verdict = lookup === undefined ? this.verdicts.get(host) : lookup.verdict;
    const seen = lookup === undefined ? `${host}:${flow.dialled?.port ?? 0}: ${flowFacts(flow)}` : `${lookup.name}: ${lookupFacts(lookup)}`;
    this.paragraph('egret', seen, verdict?.kind ?? 'not judged');
  }

  /** Painted only once it is wrapped, since paint has no width. */
  private paragraph(who: '' | 'app' | 'egret', text: string, verdict = ''): void {
    const { look } = this;
    const indent = who === '' ? 0 : INDENT;
    const wrapped = wrap(shown(look, verdict === '' ? text : `${verdict} ${text}`, SENTENCE_LIMIT), look.columns - indent);
    const lines = wrapped.map((line, at) => {
      const painted = at > 0 || verdict === '' ? line : look.style(verdict === 'declared' ? 'good' : 'bad', line.slice(0, verdict.length)) + line.slice(verdict.length);
      return (at > 0 ? ' '.repeat(indent) : look.style('dim', who.padEnd(indent))) + painted;
    });
    this.write(`${lines.join('\n')}\n${who === 'app' ? '' : '\n'}`);
  }
}

interface Asked {
  readonly name: string;
  readonly isAnswered: boolean;
  readonly verdict: Verdict | undefined;
}

function lookupFacts({ isAnswered, verdict }: Asked): string {
  const telemetry = verdict?.telemetry;
  return `looked up${isAnswered ? '' : ' in vain'}${telemetry === undefined ? '' : `, telemetry (${telemetry.class}) of ${telemetry.organisation}`}`;
}

/** What is to be said of one connection, in a line. */
function flowFacts({ outcome, tls, up, down }: FlowObservation): string {
  if (outcome !== 'app-data') return `${tls?.hello === undefined ? '' : 'its hello was answered by a '}${outcome}`;
  const [leaf] = tls?.chain ?? [];
  const product = leaf === undefined ? undefined : inspectionProduct(leaf.issuer)?.product;
  const certificate = leaf === undefined ? '' : product === undefined ? ', certificate in sight' : `, certificate issued by ${product}, which re-signs TLS`;
  const version = tls === undefined ? '' : `${(tls.server?.version ?? 'TLS').replace('TLS1', 'TLS 1')}, `;
  return `${version}${up} bytes up, ${down} down${certificate}`;
}

/** `egret  `. */
const INDENT = 7;
