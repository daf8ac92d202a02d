/**
 * What DNS answers teach: takes the lookups of one scope in order of time, and
 * tells the name book which addresses each name has, be it by the answer
 * itself, by the hints of a service binding or by a chain that several answers
 * make. Decides which answers are believed; keeps no answer.
 */
import { classOf } from '../base/address.ts';
import { seenHost } from '../base/host-name.ts';
import type { ProblemCode } from '../base/problem.ts';
import { SECOND, type Micros } from '../base/time.ts';
import { wireText, type WireText } from '../base/wire-text.ts';
import type { NameBook } from './name-book.ts';
import type { LookupObservation } from './observation.ts';

export class Answers {
  private readonly book: NameBook;
  private readonly problem: (code: ProblemCode) => void;
  private earliest: Micros = Number.POSITIVE_INFINITY;
  /** A question was seen: this recording shows both directions. */
  private isAsking = false;
  /** By target: names that answers lead from there. */
  private readonly aliases = new Map<string, Alias[]>();
  /** When the answer to this question came over UDP and was cut. */
  private readonly cut = new Map<string, Micros>();

  constructor(book: NameBook, problem: (code: ProblemCode) => void) {
    this.book = book;
    this.problem = problem;
  }

  /** Something of the scope happened at `at`. */
  begin(at: Micros): void {
    if (at < this.earliest) this.earliest = at;
  }

  learn(seen: LookupObservation): void {
    if (seen.asked !== undefined && seen.rcode !== UNSEEN) this.isAsking = true;
    const at = seen.answered?.at;
    if (at === undefined || (seen.addresses.length === 0 && seen.cnames.length === 0 && seen.services.length === 0)) return;
    if (this.isForeign(seen, at)) {
      this.problem('dns-unasked');
      return;
    }
    const name = wireText(seenHost(seen.name));
    for (const { address, ttl } of seen.addresses) this.bind(name, address, ttl, at);
    if (seen.services.length > 0) this.learnServices(seen, name, at);
    const end = seen.cnames.at(-1);
    if (end !== undefined && seen.addresses.length === 0) this.lead(name, end, ALIAS_LIFE, at);
  }

  /** Whether this is the same question as before, over TCP since the first answer was cut (RFC 7766 §5). Asked in order of time. */
  carriesOn(seen: LookupObservation): boolean {
    if (seen.truncated && seen.transport === 'udp') {
      if (this.cut.size >= CUT_CAP) for (const oldest of this.cut.keys()) { this.cut.delete(oldest); break; }
      this.cut.set(questionOf(seen), seen.at);
      return false;
    }
    if (this.cut.size === 0 || seen.transport !== 'tcp' || seen.answered === undefined) return false;
    const before = this.cut.get(questionOf(seen));
    return before !== undefined && seen.at >= before && seen.at - before <= RETRY_WAIT;
  }

  /**
   * An answer to a question that was not asked is anybody's word: a client takes none. It is believed only in the
   * first seconds, when the question may have been asked before, and in a recording that shows no question at all.
   */
  private isForeign({ unasked }: LookupObservation, at: Micros): boolean {
    return unasked && this.isAsking && at - this.earliest > UNASKED_GRACE;
  }

  /** RFC 9460 §2.4, §7.3: a target `.` is the owner itself; whatever the target, the client still asks it for the owner's name. */
  private learnServices(seen: LookupObservation, name: WireText, at: Micros): void {
    const host = wireText(name.replace(SERVICE_LABELS, ''));
    for (const { hints, target, ttl = 0 } of seen.services) {
      for (const hint of hints) this.bind(host, hint, ttl, at);
      if (target !== ROOT) this.lead(host, target, Math.max(ttl, ALIAS_LIFE), at);
    }
  }

  /** Names that lead here have the address as well; as long as the shorter of the two lives. */
  private bind(name: WireText, address: string, ttl: number, at: Micros): void {
    this.book.learn(name, address, ttl, at);
    if (!this.aliases.has(name)) return;
    const told = new Set<string>([name]);
    const next: string[] = [name];
    for (let target = next.pop(); target !== undefined && told.size < SPREAD_CAP; target = next.pop()) {
      for (const alias of this.aliases.get(target) ?? []) {
        if (alias.until < at || told.has(alias.name) || told.size >= SPREAD_CAP) continue;
        told.add(alias.name);
        next.push(alias.name);
        this.book.learn(alias.name, address, Math.min(ttl, (alias.until - at) / SECOND), at);
      }
    }
  }

  /** `name` is found at `target`, which other answers give its addresses, before or after. */
  private lead(name: WireText, target: WireText, ttl: number, at: Micros): void {
    const end = wireText(seenHost(target));
    if (end === name) return;
    const known = this.aliases.get(end);
    const until = at + ttl * SECOND;
    const alias = known?.find((one) => one.name === name);
    if (alias !== undefined) alias.until = Math.max(alias.until, until);
    else if (known !== undefined && known.length < ALIASES_PER_NAME_CAP) known.push({ name, until });
    else if (known === undefined && this.aliases.size < ALIAS_CAP) this.aliases.set(end, [{ name, until }]);
    else this.problem('dns-cap');
    for (const { address, until: live } of this.book.addressesAt(end, at)) this.book.learn(name, address, (live - at) / SECOND, at);
  }
}

/** All names that an answer leads on to: its CNAME chain, then the targets of service bindings. */
export function ledNames({ cnames, services }: LookupObservation): readonly WireText[] {
  if (services.length === 0) return cnames;
  return [...cnames, ...services.map(({ target }) => target).filter((target) => target !== ROOT)];
}

/** All addresses that an answer leads to: answered ones, then hints of service bindings. */
export function ledAddresses({ addresses, services }: LookupObservation): readonly string[] {
  const led: string[] = [];
  for (const { address } of addresses) led.push(address);
  for (const { hints } of services) led.push(...hints);
  return led;
}

/** A question put to the link (mDNS, LLMNR, NetBIOS), which neighbours answer and no resolver forwards (RFC 6762 §3, RFC 4795 §2). */
export function isOfLink({ address, port }: { readonly address: string; readonly port: number }): boolean {
  return LINK_PORTS.has(port) && classOf(address) !== 'public';
}

/** Whether a name asks for the settings of a proxy (WPAD), below whatever search domain. */
export function asksForProxy(name: string): boolean {
  return name === 'wpad' || name.startsWith('wpad.');
}

interface Alias {
  readonly name: WireText;
  until: Micros;
}

function questionOf({ client, resolver, name, typeNumber }: LookupObservation): string {
  return `${client.address} ${resolver.address} ${typeNumber} ${seenHost(name)}`;
}

const ROOT = '.';
/** How questions to the link end: their answers come in other flows, from whoever likes. */
const UNSEEN = 'unseen';
/** `_443._https.` before a host (RFC 9460 §2.3). */
const SERVICE_LABELS = /^(?:_[a-z0-9-]{1,15}\.){1,3}/;
/** mDNS, LLMNR and the NetBIOS name service. */
const LINK_PORTS: ReadonlySet<number> = new Set([5353, 5355, 137]);
/** As long as a client waits for an answer: what comes within it may have been asked before the recording began. */
const UNASKED_GRACE: Micros = 5 * SECOND;
/** Clients turn to TCP at once; connecting and asking take a few round trips. */
const RETRY_WAIT: Micros = 5 * SECOND;
/** Seconds that an alias without addresses is followed at least: its next step is asked for at once. */
const ALIAS_LIFE = 300;
/** Targets of aliases remembered, about 10 MB at worst: only answers without an address of their own make them. */
const ALIAS_CAP = 20_000;
/** Names that lead to one target: large CDNs serve dozens of an app's hosts from one name. */
const ALIASES_PER_NAME_CAP = 64;
/** Names that one address is given by aliases: bounds the work of one answer. */
const SPREAD_CAP = 64;
/** Cut answers waiting for their question over TCP. */
const CUT_CAP = 256;
