/** The distinct destinations that the requests of one flow asked for, each with its tallies. */
import type { Micros } from '../../../base/time.ts';
import type { WireText } from '../../../base/wire-text.ts';
import type { HttpPart } from './facts.ts';

/** A destination as one request named it. */
export interface Asked {
  readonly form: HttpPart['form'];
  readonly host: WireText | undefined;
  readonly port: number | undefined;
}

/** One part while it grows. */
export interface Part extends Asked {
  readonly methods: string[];
  upgrade?: WireText;
  switched: boolean;
  status?: number;
  requests: number;
  readonly first: { readonly at: Micros; readonly frame: number };
  last: { readonly at: Micros; readonly frame: number };
  up: number;
  down: number;
  credentialScheme?: string;
}

export class Parts {
  /** Past {@link PART_CAP}: counted at each change of destination, so one seen again after another counts again. */
  more = 0;
  private readonly byKey = new Map<string, Part>();
  private lastBeyond = '';

  /** The part for this destination, made if it is new; undefined past the cap. */
  find(asked: Asked, at: Micros, frame: number): Part | undefined {
    const key = `${asked.form} ${asked.port ?? ''} ${asked.host?.toLowerCase() ?? ''}`;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    if (this.byKey.size >= PART_CAP) {
      if (key !== this.lastBeyond) this.more++;
      this.lastBeyond = key;
      return undefined;
    }
    const when = { at, frame };
    const part: Part = { ...asked, methods: [], switched: false, requests: 0, first: when, last: when, up: 0, down: 0 };
    this.byKey.set(key, part);
    return part;
  }

  list(): readonly HttpPart[] {
    return [...this.byKey.values()].map(freeze);
  }
}

/** Adds one request to a part. */
export function countRequest(part: Part, method: string, at: Micros, frame: number): void {
  part.requests++;
  part.last = { at, frame };
  if (part.methods.length < METHOD_CAP && !part.methods.includes(method)) part.methods.push(method);
}

function freeze({ host, port, ...part }: Part): HttpPart {
  return { ...part, methods: [...part.methods], ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
}

/** Clients pool connections per origin; only proxies and tests see more than a few destinations on one. */
export const PART_CAP = 64;
/** Ordinary use has five; made-up methods are not worth memory. */
const METHOD_CAP = 8;
