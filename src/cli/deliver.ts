/** Opens what `output.ts` chose, streams connections into it as they seal, writes the report when it is done; on failure leaves no half file. */
import { MachineError } from '../core/base/errors.ts';
import type { Verdict } from '../core/policy/verdict.ts';
import type { Connection } from '../core/observe/connection.ts';
import { type Look, PLAIN_LOOK } from '../core/report/layout/look.ts';
import type { Report } from '../core/report/report.ts';
import { whyNot } from './files.ts';
import type { Output } from './output.ts';
import { ClosedPipe, type OutputFile, type World } from './world.ts';

export interface Delivery {
  /** Absent when no format wants single connections. */
  readonly connection?: (connection: Connection, verdict: Verdict) => void;
  readonly flush: () => Promise<void>;
  /** Renders the report into every format that wants it and puts the files in place. */
  readonly finish: (report: Report) => Promise<void>;
  readonly abandon: () => Promise<void>;
}

/** Opens every file first: a report that cannot be written is known before the work, not after it. Throws MachineError. */
export async function openDelivery(outputs: readonly Output[], look: Look, world: World): Promise<Delivery> {
  const sinks: Sink[] = [];
  const abandon = async (): Promise<void> => {
    for (const { file } of sinks) await file?.discard();
  };
  try {
    for (const output of outputs) sinks.push({ output, pending: [], pendingLength: 0, ...(output.file === undefined ? {} : { file: await openFile(output.file, world) }) });
  } catch (error) {
    await abandon();
    throw error;
  }
  const lines = sinks.filter((sink) => sink.output.format.kind === 'connections');
  return {
    ...(lines.length === 0
      ? {}
      : {
          connection(connection: Connection, verdict: Verdict) {
            for (const sink of lines) if (sink.output.format.kind === 'connections') put(sink, sink.output.format.line(connection, verdict));
          },
        }),
    async flush() {
      await flushAll(sinks, world);
      await world.breathe();
    },
    async finish(report) {
      for (const sink of sinks) {
        const { format } = sink.output;
        if (format.kind === 'report') await render(format.render(report, sink.file === undefined ? look : PLAIN_LOOK, world.cwd), sink, world);
      }
      await flushAll(sinks, world);
      for (const { file, output } of sinks) await file?.commit().catch((error: unknown) => refuse(output.file ?? '', error));
    },
    abandon,
  };
}

/** One output and what was rendered for it but not yet written. */
interface Sink {
  readonly output: Output;
  readonly file?: OutputFile;
  pending: string[];
  pendingLength: number;
  /** Its reader has gone; the rest is dropped and the exit code stays the verdict's. */
  closed?: boolean;
}

async function render(pieces: Iterable<string>, sink: Sink, world: World): Promise<void> {
  for (const piece of pieces) {
    put(sink, piece);
    if (sink.pendingLength >= CHUNK) await flush(sink, world);
    if (sink.closed === true) return;
  }
}

function put(sink: Sink, text: string): void {
  if (sink.closed === true) return;
  sink.pending.push(text);
  sink.pendingLength += text.length;
  if (sink.file !== undefined && sink.pendingLength >= CHUNK) writeFile(sink, sink.file);
}

async function flushAll(sinks: readonly Sink[], world: World): Promise<void> {
  for (const sink of sinks) await flush(sink, world);
}

async function flush(sink: Sink, world: World): Promise<void> {
  if (sink.pendingLength === 0) return;
  if (sink.file !== undefined) {
    writeFile(sink, sink.file);
    return;
  }
  try {
    await world.stdout.write(taken(sink));
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error;
    sink.closed = true;
  }
}

function writeFile(sink: Sink, file: OutputFile): void {
  try {
    file.write(taken(sink));
  } catch (error) {
    refuse(sink.output.file ?? '', error);
  }
}

function taken(sink: Sink): string {
  const text = sink.pending.join('');
  sink.pending = [];
  sink.pendingLength = 0;
  return text;
}

async function openFile(path: string, world: World): Promise<OutputFile> {
  try {
    return await world.openOutput(path);
  } catch (error) {
    return refuse(path, error);
  }
}

function refuse(path: string, error: unknown): never {
  throw new MachineError(`cannot write ${path}`, whyNot(error), 'choose another place with --output FILE or --format NAME=FILE, or make room there');
}

/** UTF-16 units gathered before a write: few system calls, little memory. */
const CHUNK = 65_536;
