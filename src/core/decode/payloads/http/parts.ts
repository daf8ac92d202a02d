/**
 * The destinations that the requests of one flow ask for, in the order of
 * their first request. Takes request heads and byte counts, gives the parts;
 * holds a bounded number of them and counts what is beyond.
 */
import type { Draft } from '../../../base/draft.ts';
import type { Micros } from '../../../base/time.ts';
import type { Side } from '../session.ts';
import type { Authority } from './authority.ts';
import type { HttpFacts, HttpPart } from './facts.ts';
import type { RequestHead } from './head.ts';

/** A part while its flow lives. Times are plain fields, since each packet moves them. */
export interface OpenPart extends Draft<Omit<HttpPart, 'methods' | 'first' | 'last'>> {
  readonly methods: string[];
  readonly firstAt: Micros;
  readonly firstFrame: number;
  lastAt: Micros;
  lastFrame: number;
}

export class Parts {
  /** Destinations beyond the cap; one that returns after another is counted again. */
  more = 0;
  private readonly byKey = new Map<string, OpenPart>();
  private beyond = '';
  private readonly current: { up: OpenPart | undefined; down: OpenPart | undefined } = { up: undefined, down: undefined };

  get size(): number {
    return this.kept + this.more;
  }

  /** Those that take memory. */
  get kept(): number {
    return this.byKey.size;
  }

  /**
   * The part of a request, to which the client's bytes belong from now on. An
   * origin-form request with conflicting Hosts makes a part of each, since the
   * server's choice is unknown; beside a target with an authority Host has no
   * say (RFC 9112 §3.2.2). Undefined when there is no room for another part.
   */
  ask(head: RequestHead, at: Micros, frame: number): OpenPart | undefined {
    const [first, ...others] = head.asked;
    const part = this.take(head, first, at, frame);
    if (head.form === 'origin') for (const other of others) this.take(head, other, at, frame);
    this.current.up = part;
    this.current.down ??= part;
    return part;
  }

  /** The server's bytes belong to `part` from now on. */
  answer(part: OpenPart | undefined): void {
    this.current.down = part;
  }

  /** The bytes of a side belong to `part` from now on. */
  turn(side: Side, part: OpenPart): void {
    this.current[side] = part;
  }

  /** Bytes of a side passed. */
  count(side: Side, length: number, at: Micros, frame: number): void {
    const part = this.current[side];
    if (part === undefined) return;
    part[side] += length;
    // Bytes that were kept back are counted later than they came.
    if (length === 0 || at < part.lastAt) return;
    part.lastAt = at;
    part.lastFrame = frame;
  }

  facts(): HttpPart[] {
    return Array.from(this.byKey.values(), ({ firstAt, firstFrame, lastAt, lastFrame, ...part }) => ({
      ...part,
      first: { at: firstAt, frame: firstFrame },
      last: { at: lastAt, frame: lastFrame },
    }));
  }

  /**
   * Parts that requests inside the tunnel make beside the one that asked for
   * it. The same host and port are that part, which takes over a credential;
   * others are asked of the proxy (`absolute`), as the flow's server is not
   * where they go.
   */
  adopt(inner: HttpFacts, outer = this.current.up): HttpPart[] {
    this.more += inner.moreParts;
    return inner.parts.flatMap((part): HttpPart[] => {
      const port = part.port ?? outer?.port;
      if (part.host === undefined || (outer?.host?.toLowerCase() === part.host.toLowerCase() && outer.port === port)) {
        if (outer !== undefined && part.credentialScheme !== undefined) outer.credentialScheme ??= part.credentialScheme;
        return [];
      }
      return [{ ...part, form: part.form === 'origin' ? 'absolute' : part.form, ...(port === undefined ? {} : { port }) }];
    });
  }

  /**
   * Parts of the requests that follow an upgrade to HTTP/2 on the same
   * connection. What is asked of the same host is the upgraded part's; others
   * stand beside it with their own bytes.
   */
  continueWith(next: HttpFacts): HttpPart[] {
    this.more += next.moreParts;
    const outer = this.current.up;
    if (outer === undefined) return [...next.parts];
    const others: HttpPart[] = [];
    for (const part of next.parts) {
      if (part.host === undefined || (outer.host?.toLowerCase() === part.host.toLowerCase() && outer.port === part.port)) {
        outer.requests += part.requests;
        for (const method of part.methods) if (outer.methods.length < METHOD_CAP && !outer.methods.includes(method)) outer.methods.push(method);
        if (part.credentialScheme !== undefined) outer.credentialScheme ??= part.credentialScheme;
      } else {
        outer.up = Math.max(0, outer.up - part.up);
        outer.down = Math.max(0, outer.down - part.down);
        others.push(part);
      }
    }
    return others;
  }

  private take(head: RequestHead, asked: Authority | undefined, at: Micros, frame: number): OpenPart | undefined {
    const key = `${head.form} ${asked?.host.toLowerCase() ?? ''} ${asked?.port ?? ''}`;
    let part = this.byKey.get(key);
    if (part === undefined && this.byKey.size >= PART_CAP) {
      if (key !== this.beyond) this.more++;
      this.beyond = key;
      return undefined;
    }
    if (part === undefined) {
      part = opened(head.form, asked, at, frame);
      this.byKey.set(key, part);
    }
    part.requests++;
    if (part.methods.length < METHOD_CAP && !part.methods.includes(head.method)) part.methods.push(head.method);
    if (head.upgrade !== undefined) part.upgrade ??= head.upgrade;
    if (head.credentialScheme !== undefined) part.credentialScheme ??= head.credentialScheme;
    return part;
  }
}

/**
 * A response to the part came: the first one counts, and after 407 the next
 * (RFC 9110 §15.5.8). A proxy refused the part when all of them were its own errors.
 */
export function noteStatus(part: OpenPart, status: number, proxyError = false): void {
  if (!proxyError) delete part.refusal;
  else if (part.status === undefined || part.refusal !== undefined) part.refusal = String(status);
  if (part.status === undefined || part.status === PROXY_AUTHENTICATION) part.status = status;
}

function opened(form: HttpPart['form'], asked: Authority | undefined, at: Micros, frame: number): OpenPart {
  return {
    form,
    ...(asked === undefined ? {} : { host: asked.host }),
    ...(asked?.port === undefined ? {} : { port: asked.port }),
    methods: [],
    switched: false,
    requests: 0,
    up: 0,
    down: 0,
    firstAt: at,
    firstFrame: frame,
    lastAt: at,
    lastFrame: frame,
  };
}

const PROXY_AUTHENTICATION = 407;
/** Clients pool connections per origin; only proxies and tests see more than a few destinations on one. */
export const PART_CAP = 64;
/** Ordinary use has five; made-up methods are not worth memory. */
const METHOD_CAP = 8;
/** Bytes that a part takes with its host and methods, about. */
export const PART_SIZE = 512;
