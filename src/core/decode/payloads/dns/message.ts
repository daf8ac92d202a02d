/**
 * One DNS message (RFC 1035 §4). Takes its bytes, gives header, questions, the
 * answer section and EDNS; other sections are walked, not kept. What was read
 * before a damaged record stays, nothing after it is trusted. Never throws;
 * time is linear in the length.
 */
import { Bytes } from '../../../base/bytes.ts';
import { TYPE_OPT } from './mnemonics.ts';
import { HEADER_LENGTH, readName, skipName, type DnsName } from './name.ts';
import { readRecord, type DnsRecord } from './record.ts';

export interface DnsQuestion {
  readonly name: DnsName;
  readonly type: number;
  readonly klass: number;
}

/** EDNS(0), RFC 6891 §6.1.3. */
interface Edns {
  readonly payloadSize: number;
  readonly version: number;
  readonly dnssecOk: boolean;
}

export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly truncated: boolean;
  /** With the upper bits of EDNS, when there are any. */
  readonly rcode: number;
  readonly questions: readonly DnsQuestion[];
  /** At most {@link RECORD_CAP}. */
  readonly answers: readonly DnsRecord[];
  /** Answer records that could be walked, kept or not. */
  readonly answerCount: number;
  readonly edns?: Edns | undefined;
  /** Where reading stopped, when the message ends or breaks before its counts are reached. */
  readonly damage?: { readonly offset: number; readonly detail: string } | undefined;
}

/** Decodes `data`, which must be exactly one message without a length prefix. Undefined when it is shorter than a header. At most `kept` questions are. */
export function decodeMessage(data: Uint8Array, kept = QUESTION_CAP): DnsMessage | undefined {
  if (data.length < HEADER_LENGTH) return undefined;
  const bytes = new Bytes(data);
  const id = bytes.u16();
  const flags = bytes.u16();
  const questions = bytes.u16();
  const answers = bytes.u16();
  const authorities = bytes.u16();
  const additional = bytes.u16();
  const read = new Sections(bytes);
  const whole = read.questionSection(questions, kept) && read.answerSection(answers) && read.rest(authorities, false) && read.rest(additional, true);
  return {
    id,
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    truncated: (flags & 0x0200) !== 0,
    rcode: (read.upperRcode << 4) | (flags & 0xf),
    questions: read.questions,
    answers: read.answers,
    answerCount: read.answerCount,
    edns: read.edns,
    damage: whole ? undefined : { offset: bytes.at, detail: read.stage },
  };
}

/** The sections as far as they could be read. Each method is false when the message broke inside it. */
class Sections {
  /** Replaced by a list of one where one comes: the first push to an empty list makes room for 17. */
  questions: DnsQuestion[] = NONE;
  answers: DnsRecord[] = NONE;
  answerCount = 0;
  upperRcode = 0;
  edns: Edns | undefined;
  stage = 'question';
  private readonly bytes: Bytes;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  questionSection(count: number, kept: number): boolean {
    for (let index = 0; index < count; index++) {
      if (index >= kept) {
        if (!skipName(this.bytes)) return false;
        this.bytes.skip(4);
        if (this.bytes.short) return false;
        continue;
      }
      const name = readName(this.bytes);
      if (name === undefined) return false;
      const type = this.bytes.u16();
      const klass = this.bytes.u16();
      if (this.bytes.short) return false;
      if (this.questions === NONE) this.questions = [{ name, type, klass }];
      else this.questions.push({ name, type, klass });
    }
    return true;
  }

  answerSection(count: number): boolean {
    this.stage = 'answer';
    const first = this.questions[0]?.name;
    for (let index = 0; index < count; index++) {
      if (index < RECORD_CAP) {
        const record = readRecord(this.bytes, first);
        if (record === undefined) return false;
        if (this.answers === NONE) this.answers = [record];
        else this.answers.push(record);
      } else if (!this.walkRecord(false)) return false;
      this.answerCount++;
    }
    return true;
  }

  rest(count: number, additional: boolean): boolean {
    this.stage = additional ? 'additional' : 'authority';
    for (let index = 0; index < count; index++) if (!this.walkRecord(additional)) return false;
    return true;
  }

  private walkRecord(mayBeOpt: boolean): boolean {
    const { bytes } = this;
    const root = bytes.data[bytes.at] === 0;
    if (!skipName(bytes)) return false;
    const type = bytes.u16();
    const klass = bytes.u16();
    const upper = bytes.u16();
    const lower = bytes.u16();
    bytes.skip(bytes.u16());
    if (bytes.short) return false;
    // RFC 6891 §6.1.1: one OPT, owned by the root, in the additional section; further ones are not listened to.
    if (mayBeOpt && root && type === TYPE_OPT && this.edns === undefined) {
      this.upperRcode = upper >> 8;
      this.edns = { payloadSize: klass, version: upper & 0xff, dnssecOk: (lower & 0x8000) !== 0 };
    }
    return true;
  }
}

/** Shared by all sections without any; never pushed to. */
const NONE: never[] = [];
/** Real messages ask one question; a few more cost little to keep, and the rest can only be an attack. */
const QUESTION_CAP = 4;
/** A full 64 KiB answer of addresses holds about 4,000; no resolver's client uses more than a few of them. */
export const RECORD_CAP = 256;
