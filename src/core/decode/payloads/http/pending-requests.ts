/** Requests of one flow that wait for their response, oldest first (RFC 9112 §9.3.2: responses come in order). */
import type { OpenPart } from './parts.ts';

export interface Pending {
  readonly part: OpenPart | undefined;
  /** Its response has no body. */
  readonly head: boolean;
  /** What may end HTTP on this connection. */
  readonly wants: 'tunnel' | 'upgrade' | undefined;
  /** Port asked for, 0 when none was. */
  readonly port: number;
}

export class PendingRequests {
  private readonly waiting: Pending[] = [];
  /** Requests behind the last of {@link waiting} that were not kept. */
  private uncounted = 0;
  private missed = false;

  add(request: Pending): void {
    if (this.waiting.length >= WAITING_CAP || this.uncounted > 0) this.uncounted++;
    else this.waiting.push(request);
  }

  /** The request that the next final response answers; undefined when it was not seen or not kept. */
  answer(): Pending | undefined {
    if (this.missed && this.uncounted === 0) this.waiting.splice(0, this.waiting.length - 1);
    this.missed = false;
    if (this.waiting.length === 0 && this.uncounted > 0) this.uncounted--;
    return this.waiting.shift();
  }

  /** Responses may have been lost: the next one seen most likely answers the newest request, since few clients pipeline. */
  unsure(): void {
    this.missed = true;
  }
}

/** No client in use pipelines more than a few dozen. */
const WAITING_CAP = 256;
