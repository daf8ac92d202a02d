/**
 * Connectivity checks of one 5-tuple (RFC 8445 §7): which Binding requests bore
 * the user fragments of two agents and MESSAGE-INTEGRITY, and which of them the
 * other end answered alike. Verifies no integrity: nobody without the password can.
 */
import type { Micros } from '../../../base/time.ts';
import type { WireText } from '../../../base/wire-text.ts';
import type { Side } from '../session.ts';
import type { IceFacts } from './facts.ts';
import type { StunMessage } from './message.ts';

export class IceChecks {
  private readonly usernames = new Set<WireText>();
  private readonly checks = { up: 0, down: 0 };
  private readonly answered = { up: 0, down: 0 };
  /** Checks that wait for their answer: who asked, and whether it nominated. */
  private readonly open = new Map<string, { readonly side: Side; readonly nominates: boolean }>();
  private since: { at: Micros; frame: number } | undefined;
  private nominated = false;

  /** Things kept: usernames and checks that wait. */
  get kept(): number {
    return this.usernames.size + this.open.size;
  }

  /** An answered check was seen. */
  get isProven(): boolean {
    return this.since !== undefined;
  }

  /** One Binding message of `side`. */
  note(side: Side, message: StunMessage, at: Micros, frame: number): void {
    if (message.class === 'request') this.ask(side, message);
    else if (message.class === 'success') this.answer(side, message, at, frame);
  }

  /** Undefined when there was no check. */
  facts(): IceFacts | undefined {
    const { checks, answered, since, nominated } = this;
    if (checks.up + checks.down === 0) return undefined;
    return { usernames: [...this.usernames], checks: [checks.up, checks.down], answered: [answered.up, answered.down], since, nominated };
  }

  private ask(side: Side, { username, integrity, transaction, useCandidate, classic }: StunMessage): void {
    if (classic || username === undefined || !integrity || !isPair(username)) return;
    this.checks[side]++;
    if (this.usernames.size < USERNAME_CAP) this.usernames.add(username);
    if (this.open.size >= OPEN_CAP) this.open.clear();
    this.open.set(transaction, { side, nominates: useCandidate });
  }

  private answer(side: Side, { transaction, integrity }: StunMessage, at: Micros, frame: number): void {
    const asked = this.open.get(transaction);
    if (asked === undefined || asked.side === side || !integrity) return;
    this.open.delete(transaction);
    this.answered[asked.side]++;
    this.since ??= { at, frame };
    if (asked.nominates) this.nominated = true;
  }
}

/** RFC 8445 §7.2.2: two user fragments of at least four ICE characters each (§5.3), with a colon between them. */
function isPair(username: string): boolean {
  return PAIR.test(username);
}

const PAIR = /^[A-Za-z0-9+/_=-]{3,256}:[A-Za-z0-9+/_=-]{3,256}$/;
/** User fragment pairs kept of a 5-tuple: an ICE restart brings a new one. */
const USERNAME_CAP = 4;
/** Checks without an answer that are remembered: an agent repeats one seven times at the most (RFC 8489 §6.2.1). */
const OPEN_CAP = 64;
