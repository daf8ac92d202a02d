/**
 * One client of the proxy as a pure state machine: events in, commands out.
 * Listens to who is asked for, has the name resolved once, has exactly that
 * address dialled, and then passes bytes both ways unread. Knows no socket, no
 * clock and no policy: what admits a destination is handed in.
 */
import type { DialFailure } from '../../core/observe/observation.ts';
import { DIAL_WORDS, granted, refused } from './answers.ts';
import { BodyMeter, joined } from './body.ts';
import { Greeter } from './greeter.ts';
import type { ProxyRequest, Refusal } from './request.ts';
import { other, type End, type Tunnelled, type TunnelCommand, type TunnelEvent, type TunnelOptions } from './tunnel-words.ts';
import type { Upstream } from './upstream.ts';
import { lastAnswer, UpstreamGreeting } from './upstream-greeting.ts';
import { CLOSE_WAIT, DIAL_WAIT, HALF_WAIT, HEAD_WAIT, NEXT_WAIT, RESOLVE_WAIT } from './waits.ts';

type State = 'greeting' | 'resolving' | 'dialling' | 'upstream' | 'open' | 'closing' | 'over';

export class Tunnel {
  private readonly options: TunnelOptions;
  private readonly greeter: Greeter;
  private state: State = 'greeting';
  private commands: TunnelCommand[] = [];
  /** Client bytes that wait: for a whole head, then for the way to stand. */
  private held: Uint8Array = NOTHING;
  private isHolding = false;
  private request: ProxyRequest | undefined;
  private upstream: Upstream | undefined;
  private greeting: UpstreamGreeting | undefined;
  private body: BodyMeter | undefined;
  private addresses: readonly string[] = [];
  private dialled: string | undefined;
  private failure: DialFailure | undefined;
  private answer: Uint8Array = NOTHING;
  /** Bytes passed since somebody last looked. */
  private hasMoved = false;
  private readonly ended: Record<End, boolean> = { client: false, server: false };

  constructor(options: TunnelOptions) {
    this.options = options;
    this.greeter = new Greeter(options.pseudonym);
  }

  /** When a client has come. */
  begin(): readonly TunnelCommand[] {
    return [{ kind: 'wait', ms: HEAD_WAIT }];
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
    const { request, upstream, dialled: address, failure } = this;
    if (request === undefined) return undefined;
    const { kind, host, port } = request;
    return upstream === undefined ? { kind, host, port, by: 'egret', address, failure } : { kind, host, port, by: 'upstream', address: undefined, failure };
  }

  private take(event: TunnelEvent): void {
    if (event.kind === 'data') this.data(event.from, event.data);
    else if (event.kind === 'end') this.end(event.from);
    else if (event.kind === 'gone') this.gone(event.from);
    else if (event.kind === 'blocked') this.say({ kind: 'pause', from: other(event.to) });
    else if (event.kind === 'drained') this.say({ kind: 'resume', from: other(event.to) });
    else if (event.kind === 'resolved') this.resolved(event.addresses);
    else if (event.kind === 'unresolved') this.fail(event.failure, { status: 502, reason: event.failure === 'not-found' ? `there is no host ${this.place()}` : `no resolver answered for ${this.place()}` });
    else if (event.kind === 'connected') this.connected();
    else if (event.kind === 'unconnected') this.unconnected(event.failure);
    else this.late();
  }

  private data(from: End, data: Uint8Array): void {
    if (from === 'server') {
      if (this.state === 'upstream') this.hearUpstream(data);
      else if (this.state === 'open') this.say({ kind: 'send', to: 'client', data });
      return;
    }
    if (this.state === 'open') this.pass(data);
    else if (this.state !== 'closing') {
      this.held = joined(this.held, data);
      if (this.state === 'greeting') this.listen();
      else this.holdBack();
    }
  }

  /** Early bytes are kept, but not without end. */
  private holdBack(): void {
    if (this.held.length < EARLY_CAP || this.isHolding) return;
    this.isHolding = true;
    this.say({ kind: 'pause', from: 'client' });
  }

  private listen(): void {
    while (this.state === 'greeting' && this.held.length > 0) {
      const heard = this.greeter.hear(this.held);
      if (heard.kind === 'more') return;
      if (heard.kind === 'refused') {
        this.say({ kind: 'send', to: 'client', data: heard.answer ?? refused(heard.language, heard.refusal) });
        this.close(heard.refusal.reason);
        return;
      }
      this.held = this.held.subarray(heard.used);
      if (heard.kind === 'say') this.say({ kind: 'send', to: 'client', data: heard.bytes });
      else this.ask(heard.request);
    }
  }

  private ask(request: ProxyRequest): void {
    this.request = request;
    const { host, port, kind } = request;
    const denied = this.options.admit({ host, port });
    if (denied !== undefined) return this.fail('denied', { status: 403, reason: denied });
    this.upstream = this.options.route(kind, host, port);
    if (this.upstream !== undefined) {
      const left = this.options.admit({ host, port, isUpstream: true });
      if (left !== undefined) return this.fail('denied', { status: 403, reason: left });
      this.options.asked?.({ host, port, isUpstream: true });
    }
    this.state = 'resolving';
    this.say({ kind: 'wait', ms: RESOLVE_WAIT }, { kind: 'resolve', name: this.upstream?.host ?? host });
  }

  private resolved(addresses: readonly string[]): void {
    if (this.state !== 'resolving' || this.request === undefined) return;
    const { request: { host, port }, options } = this;
    if (this.upstream === undefined) {
      if (addresses.some((address) => options.isSelf(address, port))) return this.fail('not-served', { status: 508, reason: 'the request leads back to this proxy' });
      if (addresses.some((address) => options.isOffLimits(address))) return this.fail('not-served', { status: 403, reason: `clients from elsewhere are not let to ${this.place()} on this machine` });
      // Every address is judged before the first is dialled: which one answers must not decide what is allowed.
      const denied = addresses.map((address) => options.admit({ host, port, address })).find((reason) => reason !== undefined);
      if (denied !== undefined) return this.fail('denied', { status: 403, reason: denied });
      options.asked?.({ host, port, ...(addresses[0] === undefined ? {} : { address: addresses[0] }) });
    }
    this.addresses = addresses.slice(0, ADDRESS_CAP);
    this.dialNext('unreachable');
  }

  private dialNext(last: DialFailure): void {
    const [address, ...rest] = this.addresses;
    if (address === undefined) {
      const isLate = last === 'timeout';
      return this.fail(last, { status: isLate ? 504 : 502, reason: `${this.upstream === undefined ? this.place() : 'the upstream proxy'} ${DIAL_WORDS[last] ?? 'cannot be reached'}` });
    }
    this.addresses = rest;
    this.dialled = address;
    this.state = 'dialling';
    this.say({ kind: 'wait', ms: rest.length > 0 ? NEXT_WAIT : DIAL_WAIT }, { kind: 'dial', address, port: this.upstream?.port ?? this.request?.port ?? 0 });
  }

  private unconnected(failure: DialFailure): void {
    if (this.state === 'dialling') this.dialNext(failure);
  }

  private connected(): void {
    const { request, upstream } = this;
    if (this.state !== 'dialling' || request === undefined) return;
    if (upstream === undefined) {
      if (request.kind === 'forward') this.say({ kind: 'send', to: 'server', data: Buffer.from(request.originHead, 'latin1') });
      this.open();
      return;
    }
    this.greeting = new UpstreamGreeting(upstream, request, this.options.pseudonym);
    const { bytes, isThrough } = this.greeting.open();
    this.say({ kind: 'send', to: 'server', data: bytes });
    if (isThrough) this.open();
    else {
      this.state = 'upstream';
      this.say({ kind: 'wait', ms: DIAL_WAIT });
    }
  }

  private hearUpstream(data: Uint8Array): void {
    const { greeting, request } = this;
    if (greeting === undefined || request === undefined) return;
    this.answer = joined(this.answer, data);
    const heard = greeting.hear(this.answer);
    if (heard.kind === 'more') return;
    if (heard.kind === 'refused') return this.upstreamRefused(heard.reason, heard.isHttp);
    this.answer = this.answer.subarray(heard.used);
    if (heard.kind === 'say') return this.say({ kind: 'send', to: 'server', data: heard.bytes });
    if (request.kind === 'forward') this.say({ kind: 'send', to: 'server', data: Buffer.from(request.originHead, 'latin1') });
    this.open();
    if (this.answer.length > 0) this.say({ kind: 'send', to: 'client', data: this.answer });
    this.answer = NOTHING;
  }

  /** An HTTP client gets the upstream's own answer, a challenge included, up to its close. */
  private upstreamRefused(reason: string, isHttp: boolean): void {
    if (!isHttp || this.request?.language !== 'http') return this.fail(undefined, { status: 502, reason });
    // Nothing more of the client goes to a proxy that refused it.
    this.say({ kind: 'send', to: 'client', data: lastAnswer(this.answer) }, { kind: 'wait', ms: HALF_WAIT }, { kind: 'end', to: 'server' });
    this.answer = this.held = NOTHING;
    this.body = new BodyMeter(0);
    this.state = 'open';
    this.ended.client = true;
  }

  private open(): void {
    const { request } = this;
    if (request === undefined) return;
    this.state = 'open';
    this.say({ kind: 'wait' });
    if (request.kind === 'tunnel') this.say({ kind: 'send', to: 'client', data: granted(request.language) });
    else if (request.body !== 'all') this.body = new BodyMeter(request.body);
    const early = this.held;
    this.held = NOTHING;
    if (early.length > 0) this.pass(early);
    if (this.isHolding) this.say({ kind: 'resume', from: 'client' });
    if (this.ended.client) this.say({ kind: 'end', to: 'server' });
  }

  /** Client bytes on an open way; of a plain request only its body, since what comes behind was never asked for. */
  private pass(data: Uint8Array): void {
    if (this.body === undefined) {
      this.say({ kind: 'send', to: 'server', data });
      return;
    }
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
    } else if (from === 'server') this.fail('unreachable', { status: 502, reason: 'the upstream proxy hung up' });
    else if (this.state === 'greeting') this.close();
  }

  /** A socket died: what the other still has to say or to hear has no purpose any more. */
  private gone(from: End): void {
    if (this.state === 'dialling' && from === 'server') return this.dialNext('unreachable');
    if (this.state === 'upstream' && from === 'server') return this.fail('unreachable', { status: 502, reason: 'the upstream proxy hung up' });
    // What the server said before it reset is still on its way to the client.
    if (from === 'server' && this.state === 'open') return this.close('the server reset', true);
    this.state = 'over';
    this.say({ kind: 'drop', because: `${from} went away` });
  }

  private late(): void {
    if (this.state === 'greeting') {
      if (this.greeter.isHttp) this.say({ kind: 'send', to: 'client', data: refused('http', { status: 400, reason: `the head of the request was not whole within ${HEAD_WAIT / 1000} s` }) });
      this.close('the request was not whole in time');
    } else if (this.state === 'resolving') this.fail('no-resolver', { status: 504, reason: `no resolver answered for ${this.place()}` });
    else if (this.state === 'dialling') this.dialNext('timeout');
    else if (this.state === 'open' && this.hasMoved) {
      this.hasMoved = false;
      this.say({ kind: 'wait', ms: HALF_WAIT });
    } else if (this.state === 'upstream') this.fail('timeout', { status: 504, reason: 'the upstream proxy did not answer' });
    else {
      this.state = 'over';
      this.say({ kind: 'drop', because: 'nothing moved any more' });
    }
  }

  private fail(failure: DialFailure | undefined, refusal: Refusal): void {
    this.failure = failure;
    if (this.request !== undefined) this.say({ kind: 'send', to: 'client', data: refused(this.request.language, refusal) });
    this.close(refusal.reason);
  }

  /** Lets the client take what it was told, then drops both ends. */
  private close(because = 'both ends are done', isReset = false): void {
    this.state = 'closing';
    this.say({ kind: 'finish', because, isReset }, { kind: 'wait', ms: CLOSE_WAIT });
  }

  private place(): string {
    return `${this.request?.host ?? ''}:${this.request?.port ?? 0}`;
  }

  private say(...commands: readonly TunnelCommand[]): void {
    this.commands.push(...commands);
  }
}

const NOTHING: Uint8Array = new Uint8Array(0);
const NO_COMMANDS: readonly TunnelCommand[] = [];
/** Addresses of one name that are tried. */
const ADDRESS_CAP = 8;
/** Bytes of a client that speaks before its tunnel stands: a hello with early data. More waits in its socket. */
const EARLY_CAP = 65_536;
