/** Classic capture files for tests, in every variant: `pcapFile(frames, { nanoseconds: true, bigEndian: true })`. */
import { bytes, u16, u32 } from './bytes.ts';

/** A frame for a file: plain bytes get one millisecond after another from {@link START}. */
export type FrameInput = Uint8Array | { readonly bytes: Uint8Array; /** µs since 1970 */ readonly at?: number; readonly wireLength?: number };

export interface PcapFields {
  readonly nanoseconds?: boolean;
  /** The format of old Red Hat libpcap, with longer record headers. */
  readonly modified?: boolean;
  readonly bigEndian?: boolean;
  readonly link?: number;
  readonly snapLength?: number;
  /** Length of the frame check sequence to declare in the link-type field's upper bits. */
  readonly fcs?: number;
}

/** 2026-01-01T00:00:00Z. */
export const START = 1_767_225_600_000_000;

export function pcapFile(frames: readonly FrameInput[], fields: PcapFields = {}): Uint8Array {
  const { nanoseconds = false, modified = false, bigEndian = false, link = 1, snapLength = 262_144, fcs } = fields;
  const little = !bigEndian;
  const magic = modified ? 0xa1b2cd34 : nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const upper = fcs === undefined ? 0 : (0x0400_0000 | (fcs << 28)) >>> 0;
  const head = bytes(u32(magic, little), u16(2, little), u16(4, little), u32(0), u32(0), u32(snapLength, little), u32(upper + link, little));
  const records = frames.map((input, index) => {
    const { content, at, wireLength } = resolveFrame(input, index);
    const fraction = (at % 1_000_000) * (nanoseconds ? 1000 : 1);
    const extra = modified ? bytes(u32(1, little), u16(0x0800, little), 0, 0) : bytes();
    return bytes(u32(Math.floor(at / 1_000_000), little), u32(fraction, little), u32(content.length, little), u32(wireLength, little), extra, content);
  });
  return bytes(head, ...records);
}

export function resolveFrame(input: FrameInput, index: number): { content: Uint8Array; at: number; wireLength: number } {
  const given = input instanceof Uint8Array ? { bytes: input } : input;
  return { content: given.bytes, at: given.at ?? START + index * 1000, wireLength: given.wireLength ?? given.bytes.length };
}
