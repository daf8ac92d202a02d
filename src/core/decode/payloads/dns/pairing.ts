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
import { rcodeName, typeName } from './mnemonics.ts';
import { nameKey } from './name.ts';

export class Pairing {
  private readonly sink: SessionSink;
  /** In order of the last time asked, oldest first. */
  private readonly open = new Map<string, OpenQuestion>();
  /** Answers still on the way to questions that were sent again before the first answer came. */
  private readonly repeats = new Map<string, number>();

  constructor(sink: SessionSink) {
    this.sink = sink;
  }

  /** Only opcode QUERY asks a resolver; NOTIFY, UPDATE and others pass in silence. */
  hear(side: Side, message: DnsMessage, at: Micros, frame: number): void {
    if (message.opcode !== OPCODE_QUERY) return;
    if (message.response !== (side === 'down')) {
      this.sink.problem({ code: 'dns-damaged', offset: 2, detail: message.response ? 'response from the client side' : 'query from the server side' });
      return;
    }
    if (message.response) this.answer(message, at, frame);
    else for (const question of message.questions) this.ask(message.id, question, at, frame);
    this.expire(at);
  }

  /** Tells everything still open as unanswered. */
  flush(): void {
    for (const asked of this.open.values()) this.tellUnanswered(asked);
    this.open.clear();
  }

  private ask(id: number, question: DnsQuestion, at: Micros, frame: number): void {
    const key = keyOf(id, question);
    const before = this.open.get(key);
    if (before === undefined) this.repeats.delete(key);
    // Put back at the end: the wait starts anew with each try, and the map stays in that order.
    else this.open.delete(key);
    this.open.set(key, before === undefined
      ? { id, question, first: { at, frame }, lastAt: at, tries: 1 }
      : { ...before, lastAt: at, tries: before.tries + 1 });
    if (this.open.size > OPEN_CAP) this.dropOldest();
  }

  private answer(message: DnsMessage, at: Micros, frame: number): void {
    // RFC 1035 §4.1.1: FORMERR and its like may come without the question; the id alone must then tell.
    const questions = message.questions.length > 0 ? message.questions : this.onlyQuestionOf(message.id);
    for (const question of questions) {
      const key = keyOf(message.id, question);
      const asked = this.open.get(key);
      if (asked === undefined && this.isRepeat(key)) continue;
      this.open.delete(key);
      if (asked !== undefined && asked.tries > 1) this.expectRepeats(key, asked.tries - 1);
      this.sink.lookup(answered(question, asked, message, at, frame));
    }
  }

  private onlyQuestionOf(id: number): readonly DnsQuestion[] {
    const same = [...this.open.values()].filter((asked) => asked.id === id);
    return same.length === 1 ? same.map((asked) => asked.question) : [];
  }

  private isRepeat(key: string): boolean {
    const left = this.repeats.get(key);
    if (left === undefined) return false;
    if (left > 1) this.repeats.set(key, left - 1);
    else this.repeats.delete(key);
    return true;
  }

  private expectRepeats(key: string, count: number): void {
    this.repeats.set(key, count);
    if (this.repeats.size <= OPEN_CAP) return;
    for (const oldest of this.repeats.keys()) {
      this.repeats.delete(oldest);
      return;
    }
  }

  private expire(now: Micros): void {
    for (const [key, asked] of this.open) {
      if (now - asked.lastAt < ANSWER_WAIT) return;
      this.open.delete(key);
      this.tellUnanswered(asked);
    }
  }

  private dropOldest(): void {
    for (const [key, asked] of this.open) {
      this.open.delete(key);
      this.tellUnanswered(asked);
      return;
    }
  }

  private tellUnanswered(asked: OpenQuestion): void {
    this.sink.lookup({
      ...named(asked.question),
      cnames: [],
      addresses: [],
      services: [],
      rcode: 'none',
      answers: 0,
      truncated: false,
      unasked: false,
      asked: asked.first,
      tries: asked.tries,
    });
  }
}

interface OpenQuestion {
  readonly id: number;
  readonly question: DnsQuestion;
  readonly first: { readonly at: Micros; readonly frame: number };
  readonly lastAt: Micros;
  readonly tries: number;
}

function answered(question: DnsQuestion, asked: OpenQuestion | undefined, message: DnsMessage, at: Micros, frame: number): LookupFacts {
  return {
    // The name as it was asked: an answer may fold the case of a 0x20-mixed one.
    ...named(asked?.question ?? question),
    ...followChain(question.name, message.answers),
    rcode: rcodeName(message.rcode),
    answers: message.answerCount,
    truncated: message.truncated,
    unasked: asked === undefined,
    ...(asked === undefined ? {} : { asked: asked.first }),
    answered: { at, frame },
    tries: asked?.tries ?? 0,
  };
}

function named(question: DnsQuestion): Pick<LookupFacts, 'name' | 'type' | 'typeNumber'> {
  return { name: question.name.text, type: typeName(question.type), typeNumber: question.type };
}

function keyOf(id: number, question: DnsQuestion): string {
  return `${id}/${question.type}/${question.klass}/${nameKey(question.name)}`;
}

const OPCODE_QUERY = 0;
/** Stub resolvers wait 5 s per try (resolv.conf's default); a later answer still pairs while no other packet closed the question. */
export const ANSWER_WAIT: Micros = 5 * SECOND;
/** Questions open at once in one flow; a busy forwarder on one port has some dozens. */
export const OPEN_CAP = 256;
