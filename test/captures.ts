/** The shared sample captures, where the machine has them: each with the facts that tshark saw in it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The `file` object of EXPECTED.jsonl. */
interface ExpectedFile {
  readonly gz: boolean;
  readonly fmt: 'pcap' | 'pcapng';
  readonly endian: string | readonly string[];
  readonly tsprec: number | readonly number[];
  readonly linktypes: readonly string[];
  readonly packets: number;
  /** Enhanced packets captured in part; absent for none. The one simple packet of the samples is cut as well. */
  readonly snapped?: number;
  /** pcapng only. */
  readonly interfaces?: number;
  readonly blocks?: { readonly SPB?: number };
}

export interface SampleCapture {
  readonly name: string;
  readonly file: ExpectedFile;
  /** TLS servers, by innermost IP header. */
  readonly tls?: readonly { readonly dst: string; readonly port: number }[];
}

const FOLDER = process.env['EGRET_CAPTURES'] ?? '../shared/captures';

/** The samples, or undefined where they are absent; a test then skips and says so. */
export function sampleCaptures(): readonly SampleCapture[] | undefined {
  const list = join(FOLDER, 'EXPECTED.jsonl');
  if (!existsSync(list)) return undefined;
  return readFileSync(list, 'utf8').trim().split('\n').map((line): SampleCapture => JSON.parse(line));
}

/** The bytes of a sample, decompressed. */
export function readSample(name: string): Uint8Array {
  const stored = readFileSync(join(FOLDER, name));
  return stored[0] === 0x1f ? gunzipSync(stored) : stored;
}
