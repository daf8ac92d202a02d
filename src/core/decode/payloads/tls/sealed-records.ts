/**
 * What the lengths of application-data records tell. Up to TLS 1.2 each of them
 * is application data. In TLS 1.3 the rest of the handshake, alerts and tickets
 * travel in them too, and only length and order tell those apart: a Finished
 * and an alert have a length fixed by the cipher suite (RFC 8446 §4.4.4, §5.2,
 * §6); a server answers the client's flight with tickets before it answers
 * what the client asked. Padding, which nobody uses, would hide all of it.
 */
import type { Side } from '../session.ts';

/** What must be known of the hellos to read lengths. */
export interface SealedContext {
  readonly tls13: boolean;
  readonly cipher: number;
  readonly earlyData: boolean;
  readonly ticketsWelcome: boolean;
}

export class SealedRecords {
  private readonly up: number[] = [];
  private readonly answers: number[] = [];
  private downs = 0;

  /** Ready for the records of another connection. */
  reset(): void {
    this.up.length = this.answers.length = this.downs = 0;
  }

  /** A record of type 23 with `length` bytes of body. */
  add(side: Side, length: number, context: SealedContext): void {
    if (side === 'up') {
      if (this.up.length < MOST_LENGTHS) this.up.push(length);
      return;
    }
    this.downs++;
    if (this.hasAnswered(context) && this.answers.length < MOST_LENGTHS) this.answers.push(length);
  }

  /** TLS 1.3: the client answered the server's flight with an alert. Early data, which comes first, hides it. */
  refused(context: SealedContext): boolean {
    return context.tls13 && !context.earlyData && this.up[0] === alertLength(context.cipher);
  }

  /** Whether the side has sent application data. */
  carried(side: Side, context: SealedContext): boolean {
    if (!context.tls13) return side === 'up' ? this.up.length > 0 : this.downs > 0;
    return side === 'up' ? this.clientCarried(context) : this.serverCarried(context);
  }

  private clientCarried(context: SealedContext): boolean {
    if (context.earlyData && this.up.length > 0) return true;
    // A client that packs certificate and Finished into one record has none of the exact length: then the first is it.
    const finished = Math.max(0, this.up.indexOf(finishedLength(context.cipher)));
    const alert = alertLength(context.cipher);
    for (let index = finished + 1; index < this.up.length; index++) if (this.up[index] !== alert) return true;
    return false;
  }

  private serverCarried(context: SealedContext): boolean {
    const ticket = this.answers[0] ?? 0;
    let after = 0;
    if (context.ticketsWelcome && ticket >= SHORTEST_TICKET) {
      while (after < MOST_TICKETS && this.answers[after] === ticket) after++;
    }
    const alert = alertLength(context.cipher);
    for (let index = after; index < this.answers.length; index++) if (this.answers[index] !== alert) return true;
    return false;
  }

  /** The client's own flight has begun, so the server's is over. */
  private hasAnswered(context: SealedContext): boolean {
    return context.earlyData ? this.up.includes(finishedLength(context.cipher)) : this.up.length > 0;
  }
}

function finishedLength(cipher: number): number {
  return MESSAGE_HEADER + (SHA384.has(cipher) ? 48 : 32) + CONTENT_TYPE + tagLength(cipher);
}

function alertLength(cipher: number): number {
  return ALERT + CONTENT_TYPE + tagLength(cipher);
}

function tagLength(cipher: number): number {
  return cipher === AES_128_CCM_8 ? 8 : 16;
}

const MESSAGE_HEADER = 4;
const ALERT = 2;
const CONTENT_TYPE = 1;
const AES_128_CCM_8 = 0x1305;
/** TLS_AES_256_GCM_SHA384; every other suite of RFC 8446 hashes with SHA-256. */
const SHA384: ReadonlySet<number> = new Set([0x1302]);
/** Lengths kept of a side: a client's flight has at most four records, tickets at most four, and then one is enough. */
const MOST_LENGTHS = 16;
/** Most tickets that a server sends at once: rustls sent 4, OpenSSL sends 2. All of one handshake are equally long. */
const MOST_TICKETS = 4;
/** A ticket of 32 bytes (session id of a cache) in NewSessionTicket, with content type and tag (RFC 8446 §4.6.1). */
const SHORTEST_TICKET = 64;
