/**
 * One client of the proxy as a pure state machine: events in, commands out.
 * Listens to who is asked for, has the name resolved once, has exactly that
 * address dialled, and then passes bytes both ways unread. Knows no socket, no
 * clock and no policy: what admits a destination is handed in.
 */
import type { DialFailure } from '../../core/observe/observation.ts';
import { unreached, wayOf, type Failing } from './admission.ts';
import { granted, refused } from './answers.ts';
import { Approach } from './approach.ts';
import { BodyMeter } from './body.ts';
import { EarlyBytes } from './early-bytes.ts';
import { Greeter } from './greeter.ts';
import { asksForSame, type ProxyRequest } from './request.ts';
import { other, type End, type Tunnelled, type TunnelCommand, type TunnelEvent, type TunnelOptions } from './tunnel-words.ts';
import type { Upstream } from './upstream.ts';
import { UpstreamGreeting } from './upstream-greeting.ts';
import { CHALLENGE_WAIT, CLOSE_WAIT, DIAL_WAIT, HALF_WAIT, HEAD_WAIT, IDENTIFY_WAIT } from './waits.ts';

type State = 'greeting' | 'approaching' | 'identifying' | 'upstream' | 'open' | 'closing' | 'over';

export class Tunnel {
  private readonly options: TunnelOptions;
  private greeter: Greeter;
  private state: State = 'greeting';
  private commands: TunnelCommand[] = [];
  private readonly early = new EarlyBytes();
  private request: ProxyRequest | undefined;
  private upstream: Upstream | undefined;
  private greeting: UpstreamGreeting | undefined;
  private body: BodyMeter | undefined;
  private approach: Approach | undefined;
  private failure: DialFailure | undefined;
  /** Bytes passed since somebody last looked. */
  private hasMoved = false;
  /** Whoever asks is known, or will not be. */
  private isIdentified = false;
  /** What waits for that. */
  private next: () => void = () => {};
  private readonly ended: Record<End, boolean> = { client: false, server: false };

  constructor(options: TunnelOptions) {
    this.options = options;
    this.greeter = new Greeter(options.pseudonym);
  }

  /** When a client has come. */
  begin(): readonly TunnelCommand[] {
    return [{ kind: 'wait', ms: HEAD_WAIT }, { kind: 'identify' }];
  }

  /** What to do about an event. */
  on(event: TunnelEvent): readonly TunnelCommand[] {
    if (this.state === 'over') return NO_COMMANDS;
    // The common case by far, and the only one that is asked often.
    if (this.state === 'open' && event.kind === 'data' && (event.from === 'server' || this.body === undefined)) {
      this.hasMoved = true;
      return [{ kind: 'send', to: other(event.from), data: event.data }];
    }
    this.commands = [];
    this.take(event);
    return this.commands;
  }

  /** Whom it was for and what came of it; undefined while nobody has been asked for. */
  facts(): Tunnelled | undefined {
    const { request, upstream, failure } = this;
    if (request === undefined) return undefined;
    const { kind, host, port } = request;
    return upstream === undefined ? { kind, host, port, by: 'egret', address: this.approach?.dialled, failure } : { kind, host, port, by: 'upstream', address: undefined, failure };
  }

  private take(event: TunnelEvent): void {
    if (event.kind === 'data') this.data(event.from, event.data);
    else if (event.kind === 'end') this.end(event.from);
    else if (event.kind === 'gone') this.gone(event.from);
    else if (event.kind === 'blocked') this.say({ kind: 'pause', from: other(event.to) });
    else if (event.kind === 'drained') this.say({ kind: 'resume', from: other(event.to) });
    else if (event.kind === 'identified') this.identified();
    else if (event.kind !== 'late') this.approached(event);
    else this.late();
  }

  private data(from: End, data: Uint8Array): void {
    if (from === 'server') {
      if (this.state === 'upstream') this.hearUpstream(data);
      else if (this.state === 'open') this.say({ kind: 'send', to: 'client', data });
      // Unasked, it would be taken for the answer to what the client says next.
      else if (this.state === 'greeting') this.close('the upstream proxy spoke out of turn');
      return;
    }
    if (this.state === 'open' || (this.state === 'upstream' && this.body !== undefined)) this.pass(data);
    else if (this.state !== 'closing') {
      this.early.add(data);
      if (this.state === 'greeting') this.listen();
      else if (this.early.fills()) this.say({ kind: 'pause', from: 'client' });
    }
  }

  private listen(): void {
    const heard = this.greeter.listen(this.early, (data) => this.say({ kind: 'send', to: 'client', data }));
    if (heard?.kind === 'asked') this.ask(heard.request);
    else if (heard !== undefined) {
      this.whenIdentified(() => {
        this.say({ kind: 'send', to: 'client', data: heard.answer ?? refused(heard.language, heard.refusal) });
        this.close(heard.refusal.reason);
      });
    }
  }

  private ask(request: ProxyRequest): void {
    if (this.greeting !== undefined) return this.askAgain(request);
    this.request = request;
    const way = wayOf(this.options, request);
    if ('refusal' in way) return this.fail(way);
    this.upstream = way.upstream;
    this.state = 'approaching';
    this.approach = new Approach(this.options, request, this.upstream);
    this.say(...this.approach.begin());
  }

  private approached(event: TunnelEvent): void {
    if (this.state !== 'approaching' || this.approach === undefined) return;
    const step = this.approach.on(event);
    if (step === 'there') this.whenIdentified(() => this.connected());
    else if ('refusal' in step) this.fail(step);
    else this.say(...step);
  }

  /** Nobody is answered before it is known who asks: a client that has its answer may be gone, and its socket with it. */
  private whenIdentified(next: () => void): void {
    if (this.isIdentified) return next();
    this.next = next;
    if (this.state === 'identifying') return;
    this.state = 'identifying';
    this.say({ kind: 'wait', ms: IDENTIFY_WAIT }, { kind: 'pause', from: 'server' });
  }

  private identified(): void {
    this.isIdentified = true;
    if (this.state !== 'identifying') return;
    this.say({ kind: 'resume', from: 'server' });
    this.next();
  }

  private connected(): void {
    const { request, upstream } = this;
    if (request === undefined) return;
    if (upstream !== undefined) return this.askUpstream(upstream, request);
    if (request.kind === 'forward') this.say({ kind: 'send', to: 'server', data: Buffer.from(request.originHead, 'latin1') });
    this.open();
  }

  private askUpstream(upstream: Upstream, request: ProxyRequest): void {
    this.greeting = new UpstreamGreeting(upstream, request, this.options.pseudonym);
    const { bytes, awaits } = this.greeting.open();
    this.say({ kind: 'send', to: 'server', data: bytes });
    if (awaits === 'through') return this.open();
    this.state = 'upstream';
    const isExchange = awaits === 'exchange' && request.kind === 'forward';
    // How long a server takes for its answer is its own matter; to a tunnel the proxy says yes or no.
    this.say(isExchange ? { kind: 'wait' } : { kind: 'wait', ms: DIAL_WAIT });
    if (!isExchange) return;
    this.body = new BodyMeter(request.body);
    this.passEarly();
  }

  /** What answers a challenge is the same request with credentials; for another the client comes anew, as when a server drops a connection that was kept. */
  private askAgain(request: ProxyRequest): void {
    const { request: before, upstream } = this;
    if (upstream === undefined || before === undefined || !asksForSame(before, request)) return this.close('after a challenge the client asked for something else');
    this.request = request;
    this.askUpstream(upstream, request);
  }

  private hearUpstream(data: Uint8Array): void {
    const { request } = this;
    const heard = this.greeting?.hear(data);
    if (heard === undefined || request === undefined || heard.kind === 'more') return;
    if (heard.kind === 'refused') return this.upstreamRefused(heard.reason, heard.answer);
    if (heard.kind === 'say') return this.say({ kind: 'send', to: 'server', data: heard.bytes });
    if (heard.kind === 'answer') return this.upstreamAnswered(heard.bytes, heard.next);
    if (request.kind === 'forward') this.say({ kind: 'send', to: 'server', data: Buffer.from(request.originHead, 'latin1') });
    this.open(heard.fields);
    if (heard.rest.length > 0) this.say({ kind: 'send', to: 'client', data: heard.rest });
  }

  /** An HTTP client gets the upstream's own answer up to its close; nothing more of the client goes there. */
  private upstreamRefused(reason: string, answer: Uint8Array | undefined): void {
    if (answer === undefined || this.request?.language !== 'http') return this.fail({ refusal: { status: 502, reason } });
    this.say({ kind: 'send', to: 'client', data: answer }, { kind: 'wait', ms: HALF_WAIT }, { kind: 'end', to: 'server' });
    this.early.release();
    this.body = new BodyMeter(0);
    this.state = 'open';
    this.ended.client = true;
  }

  /** Its answer to a client whose connection it authenticates, or wants to. */
  private upstreamAnswered(data: Uint8Array, next: 'more' | 'challenged' | 'over'): void {
    if (data.length > 0) this.say({ kind: 'send', to: 'client', data });
    if (next === 'more') return;
    // Bytes that came before the challenge, or still belong to what was refused, cannot be told from an answer to it.
    if (next === 'over' || this.early.bytes.length > 0 || this.ended.client || this.body?.isExact === false) return this.close();
    [this.state, this.body, this.greeter] = ['greeting', undefined, new Greeter(this.options.pseudonym)];
    this.say({ kind: 'wait', ms: CHALLENGE_WAIT });
  }

  private open(fields: readonly string[] = []): void {
    const { request } = this;
    if (request === undefined) return;
    this.state = 'open';
    this.say({ kind: 'wait' });
    if (request.kind === 'tunnel') this.say({ kind: 'send', to: 'client', data: granted(request.language, fields) });
    else if (request.body !== 'all') this.body = new BodyMeter(request.body);
    this.passEarly();
    if (this.ended.client) this.say({ kind: 'end', to: 'server' });
  }

  private passEarly(): void {
    const { bytes, wasFull } = this.early.release();
    if (bytes.length > 0) this.pass(bytes);
    if (wasFull) this.say({ kind: 'resume', from: 'client' });
  }

  /** Client bytes on an open way; of a plain request only its body, since what comes behind was never asked for. */
  private pass(data: Uint8Array): void {
    if (this.body === undefined) return this.say({ kind: 'send', to: 'server', data });
    const belonging = this.body.take(data);
    if (belonging === 'broken') this.close('the chunks of the request make no sense');
    else if (belonging > 0) this.say({ kind: 'send', to: 'server', data: data.subarray(0, belonging) });
  }

  private end(from: End): void {
    this.ended[from] = true;
    if (this.state === 'open') {
      this.say({ kind: 'end', to: other(from) }, { kind: 'wait', ms: HALF_WAIT });
      // One request a connection: the answer is whole when the server has no more to say.
      if (from === 'server' && this.body !== undefined) this.close();
      else if (this.ended.client && this.ended.server) this.close();
    } else if (from === 'server') this.serverLost();
    else if (this.state === 'greeting') this.close();
  }

  /** A socket died: what the other still has to say or to hear has no purpose any more. */
  private gone(from: End): void {
    if (from === 'server' && WAITS_FOR_SERVER.has(this.state)) return this.serverLost();
    // What the server said before it reset is still on its way to the client.
    if (from === 'server' && this.state === 'open') return this.close('the server reset', true);
    this.state = 'over';
    this.say({ kind: 'drop', because: `${from} went away` });
  }

  private serverLost(): void {
    if (this.state === 'closing') return;
    if (this.state === 'approaching') return this.approached({ kind: 'gone', from: 'server' });
    // The client has its answer, or a challenge: it comes anew.
    if (this.state === 'greeting' || this.greeting?.isBegun === true) this.close('the upstream proxy hung up');
    // What has failed already is only waiting to be told.
    else if (this.failure === undefined) this.fail({ failure: 'unreachable', refusal: { status: 502, reason: `${this.upstream === undefined ? this.approach?.place() : 'the upstream proxy'} hung up` } });
  }

  private late(): void {
    if (this.state === 'identifying') this.identified();
    else if (this.state === 'greeting') {
      if (this.greeter.isHttp) this.say({ kind: 'send', to: 'client', data: refused('http', { status: 400, reason: 'the head of the request was not whole in time' }) });
      this.close('the request was not whole in time');
    } else if (this.state === 'approaching') this.approached({ kind: 'late' });
    else if (this.state === 'open' && this.hasMoved) {
      this.hasMoved = false;
      this.say({ kind: 'wait', ms: HALF_WAIT });
    } else if (this.state === 'upstream' && this.greeting?.isBegun !== true) this.fail(unreached('timeout', 'the upstream proxy'));
    else {
      this.state = 'over';
      this.say({ kind: 'drop', because: 'nothing moved any more' });
    }
  }

  private fail({ failure, refusal }: Failing): void {
    if (this.state === 'closing') return;
    this.failure = failure;
    this.whenIdentified(() => {
      if (this.request !== undefined) this.say({ kind: 'send', to: 'client', data: refused(this.request.language, refusal) });
      this.close(refusal.reason);
    });
  }

  /** Lets the client take what it was told, then drops both ends. */
  private close(because = 'both ends are done', isReset = false): void {
    this.state = 'closing';
    this.say({ kind: 'finish', because, isReset }, { kind: 'wait', ms: CLOSE_WAIT });
  }

  private say(...commands: readonly TunnelCommand[]): void {
    this.commands.push(...commands);
  }
}

const NO_COMMANDS: readonly TunnelCommand[] = [];
const WAITS_FOR_SERVER: ReadonlySet<State> = new Set(['approaching', 'identifying', 'upstream', 'greeting']);
