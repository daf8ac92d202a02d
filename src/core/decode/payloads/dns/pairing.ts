/**
 * Joins questions and answers of one flow into lookups. Takes decoded messages
 * with side and time, tells the sink one lookup per question: when it is
 * answered, when its answer is overdue, when too many are open, or at the end.
 */
import type { Micros } from '../../../base/time.ts';
import { SECOND } from '../../../base/time.ts';
import type { SessionSink, Side } from '../session.ts';
import { followChain } from './chain.ts';
import type { LookupFacts } from './facts.ts';
import type { DnsMessage, DnsQuestion } from './message.ts';
import { CLASS_IN, className, opcodeName, rcodeName, TYPE_AXFR, TYPE_IXFR, typeName } from './mnemonics.ts';

export class Pairing {
  private sink: SessionSink | undefined;
  /** In order of the last time asked, oldest first. A list, because most flows ask one or two questions. */
  private readonly waiting: OpenQuestion[] = [];
  /** Answers still on the way to questions that were sent again before the first answer came. */
  private repeats: Map<string, number> | undefined;
  /** Id of the last zone transfer that was answered. */
  private transfer = -1;

  /** Begins with another flow. */
  open(sink: SessionSink): void {
    this.sink = sink;
    this.waiting.length = 0;
    this.repeats = undefined;
    this.transfer = -1;
  }

  /** Updates, notices and their like carry names as well (RFC 2136 §2.3, RFC 1996 §3.7): they are told by their opcode before the type. */
  hear(side: Side, message: DnsMessage, at: Micros, frame: number): void {
    if (message.response !== (side === 'down')) {
      this.sink?.problem({ code: 'dns-damaged', offset: 2, detail: message.response ? 'response from the client side' : 'query from the server side' });
      return;
    }
    if (message.response) this.answer(message, at, frame);
    else for (const question of message.questions) this.ask(message.id, message.opcode, question, at, frame);
    this.expire(at);
  }

  /** Memory that the open questions take, about. */
  get size(): number {
    return (this.waiting.length + (this.repeats?.size ?? 0)) * QUESTION_SIZE;
  }

  /** No question is open, and nothing is known that a later message would be read by. */
  get isIdle(): boolean {
    return this.waiting.length === 0 && (this.repeats?.size ?? 0) === 0 && this.transfer < 0;
  }

  /** Tells everything still open as unanswered. */
  flush(): void {
    for (const asked of this.waiting) this.tellUnanswered(asked);
    this.waiting.length = 0;
  }

  private ask(id: number, opcode: number, question: DnsQuestion, at: Micros, frame: number): void {
    const before = this.take(id, question);
    if (before === undefined) this.repeats?.delete(keyOf(id, question));
    // Put back at the end: the wait starts anew with each try, and the list stays in that order.
    this.waiting.push(before === undefined
      ? { id, opcode, question, first: { at, frame }, lastAt: at, tries: 1 }
      : { id, opcode, question: before.question, first: before.first, lastAt: at, tries: before.tries + 1 });
    if (this.waiting.length > OPEN_CAP) this.dropOldest();
  }

  /** The open question of this id, name and type, which is open no longer. */
  private take(id: number, question: DnsQuestion): OpenQuestion | undefined {
    for (let at = 0; at < this.waiting.length; at++) {
      const asked = this.waiting[at];
      if (asked?.id === id && isSame(asked.question, question)) {
        this.waiting.splice(at, 1);
        return asked;
      }
    }
    return undefined;
  }

  private answer(message: DnsMessage, at: Micros, frame: number): void {
    // RFC 1035 §4.1.1: FORMERR and its like may come without the question; the id alone must then tell.
    const questions = message.questions.length > 0 ? message.questions : this.onlyQuestionOf(message.id);
    for (const question of questions) {
      const asked = this.take(message.id, question);
      if (asked === undefined && (this.isRepeat(message.id, question) || this.isTransferred(message.id, question))) continue;
      if (isTransfer(question)) this.transfer = message.id;
      if (asked !== undefined && asked.tries > 1) this.expectRepeats(keyOf(message.id, question), asked.tries - 1);
      this.sink?.lookup(answered(question, asked, message, at, frame));
    }
  }

  private onlyQuestionOf(id: number): readonly DnsQuestion[] {
    const same = this.waiting.filter((asked) => asked.id === id);
    return same.length === 1 ? same.map((asked) => asked.question) : [];
  }

  /** RFC 5936 §2.2: a zone comes in many messages, each of which may hold the question. */
  private isTransferred(id: number, question: DnsQuestion): boolean {
    return this.transfer === id && isTransfer(question);
  }

  private isRepeat(id: number, question: DnsQuestion): boolean {
    if (this.repeats === undefined) return false;
    const key = keyOf(id, question);
    const left = this.repeats.get(key);
    if (left === undefined) return false;
    if (left > 1) this.repeats.set(key, left - 1);
    else this.repeats.delete(key);
    return true;
  }

  private expectRepeats(key: string, count: number): void {
    this.repeats ??= new Map();
    this.repeats.set(key, count);
    if (this.repeats.size <= OPEN_CAP) return;
    for (const oldest of this.repeats.keys()) {
      this.repeats.delete(oldest);
      return;
    }
  }

  private expire(now: Micros): void {
    for (let asked = this.waiting[0]; asked !== undefined && now - asked.lastAt >= ANSWER_WAIT; asked = this.waiting[0]) this.dropOldest();
  }

  private dropOldest(): void {
    const oldest = this.waiting.shift();
    if (oldest !== undefined) this.tellUnanswered(oldest);
  }

  private tellUnanswered(asked: OpenQuestion): void {
    this.sink?.lookup({
      name: asked.question.name.text,
      type: typeOf(asked.opcode, asked.question),
      typeNumber: asked.question.type,
      cnames: [],
      addresses: [],
      services: [],
      rcode: 'none',
      answers: 0,
      truncated: false,
      unasked: false,
      asked: asked.first,
      answered: undefined,
      tries: asked.tries,
    });
  }
}

/** `A` for what nearly everybody asks; `CH TXT` and `UPDATE SOA` for the rest. */
function typeOf(opcode: number, { type, klass }: DnsQuestion): string {
  const name = klass === CLASS_IN ? typeName(type) : `${className(klass)} ${typeName(type)}`;
  return opcode === OPCODE_QUERY ? name : `${opcodeName(opcode)} ${name}`;
}

function isTransfer({ type }: DnsQuestion): boolean {
  return type === TYPE_AXFR || type === TYPE_IXFR;
}

interface OpenQuestion {
  readonly id: number;
  readonly opcode: number;
  readonly question: DnsQuestion;
  readonly first: { readonly at: Micros; readonly frame: number };
  readonly lastAt: Micros;
  readonly tries: number;
}

function answered(question: DnsQuestion, asked: OpenQuestion | undefined, message: DnsMessage, at: Micros, frame: number): LookupFacts {
  const { cnames, addresses, services } = followChain(question.name, message.answers);
  // The name as it was asked: an answer may fold the case of a 0x20-mixed one.
  const told = asked?.question ?? question;
  return {
    name: told.name.text,
    type: typeOf(message.opcode, told),
    typeNumber: told.type,
    cnames,
    addresses,
    services,
    rcode: rcodeName(message.rcode),
    answers: message.answerCount,
    truncated: message.truncated,
    unasked: asked === undefined,
    asked: asked?.first,
    answered: { at, frame },
    tries: asked?.tries ?? 0,
  };
}

function isSame(one: DnsQuestion, other: DnsQuestion): boolean {
  return one.type === other.type && one.klass === other.klass && one.name.key === other.name.key;
}

function keyOf(id: number, question: DnsQuestion): string {
  return `${id}/${question.type}/${question.klass}/${question.name.key}`;
}

const OPCODE_QUERY = 0;
/** Stub resolvers wait 5 s per try (resolv.conf's default); a later answer still pairs while no other packet closed the question. */
export const ANSWER_WAIT: Micros = 5 * SECOND;
/** Questions open at once in one flow; a busy forwarder on one port has some dozens. */
export const OPEN_CAP = 256;
/** Bytes that an open question takes with its name, about. */
const QUESTION_SIZE = 512;
