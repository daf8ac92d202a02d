/**
 * Capture by the npm package `pcap` inside egret's own process, where the user
 * has installed it: its packets become the bytes of a pcap file, so that they
 * go the same way as a program's. Never notices that an interface has gone.
 */
import type { Pcap } from 'pcap';
import { KERNEL_BUFFER, SNAP_LENGTH } from './capture-plan.ts';
import type { CaptureFeed, FeedEnd } from './capture-program.ts';

/** Starts a session on a device. What the package throws, such as for want of permission, is how the feed ended. */
export async function startPackage(device: string, push: (chunk: Uint8Array) => void, load: () => Promise<Pcap> = loadPackage): Promise<CaptureFeed> {
  let pcap: Pcap;
  try {
    pcap = await load();
  } catch (error) {
    return over({ isMissing: true, said: error instanceof Error ? error.message : '', how: 'could not be loaded' });
  }
  try {
    return begin(pcap, device, push);
  } catch (error) {
    return over({ isMissing: false, said: error instanceof Error ? error.message : '', how: 'could not be started' });
  }
}

function begin(pcap: Pcap, device: string, push: (chunk: Uint8Array) => void): CaptureFeed {
  pcap.warningHandler = () => {};
  const session = pcap.createSession(device, { snap_length: SNAP_LENGTH, buffer_size: KERNEL_BUFFER << 20, buffer_timeout: TIMEOUT, promiscuous: false });
  push(fileHeader(LINK_TYPES[session.link_type] ?? UNKNOWN_LINK));
  const record = Buffer.alloc(RECORD_HEADER + SNAP_LENGTH);
  session.on('packet', ({ header, buf }) => {
    const length = Math.min(header.readUInt32LE(CAPTURED_AT), SNAP_LENGTH);
    header.copy(record);
    record.writeUInt32LE(length, CAPTURED_AT);
    buf.copy(record, RECORD_HEADER, 0, length);
    push(record.subarray(0, RECORD_HEADER + length));
  });
  let finish: ((end: FeedEnd) => void) | undefined;
  const ended = new Promise<FeedEnd>((done) => {
    finish = done;
  });
  return {
    ended,
    stop() {
      const { ps_drop: kernel, ps_ifdrop: own } = session.stats();
      session.close();
      // Its handle keeps egret from ending until this read or, on Linux, the next packet finds that it is to end.
      session.session.read_callback?.();
      finish?.({ isMissing: false, said: `${kernel} packets dropped by kernel\n${own} packets dropped by interface`, how: 'ended' });
    },
  };
}

function over(end: FeedEnd): CaptureFeed {
  return { ended: Promise.resolve(end), stop() {} };
}

/** Of a pcap file with microseconds, little-endian as the processors are that the package runs on. */
function fileHeader(link: number): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(SNAP_LENGTH, 16);
  header.writeUInt32LE(link, 20);
  return header;
}

async function loadPackage(): Promise<Pcap> {
  return (await import('pcap')).default;
}

/** The package's names, as numbers of the registry of link types. */
const LINK_TYPES: Readonly<Record<string, number>> = { LINKTYPE_NULL: 0, LINKTYPE_ETHERNET: 1, LINKTYPE_RAW: 101, LINKTYPE_LINUX_SLL: 113, LINKTYPE_IEEE802_11_RADIO: 127 };
/** LINKTYPE_USER0: frames of it are counted as `link-unknown`. */
const UNKNOWN_LINK = 147;
const RECORD_HEADER = 16;
const CAPTURED_AT = 8;
/** In ms: packets come some 25 ms late; without any delay the package lost 63 % under load. */
const TIMEOUT = 50;
