/**
 * A bundle as it is written: events line by line, the capture block by block,
 * run.json at the start and again at the end. What it was given more than a
 * second ago is on disk. A disk that fills up stops the bundle, not the run.
 */
import { MachineError } from '../../core/base/errors.ts';
import type { Micros } from '../../core/base/time.ts';
import { CaptureBlocks } from '../../core/decode/files/capture-blocks.ts';
import { headerLine, observationLine, type RecordedSource } from '../../core/observe/recording.ts';
import type { Observation } from '../../core/observe/observation.ts';
import type { Report } from '../../core/report/report.ts';
import type { BundleFolder } from '../../edge/bundle/folder.ts';
import type { Known, Tap } from '../audit/tap.ts';
import { whyNot } from '../files.ts';
import type { World } from '../world.ts';
import { RUN_FILE } from './names.ts';
import { Parts, type Rotation } from './parts.ts';
import { type RunStart, runFileText } from './run-file.ts';

export class BundleWriter implements Tap {
  stopped: string | undefined;
  /** The disk took no more. */
  private isFull = false;
  private readonly folder: BundleFolder;
  private readonly world: World;
  private readonly start: RunStart;
  private readonly started: Micros;
  private readonly events: Parts;
  private readonly capture: Parts;
  private readonly blocks: CaptureBlocks;
  private readonly stopFlushing: () => void;
  private known: Known = { sources: [], policy: undefined };
  private header = '';
  private pending: string[] = [];
  private hasBegun = false;
  /** Somebody was contacted, or tried to. */
  private hasSeen = false;

  private constructor(folder: BundleFolder, start: RunStart, rotation: Rotation | undefined, world: World) {
    this.folder = folder;
    this.world = world;
    this.start = start;
    this.started = world.now();
    const common = { folder, rotation, now: () => world.now() };
    this.events = new Parts({ ...common, kind: 'events', head: () => Buffer.from(this.header) });
    this.capture = new Parts({ ...common, kind: 'capture', head: () => Buffer.concat(this.blocks.head) });
    this.blocks = new CaptureBlocks({ block: (bytes, isHead) => this.block(bytes, isHead) });
    this.stopFlushing = world.every(FLUSH_WAIT, () => this.flush());
  }

  /** Makes the folder and its run.json. Throws MachineError where the machine does not let it, or something is there already. */
  static open(path: string, start: RunStart, rotation: Rotation | undefined, world: World): BundleWriter {
    let writer: BundleWriter | undefined;
    try {
      writer = new BundleWriter(world.openFolder(path), start, rotation, world);
      writer.folder.replace(RUN_FILE, writer.runText());
      return writer;
    } catch (error) {
      writer?.stopFlushing();
      throw new MachineError(`cannot write the bundle ${path}`, whyNot(error), isTaken(error) ? 'egret writes over no bundle: choose another folder with --record FOLDER/, or move that one away' : 'choose another folder with --record FOLDER/, or make room there');
    }
  }

  get removed(): number {
    return this.events.removed + this.capture.removed;
  }

  opened(known: Known): void {
    this.known = known;
    this.guarded(() => {
      // Hashes are of what is whole.
      this.header = `${headerLine(this.world.version, known.sources.map((source) => unhashed(source)))}\n`;
      this.folder.replace(RUN_FILE, this.runText());
      // The first part begins with it anyway.
      if (this.hasBegun) this.pending.push(this.header);
    });
  }

  add(observation: Observation, line = observationLine(observation)): void {
    if (this.isFull) return;
    this.hasBegun = true;
    this.hasSeen ||= observation.kind === 'flow' || observation.kind === 'tunnel' || observation.kind === 'lookup';
    this.pending.push(line, '\n');
    if (this.pending.length >= BATCH_MOST) this.flush();
  }

  packets(chunk: Uint8Array): void {
    if (this.isFull) return;
    this.guarded(() => this.blocks.push(chunk));
    if (this.blocks.isBroken) this.stopped ??= 'what the capture program gave is no capture';
  }

  async commit(sources: readonly RecordedSource[], report: Report): Promise<void> {
    this.close();
    if (this.isFull) return;
    this.known = { ...this.known, sources };
    this.guarded(() => this.folder.replace(RUN_FILE, this.runText(report)));
  }

  /** Before anything was observed nothing is left behind; what was observed stays. Packets of others tell nothing of an app that never was. */
  async discard(neverBegan: boolean): Promise<void> {
    this.close();
    if (neverBegan || !this.hasSeen) this.guarded(() => this.folder.drop());
  }

  private close(): void {
    this.stopFlushing();
    this.flush();
    this.events.close();
    this.capture.close();
  }

  private flush(): void {
    const { pending } = this;
    if (pending.length === 0 || this.isFull) return;
    this.pending = [];
    this.guarded(() => this.events.write(Buffer.from(pending.join(''))));
  }

  /** The blocks that every part begins with stand at the head of the first one too. */
  private block(bytes: Uint8Array, isHead: boolean): void {
    if (!isHead || this.capture.hasBegun) this.capture.write(bytes);
  }

  private runText(report?: Report): string {
    const { sources, policy } = this.known;
    const { removed: events } = this.events;
    const { removed: capture } = this.capture;
    return runFileText({
      tool: { name: 'egret', version: this.world.version },
      ...this.start,
      started: this.started,
      ...(report === undefined ? {} : { ended: this.world.now() }),
      ...(policy === undefined ? {} : { policy }),
      ...(sources[0] === undefined ? {} : { sheet: sources[0].sheet }),
      sources: report === undefined ? sources.map((source) => unhashed(source)) : sources,
      ...(report === undefined ? {} : { exit: report.summary.exit, coverage: report.coverage }),
      ...(events + capture === 0 ? {} : { removed: { events, capture } }),
    });
  }

  /** What the disk refuses ends the bundle; the run goes on and its report says so. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.isFull = true;
      this.stopped ??= whyNot(error);
      this.pending = [];
    }
  }
}

function unhashed({ sha256: _sha256, ...source }: RecordedSource): RecordedSource {
  return source;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}

/** In ms: what is lost at most when egret is killed. */
const FLUSH_WAIT = 500;
/** Pieces gathered before one write: some 100 kB. */
const BATCH_MOST = 512;
