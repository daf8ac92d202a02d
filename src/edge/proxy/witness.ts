/**
 * What one connection to the proxy shows: every byte that client and proxy say
 * to each other goes through the payload decoders, as if it had been captured,
 * until they have understood it. Gives the `flow` observation. Keeps counts and
 * facts, no bytes.
 */
import type { Endpoint } from '../../core/base/address.ts';
import { SECOND, type Micros } from '../../core/base/time.ts';
import { wireText } from '../../core/base/wire-text.ts';
import { TCP } from '../../core/decode/headers/packet.ts';
import { recognise } from '../../core/decode/payloads/index.ts';
import type { SessionSink, Side } from '../../core/decode/payloads/session.ts';
import { Tunnel as Recogniser } from '../../core/decode/payloads/tunnel.ts';
import type { Dialled, FlowObservation, Outcome, Process, TunnelObservation } from '../../core/observe/observation.ts';
import { outcomeOf } from '../../core/observe/outcome.ts';
import { UploadTrail } from '../../core/observe/upload-trail.ts';
import type { End, Tunnelled } from './tunnel-words.ts';
import type { Step } from './wire.ts';

/** How it ended; `reset` names who broke it off. */
export interface Ending {
  readonly at: Micros;
  readonly isClosed: boolean;
  readonly reset: End | undefined;
  readonly tunnelled: Tunnelled | undefined;
  readonly process: Process | undefined;
}

export class Witness {
  readonly flow: number;
  readonly opened: Micros;
  private readonly client: Endpoint;
  private readonly proxy: Endpoint;
  private readonly reader: Recogniser;
  private last: Micros;
  /** Bytes so far, of the client and of what it was told. */
  up = 0;
  down = 0;
  private piecesUp = 0;
  private piecesDown = 0;
  private trail: UploadTrail | undefined;
  private sampleDue: Micros;
  private movedBefore = 0;

  constructor(flow: number, client: Endpoint, proxy: Endpoint, opened: Micros, sink: SessionSink) {
    this.flow = flow;
    this.client = client;
    this.proxy = proxy;
    this.opened = this.last = opened;
    this.sampleDue = opened + LONG;
    // Nothing is around the first protocol, so what it opens is at depth 0, as in a captured flow.
    this.reader = new Recogniser({ sink, recognise, port: proxy.port, depth: -1 });
  }

  /** Bytes of the client (`up`) or of what the proxy tells it (`down`). */
  saw(side: Side, data: Uint8Array, at: Micros): void {
    if (at >= this.sampleDue) this.sample(at);
    this.last = at;
    if (side === 'up') {
      this.up += data.length;
      this.piecesUp++;
    } else {
      this.down += data.length;
      this.piecesDown++;
    }
    if (!this.reader.done) this.reader.push(side, data, at, this.flow);
  }

  /** The decoders have understood what they can, and keep nothing any more. */
  get isDone(): boolean {
    return this.reader.done;
  }

  /** What it has begun for the client. */
  begun(base: Pick<TunnelObservation, 'at' | 'seq' | 'from'>, { tunnelled, looksUp, leg }: Step): TunnelObservation {
    const { client, proxy: server, flow, opened } = this;
    const form = tunnelled.kind === 'tunnel' ? 'authority' : 'absolute';
    return { kind: 'tunnel', ...base, flow, client, server, opened, form, dialled: dialledFacts(tunnelled), looksUp: looksUp === undefined ? undefined : wireText(looksUp), leg };
  }

  /** Bytes so far, where some came since this was last asked. */
  moved(): readonly [flow: number, up: number, down: number] | undefined {
    const sum = this.up + this.down;
    if (sum === this.movedBefore) return undefined;
    this.movedBefore = sum;
    return [this.flow, this.up, this.down];
  }

  /** The observation; call once. */
  seal(seq: number, source: number, ending: Ending): FlowObservation {
    const facts = this.reader.close();
    const { client, proxy: server, flow, opened, last, up, down } = this;
    return {
      kind: 'flow', at: ending.at, seq, from: [source, flow], flow, transport: 'tcp', ipProtocol: TCP, client, server, direction: 'syn', opened, last,
      closed: ending.isClosed ? ending.at : undefined, lastFrame: flow, startSeen: true, outcome: this.outcome(ending, facts?.tls),
      dropped: ending.reset === 'server' && ending.tunnelled !== undefined && ending.tunnelled.failure === undefined && up > 0 && down > 0 ? ending.at : undefined, up, down, upBy: this.trail?.of(true),
      packetsUp: this.piecesUp, packetsDown: this.piecesDown, duplicates: 0, protocol: facts?.protocol ?? 'unknown', tls: facts?.tls, http: facts?.http, quic: undefined,
      icmpError: undefined, gap: undefined, process: ending.process,
      dialled: ending.tunnelled === undefined && up > 0 ? NOBODY : dialledOf(ending.tunnelled),
    };
  }

  private outcome({ at, isClosed, reset, tunnelled }: Ending, tls: FlowObservation['tls']): Outcome {
    const { up, down, opened, last } = this;
    if (tunnelled === undefined && up > 0) return 'attempted';
    const failed = tunnelled?.failure === undefined ? undefined : OUTCOMES[tunnelled.failure];
    if (failed !== undefined) return failed;
    return outcomeOf({
      tcp: true, synSeen: true, synAckSeen: true, synAgain: false, closed: isClosed, finished: isClosed, resetByClient: reset === 'client', resetByServer: reset === 'server', icmpError: false,
      up, down, packetsUp: this.piecesUp, packetsDown: this.piecesDown, opened, last, end: at, tls, quic: undefined,
    });
  }

  private sample(at: Micros): void {
    this.trail ??= new UploadTrail();
    this.sampleDue = this.trail.add(at, this.up, this.down);
  }
}

function dialledOf(tunnelled: Tunnelled | undefined): FlowObservation['dialled'] {
  return tunnelled === undefined ? undefined : dialledFacts(tunnelled);
}

function dialledFacts(tunnelled: Tunnelled): Dialled {
  const { host, port, by, address, from, failure } = tunnelled;
  return { name: wireText(host), port, by, address, from, failure };
}

/** A request that was turned away as such. */
const NOBODY: NonNullable<FlowObservation['dialled']> = { name: wireText(''), port: 0, by: 'egret', failure: 'not-served' };

/** What a failed dial is in the words of packets; the others end as they look. */
const OUTCOMES: Readonly<Partial<Record<NonNullable<Tunnelled['failure']>, Outcome>>> = {
  refused: 'refused', timeout: 'timeout', unreachable: 'unreachable', 'not-found': 'attempted', 'no-resolver': 'attempted', denied: 'attempted', 'not-served': 'attempted',
};
/** As for captured flows: only what lives longer may outlive a phase by the time in which it may still be used. */
const LONG: Micros = 30 * SECOND;
