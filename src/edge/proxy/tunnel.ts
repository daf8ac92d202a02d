/**
 * One client of the proxy as a pure state machine: events in, commands out.
 * Listens to who is asked for, has the name resolved once, has exactly that
 * address dialled, and then passes bytes both ways unread. Knows no socket, no
 * clock and no policy: what admits a destination is handed in.
 */
import type { DialFailure } from '../../core/observe/observation.ts';
import { refuseAddresses, unreached, unresolved, wayOf, type Failing } from './admission.ts';
import { granted, refused } from './answers.ts';
import { BodyMeter } from './body.ts';
import { EarlyBytes } from './early-bytes.ts';
import { Greeter } from './greeter.ts';
import type { ProxyRequest } from './request.ts';
import { other, type End, type Tunnelled, type TunnelCommand, type TunnelEvent, type TunnelOptions } from './tunnel-words.ts';
import type { Upstream } from './upstream.ts';
import { lastAnswer, UpstreamGreeting } from './upstream-greeting.ts';
import { CLOSE_WAIT, DIAL_WAIT, HALF_WAIT, HEAD_WAIT, IDENTIFY_WAIT, NEXT_WAIT, RESOLVE_WAIT } from './waits.ts';

type State = 'greeting' | 'resolving' | 'dialling' | 'identifying' | 'upstream' | 'open' | 'closing' | 'over';

export class Tunnel {
  private readonly options: TunnelOptions;
  private readonly greeter: Greeter;
  private state: State = 'greeting';
  private commands: TunnelCommand[] = [];
  private readonly early = new EarlyBytes();
  private request: ProxyRequest | undefined;
  private upstream: Upstream | undefined;
  private greeting: UpstreamGreeting | undefined;
  private body: BodyMeter | undefined;
  private addresses: readonly string[] = [];
  private dialled: string | undefined;
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
    else if (event.kind === 'unresolved') this.fail(unresolved(this.options, this.request, this.upstream, event.failure));
    else if (event.kind === 'identified') this.identified();
    else if (event.kind === 'connected' || event.kind === 'unconnected') this.answered(event.kind === 'connected' ? undefined : event.failure);
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
      this.early.add(data);
      if (this.state === 'greeting') this.listen();
      else if (this.early.fills()) this.say({ kind: 'pause', from: 'client' });
    }
  }

  private listen(): void {
    while (this.state === 'greeting' && this.early.bytes.length > 0) {
      const heard = this.greeter.hear(this.early.bytes);
      if (heard.kind === 'more') return;
      if (heard.kind === 'refused') {
        return this.whenIdentified(() => {
          this.say({ kind: 'send', to: 'client', data: heard.answer ?? refused(heard.language, heard.refusal) });
          this.close(heard.refusal.reason);
        });
      }
      this.early.used(heard.used);
      if (heard.kind === 'say') this.say({ kind: 'send', to: 'client', data: heard.bytes });
      else this.ask(heard.request);
    }
  }

  private ask(request: ProxyRequest): void {
    this.request = request;
    const way = wayOf(this.options, request);
    if ('refusal' in way) return this.fail(way);
    this.upstream = way.upstream;
    this.state = 'resolving';
    this.say({ kind: 'wait', ms: RESOLVE_WAIT }, { kind: 'resolve', name: this.upstream?.host ?? request.host });
  }

  private resolved(addresses: readonly string[]): void {
    if (this.state !== 'resolving' || this.request === undefined) return;
    const refusal = this.upstream === undefined ? refuseAddresses(this.options, this.request, addresses) : undefined;
    if (refusal !== undefined) return this.fail(refusal);
    this.addresses = addresses.slice(0, ADDRESS_CAP);
    this.dialNext('unreachable');
  }

  private dialNext(last: DialFailure): void {
    const [address, ...rest] = this.addresses;
    if (address === undefined) return this.fail(unreached(last, this.upstream === undefined ? this.place() : 'the upstream proxy'));
    this.addresses = rest;
    this.dialled = address;
    this.state = 'dialling';
    this.say({ kind: 'wait', ms: rest.length > 0 ? NEXT_WAIT : DIAL_WAIT }, { kind: 'dial', address, port: this.upstream?.port ?? this.request?.port ?? 0 });
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

  private answered(failure: DialFailure | undefined): void {
    if (this.state !== 'dialling') return;
    if (failure === undefined) this.whenIdentified(() => this.connected());
    else this.dialNext(failure);
  }

  private connected(): void {
    const { request, upstream } = this;
    if (request === undefined) return;
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
    const heard = greeting.hear(data);
    if (heard.kind === 'more') return;
    if (heard.kind === 'refused') return this.upstreamRefused(heard.reason, heard.isHttp ? greeting.rest : undefined);
    if (heard.kind === 'say') return this.say({ kind: 'send', to: 'server', data: heard.bytes });
    if (request.kind === 'forward') this.say({ kind: 'send', to: 'server', data: Buffer.from(request.originHead, 'latin1') });
    this.open();
    if (greeting.rest.length > 0) this.say({ kind: 'send', to: 'client', data: greeting.rest });
  }

  /** An HTTP client gets the upstream's own answer, a challenge included, up to its close. */
  private upstreamRefused(reason: string, answer: Uint8Array | undefined): void {
    if (answer === undefined || this.request?.language !== 'http') return this.fail({ refusal: { status: 502, reason } });
    // Nothing more of the client goes to a proxy that refused it.
    this.say({ kind: 'send', to: 'client', data: lastAnswer(answer) }, { kind: 'wait', ms: HALF_WAIT }, { kind: 'end', to: 'server' });
    this.early.release();
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
    const { bytes, wasFull } = this.early.release();
    if (bytes.length > 0) this.pass(bytes);
    if (wasFull) this.say({ kind: 'resume', from: 'client' });
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
    } else if (from === 'server') this.serverLost();
    else if (this.state === 'greeting') this.close();
  }

  /** A socket died: what the other still has to say or to hear has no purpose any more. */
  private gone(from: End): void {
    if (this.state === 'dialling' && from === 'server') return this.dialNext('unreachable');
    if ((this.state === 'upstream' || this.state === 'identifying') && from === 'server') return this.serverLost();
    // What the server said before it reset is still on its way to the client.
    if (from === 'server' && this.state === 'open') return this.close('the server reset', true);
    this.state = 'over';
    this.say({ kind: 'drop', because: `${from} went away` });
  }

  private serverLost(): void {
    // What has failed already is only waiting to be told.
    if (this.failure === undefined) this.fail({ failure: 'unreachable', refusal: { status: 502, reason: `${this.upstream === undefined ? this.place() : 'the upstream proxy'} hung up` } });
  }

  private late(): void {
    if (this.state === 'identifying') this.identified();
    else if (this.state === 'greeting') {
      if (this.greeter.isHttp) this.say({ kind: 'send', to: 'client', data: refused('http', { status: 400, reason: `the head of the request was not whole within ${HEAD_WAIT / 1000} s` }) });
      this.close('the request was not whole in time');
    } else if (this.state === 'resolving') this.fail(unresolved(this.options, this.request, this.upstream, 'no-resolver', true));
    else if (this.state === 'dialling') this.dialNext('timeout');
    else if (this.state === 'open' && this.hasMoved) {
      this.hasMoved = false;
      this.say({ kind: 'wait', ms: HALF_WAIT });
    } else if (this.state === 'upstream') this.fail(unreached('timeout', 'the upstream proxy'));
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

  private place(): string {
    return `${this.request?.host ?? ''}:${this.request?.port ?? 0}`;
  }

  private say(...commands: readonly TunnelCommand[]): void {
    this.commands.push(...commands);
  }
}

const NO_COMMANDS: readonly TunnelCommand[] = [];
/** Addresses of one name that are tried. */
const ADDRESS_CAP = 8;
