/** One kind of file of a bundle, in one part or in many: begins each part with what it needs to be read alone, and takes old ones away where only some are to be kept. */
import type { Micros } from '../../core/base/time.ts';
import type { BundleFolder, GrowingFile } from '../../edge/bundle/folder.ts';
import { type PartKind, partName } from './names.ts';

/** When a part is full; without either there is one. */
export interface Rotation {
  readonly bytes?: number;
  readonly age?: Micros;
  /** Parts of each kind that are kept; absent: all. */
  readonly keep?: number;
}

export interface PartOptions {
  readonly folder: BundleFolder;
  readonly kind: PartKind;
  readonly rotation: Rotation | undefined;
  readonly now: () => Micros;
  /** What every part begins with. */
  readonly head: () => Uint8Array;
}

export class Parts {
  /** Parts taken away. */
  removed = 0;
  private readonly options: PartOptions;
  private file: GrowingFile | undefined;
  private number = 0;
  private bytes = 0;
  private begun: Micros = 0;

  constructor(options: PartOptions) {
    this.options = options;
  }

  get hasBegun(): boolean {
    return this.file !== undefined;
  }

  /** Writes whole lines or blocks. Throws what the system answers. */
  write(data: Uint8Array): void {
    if (this.file === undefined || this.isFull(data.length)) this.next();
    this.file?.write(data);
    this.bytes += data.length;
  }

  close(): void {
    this.file?.close();
  }

  private isFull(more: number): boolean {
    const { rotation, now } = this.options;
    if (rotation === undefined) return false;
    return (rotation.bytes !== undefined && this.bytes + more > rotation.bytes) || (rotation.age !== undefined && now() - this.begun >= rotation.age);
  }

  private next(): void {
    const { folder, kind, rotation, head, now } = this.options;
    this.file?.close();
    this.number++;
    this.file = folder.create(partName(kind, rotation === undefined ? undefined : this.number));
    const first = head();
    this.file.write(first);
    this.bytes = first.length;
    this.begun = now();
    if (rotation?.keep === undefined || this.number <= rotation.keep) return;
    folder.remove(partName(kind, this.number - rotation.keep));
    this.removed++;
  }
}
