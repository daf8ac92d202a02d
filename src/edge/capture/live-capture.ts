/**
 * A capture while a run goes on: tries the planned ways in order, proves by a
 * datagram of egret's own that one is at work, hands its frames to a sink, and
 * at the end proves that the last ones have come. Gives what it could not
 * prove as blind spots; throws only where the user insisted on a capture.
 */
import { createHash } from 'node:crypto';
import { networkInterfaces, platform } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseCidr, type Cidr } from '../../core/base/address.ts';
import type { Problem } from '../../core/base/problem.ts';
import type { CaptureReader, CaptureSink } from '../../core/decode/files/frame.ts';
import { openCapture, sniffFile } from '../../core/decode/files/open.ts';
import { CaptureGate } from './capture-gate.ts';
import { startPackage } from './capture-package.ts';
import { planCapture, type CaptureStep, type CaptureWish } from './capture-plan.ts';
import { startProgram, type CaptureFeed, type FeedEnd } from './capture-program.ts';
import { readLosses, readRefusal, type Refusal } from './capture-words.ts';
import { Sentinel } from './sentinel.ts';

export interface CaptureOptions {
  readonly wish: CaptureWish;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets the frames between {@link LiveCapture.open} and the end, without egret's own sentinels. */
  readonly sink: CaptureSink;
  /** What `sink` or `tap` threw. */
  readonly failed: (error: unknown) => void;
  /** The program ended although nobody asked it to. */
  readonly ended?: (why: Refusal) => void;
  /** Gets every byte as the program wrote it; a chunk is valid only inside the call. */
  readonly tap?: (chunk: Uint8Array) => void;
}

/** A way that was tried and did not work. */
export interface Refused {
  readonly step: CaptureStep;
  readonly refusal: Refusal;
}

export interface CaptureTotals {
  readonly sha256: string;
  readonly bytes: number;
  /** Packets that the kernel or the program lost; undefined where nobody says. */
  readonly dropped: number | undefined;
  /** What could not be proven or seen. */
  readonly blind: readonly Problem[];
}

export class LiveCapture {
  readonly step: CaptureStep;
  private readonly options: CaptureOptions;
  private readonly sentinel: Sentinel | undefined;
  private readonly gate: CaptureGate;
  private readonly hash = createHash('sha256');
  private readonly blind: Problem[] = [];
  private feed: CaptureFeed | undefined;
  private reader: CaptureReader | undefined;
  private head: Uint8Array = new Uint8Array(0);
  private bytes = 0;
  private end: FeedEnd | undefined;
  private isStopping = false;
  private hasFailed = false;

  private constructor(step: CaptureStep, options: CaptureOptions, sentinel: Sentinel | undefined) {
    this.step = step;
    this.options = options;
    this.sentinel = sentinel;
    this.gate = new CaptureGate(options.sink, sentinel);
  }

  /** A capture that is at work, or why none is: each way with its reason, none where the system has no device for all interfaces. */
  static async start(options: CaptureOptions): Promise<LiveCapture | readonly Refused[]> {
    const refused: Refused[] = [];
    for (const step of planCapture(options.wish, platform())) {
      const capture = new LiveCapture(step, options, step.mode.seesLoopback ? await Sentinel.open() : undefined);
      const refusal = await capture.arm();
      if (refusal === undefined) return capture;
      refused.push({ step, refusal });
    }
    return refused;
  }

  /** Whether a datagram of egret's own has shown that packets come. */
  get isArmed(): boolean {
    return this.blind.length === 0;
  }

  /** From now on frames go to the sink. */
  open(): void {
    this.gate.isOpen = true;
  }

  /** Waits for the last packets, stops, and tells what is known of the whole; the sink gets nothing afterwards. */
  async close(): Promise<CaptureTotals> {
    if (this.end === undefined) await this.drain();
    this.gate.isOpen = false;
    const wasEnded = this.end;
    const end = await this.stop();
    this.guarded(() => this.reader?.end());
    const dropped = readLosses(end.said);
    if (wasEnded !== undefined) this.blind.push({ code: 'capture-ended', detail: this.reasonOf(wasEnded).said });
    else if (dropped === undefined) this.blind.push({ code: 'capture-uncounted', detail: end.how });
    for (const code of this.step.mode.misses) this.blind.push({ code, detail: this.step.device });
    return { sha256: this.hash.digest('hex'), bytes: this.bytes, dropped, blind: this.blind };
  }

  /** Ends the program and leaves nothing behind, whatever was captured. */
  async stop(): Promise<FeedEnd> {
    if (!this.isStopping) {
      this.isStopping = true;
      this.feed?.stop();
      this.sentinel?.close();
    }
    return (await this.feed?.ended) ?? NEVER_BEGUN;
  }

  private async arm(): Promise<Refusal | undefined> {
    const { step, options } = this;
    const push = (chunk: Uint8Array): void => this.guarded(() => this.take(chunk));
    const feed = step.program === 'pcap' ? await startPackage(step.device, push) : startProgram(step.program, step.words, options.env, push);
    this.feed = feed;
    void feed.ended.then((end) => this.endedBy(end));
    const isProven = await this.until(ARM_WAIT, () => (this.sentinel === undefined ? this.gate.hasBegun : this.sentinel.hasSeen(1)), () => this.sentinel?.send());
    if (this.end !== undefined) {
      await this.stop();
      return this.end.isMissing ? { kind: 'missing', said: '' } : this.reasonOf(this.end);
    }
    if (!isProven || this.sentinel === undefined) this.blind.push({ code: 'capture-unarmed', detail: this.sentinel === undefined ? `no packet is sure to pass ${step.device}` : 'a datagram of egret\'s own was not seen' });
    return undefined;
  }

  private async drain(): Promise<void> {
    const { sentinel } = this;
    let last = Number.POSITIVE_INFINITY;
    const send = (): void => {
      const number = sentinel?.send() ?? last;
      last = Math.min(last, number);
    };
    if (sentinel === undefined) await pause(SETTLE_WAIT);
    const isProven = sentinel !== undefined && (await this.until(DRAIN_WAIT, () => sentinel.hasSeen(last), send));
    if (!isProven && this.end === undefined) this.blind.push({ code: 'capture-undrained', ...(sentinel === undefined ? { detail: `no packet is sure to pass ${this.step.device}` } : {}) });
  }

  /** Tries again and again until it is so, or the time is over, or the program has ended. */
  private async until(wait: number, isSo: () => boolean, act: () => void): Promise<boolean> {
    for (let left = wait; left > 0 && this.end === undefined; left -= EVERY) {
      if ((wait - left) % (EVERY * TRIES) === 0) act();
      if (isSo()) return true;
      await Promise.race([pause(EVERY), this.feed?.ended]);
    }
    return isSo();
  }

  private take(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    this.options.tap?.(chunk);
    if (this.reader !== undefined) {
      this.reader.push(chunk);
      return;
    }
    this.head = Buffer.concat([this.head, chunk]);
    if (this.head.length < MAGIC) return;
    const kind = sniffFile(this.head);
    // What is neither is shown by a reader as damaged, which is what it is.
    this.reader = openCapture(kind === 'pcapng' ? kind : 'pcap', this.gate);
    this.reader.push(this.head);
  }

  private guarded(work: () => void): void {
    if (this.hasFailed) return;
    try {
      work();
    } catch (error) {
      this.hasFailed = true;
      this.options.failed(error);
    }
  }

  private endedBy(end: FeedEnd): void {
    this.end = end;
    if (!this.isStopping && this.gate.isOpen) this.options.ended?.(this.reasonOf(end));
  }

  private reasonOf({ said, how }: FeedEnd): Refusal {
    return readRefusal(said, `${this.step.program} ${how}`);
  }
}

/** The machine's own addresses, for telling which end of a flow is here. */
export function ownAddresses(): readonly Cidr[] {
  return Object.values(networkInterfaces()).flatMap((found) => found ?? []).map(({ address }) => parseCidr(address)).filter((cidr) => cidr !== undefined);
}

const NEVER_BEGUN: FeedEnd = { isMissing: true, said: '', how: 'was never started' };
/** Bytes that say what a capture file is. */
const MAGIC = 4;
/** In ms, for the first sentinel to show: programs start in 50 to 300 ms, on a busy machine in some seconds. */
const ARM_WAIT = 5000;
/** In ms, for the last sentinel: dumpcap hands packets on four times a second. */
const DRAIN_WAIT = 5000;
/** In ms, for the last packets where nothing can be proven: more than any program holds them back. */
const SETTLE_WAIT = 1000;
/** In ms between two looks; a sentinel is sent at each tenth. */
const EVERY = 10;
const TRIES = 10;
