/** Just enough pcapng (little-endian, as dumpcap writes here) to take out what belongs to the recorder and not to the story. */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const STATISTICS = 5;
const PACKET = 6;

const IF_NAME = 2;
const IF_TIME_RESOLUTION = 9;
const STATISTICS_DROPPED = 5;

export function scrub(bytes: Buffer, mark: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (const block of blocks(bytes)) {
    const type = block.readUInt32LE(0);
    // Sentinels, and the errors that quote them.
    if (type === PACKET && block.includes(mark)) continue;
    // The section's options describe the recording machine.
    if (type === SECTION_HEADER) kept.push(withOptions(block, 24, []));
    else if (type === INTERFACE) kept.push(withOptions(block, 16, [IF_NAME, IF_TIME_RESOLUTION]));
    // The counters of received packets still count the sentinels, and on loopback each packet twice.
    else if (type === STATISTICS) kept.push(withOptions(block, 20, [STATISTICS_DROPPED]));
    else kept.push(block);
  }
  return Buffer.concat(kept);
}

function* blocks(bytes: Buffer): Generator<Buffer> {
  let at = 0;
  while (at < bytes.length) {
    const length = bytes.readUInt32LE(at + 4);
    if (length < 12 || at + length > bytes.length) throw new Error(`pcapng block of ${length} bytes at ${at}`);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** The block with only the named options after its fixed part. */
function withOptions(block: Buffer, fixed: number, names: readonly number[]): Buffer {
  const parts = [block.subarray(0, fixed)];
  let at = fixed;
  while (at + 4 <= block.length - 4) {
    const name = block.readUInt16LE(at);
    const size = 4 + ((block.readUInt16LE(at + 2) + 3) & ~3);
    if (name === 0) break;
    if (names.includes(name)) parts.push(block.subarray(at, at + size));
    at += size;
  }
  if (parts.length > 1) parts.push(Buffer.alloc(4));
  const trailer = Buffer.alloc(4);
  const result = Buffer.concat([...parts, trailer]);
  result.writeUInt32LE(result.length, 4);
  result.writeUInt32LE(result.length, result.length - 4);
  return result;
}
