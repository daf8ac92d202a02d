/**
 * Says what a file is by its first bytes and opens the reader for it. Knows no
 * file names and does no I/O.
 */
import { u32be, u32le } from '../numbers.ts';
import type { CaptureReader, CaptureSink } from './frame.ts';
import { MAGIC_MICROSECONDS, MAGIC_MODIFIED, MAGIC_NANOSECONDS, PcapReader } from './pcap.ts';
import { SECTION } from './pcapng-blocks.ts';
import { PcapngReader } from './pcapng.ts';

export type CaptureKind = 'pcap' | 'pcapng';
export type FileKind = CaptureKind | 'gzip' | 'recording' | 'empty' | 'unknown';

/** What the file is that starts with `head`; 32 bytes are enough. */
export function sniffFile(head: Uint8Array): FileKind {
  if (head.length === 0) return 'empty';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (startsWith(head, RECORDING)) return 'recording';
  if (head.length < 4) return 'unknown';
  const big = u32be(head, 0);
  if (big === SECTION) return 'pcapng';
  return PCAP_MAGICS.has(big) || PCAP_MAGICS.has(u32le(head, 0)) ? 'pcap' : 'unknown';
}

/** A reader for a file of that kind that hands what it finds to `sink`. */
export function openCapture(kind: CaptureKind, sink: CaptureSink): CaptureReader {
  return kind === 'pcap' ? new PcapReader(sink) : new PcapngReader(sink);
}

function startsWith(head: Uint8Array, text: string): boolean {
  if (head.length < text.length) return false;
  for (let at = 0; at < text.length; at++) if (head[at] !== text.charCodeAt(at)) return false;
  return true;
}

const PCAP_MAGICS: ReadonlySet<number> = new Set([MAGIC_MICROSECONDS, MAGIC_NANOSECONDS, MAGIC_MODIFIED]);
const RECORDING = '{"egret":"recording"';
