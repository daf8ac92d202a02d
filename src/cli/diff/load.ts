/**
 * One side of a comparison: a report in JSON is read back, a recording is
 * audited first. An audited side goes through the JSON of its report too, so
 * that comparing recordings and comparing their reports give the same.
 */
import { type Mistake, UsageError } from '../../core/base/errors.ts';
import { sniffFile } from '../../core/decode/files/open.ts';
import type { Compared } from '../../core/report/diff.ts';
import { json } from '../../core/report/formats/json.ts';
import { PLAIN_LOOK } from '../../core/report/layout/look.ts';
import { readReport } from '../../core/report/read.ts';
import type { InputConsumer } from '../../edge/capture/read.ts';
import type { AuditOptions, AuditSinks, RunAudit } from '../pipeline-types.ts';
import type { World } from '../world.ts';

/** Both sides as far as they can be read without an audit. Throws UsageError with the mistakes of both. */
export async function readSides(a: string, b: string, world: World): Promise<readonly [a: Compared | 'recording', b: Compared | 'recording']> {
  const mistakes: Mistake[] = [];
  const attempt = async (path: string): Promise<Compared | 'recording'> => {
    try {
      return await readSide(path, world);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      mistakes.push(...error.mistakes);
      return 'recording';
    }
  };
  const both = [await attempt(a), a === b ? 'recording' : await attempt(b)] as const;
  if (mistakes.length > 0) throw new UsageError(mistakes);
  return a === b ? [both[0], both[0]] : both;
}

/** One side as far as it can be read without an audit. Throws UsageError. */
export async function readSide(path: string, world: World): Promise<Compared | 'recording'> {
  // The folder of a bundle is audited too.
  if (world.kindOf(path) === 'folder') return 'recording';
  const gathered = new Gathered(path);
  try {
    await world.readInput(path, {
      open(head) {
        if (!NOT_TEXT.has(sniffFile(head))) return gathered;
        throw new Recording();
      },
      cut(how) {
        throw new UsageError(`${path} cannot be decompressed: ${how}`, 'write the report again, or copy it again');
      },
    });
  } catch (error) {
    if (!(error instanceof Recording)) throw error;
    if (path !== '-') return 'recording';
    throw new UsageError('standard input is a recording; only a report is read from there', 'write the recording to a file, or pipe the report: egret audit - --json | egret …');
  }
  return savedSide(path === '-' ? 'standard input' : path, gathered.text());
}

/** A recording audited now, its report read back. */
export async function auditedSide(runAudit: RunAudit, options: AuditOptions, world: World, sinks: AuditSinks): Promise<Compared> {
  const { report } = await runAudit(options, world, sinks);
  const path = options.files[0] ?? '';
  return { ...savedSide(path, [...json.render(report, PLAIN_LOOK)].join('')), kind: 'recording' };
}

/** A report read back. Throws UsageError with every mistake in it. */
function savedSide(path: string, text: string): Compared {
  const { report, mistakes } = readReport(text, path);
  if (report === undefined) throw new UsageError(mistakes);
  return { report, path, kind: 'report' };
}

/** Thrown out of the reader when the first bytes are a recording's: it will be read again from the start by the audit. */
class Recording extends Error {}

/** A report's bytes, kept whole: JSON has no part that can be read alone. */
class Gathered implements InputConsumer {
  readonly #path: string;
  readonly #decoder = new TextDecoder();
  #parts: string[] = [];
  #length = 0;

  constructor(path: string) {
    this.#path = path;
  }

  push(chunk: Uint8Array): void {
    this.#length += chunk.length;
    if (this.#length > REPORT_LIMIT) throw new UsageError(`${this.#path} is larger than any report of egret (${REPORT_LIMIT / (1 << 20)} MiB)`, 'name a report that egret audit wrote with --format json, or a recording');
    this.#parts.push(this.#decoder.decode(chunk, { stream: true }));
  }

  end(): void {
    this.#parts.push(this.#decoder.decode());
  }

  text(): string {
    return this.#parts.join('');
  }
}

const NOT_TEXT: ReadonlySet<string> = new Set(['pcap', 'pcapng', 'recording']);
/** Twenty thousand destinations of some 2 kB are 40 MB; a report of several full scopes stays below, and the text fits into memory twice. */
const REPORT_LIMIT = 256 << 20;
