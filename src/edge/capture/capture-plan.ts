/**
 * Which program captures what, with which words: decided from what the user
 * asked for and the operating system, before anything is started. Starts
 * nothing and knows nothing of what is installed: steps are tried in order.
 */
import { EVERY_DEVICE, modeOf, type CaptureMode } from './capture-mode.ts';

export const CAPTURE_PROGRAMS = ['dumpcap', 'tcpdump', 'pcap'] as const;
/** `pcap`: the npm package, inside egret's own process. */
type CaptureProgram = (typeof CAPTURE_PROGRAMS)[number];

export interface CaptureWish {
  /** An interface; `auto`: all of them where the system has such a device. */
  readonly on: string;
  /** Only this program; otherwise the first one that works. */
  readonly program?: CaptureProgram;
}

/** Whether going on without packets would not be what was asked for. */
export function isInsisting(wish: CaptureWish): boolean {
  return wish.on !== AUTO || wish.program !== undefined;
}

export interface CaptureStep {
  readonly program: CaptureProgram;
  readonly device: string;
  /** Words of the program; none for the package. */
  readonly words: readonly string[];
  readonly mode: CaptureMode;
}

/** The ways to try, best first; none where this operating system has no device for all interfaces and none was named. */
export function planCapture(wish: CaptureWish, platform: string): readonly CaptureStep[] {
  const device = wish.on === AUTO ? (platform === 'linux' ? EVERY_DEVICE : undefined) : wish.on;
  if (device === undefined) return [];
  const programs = wish.program === undefined ? CAPTURE_PROGRAMS : [wish.program];
  return programs.map((program) => ({ program, device, words: WORDS[program](device), mode: modeOf(device) }));
}

/** Whether a text can be the name of an interface: a path, a flag or control characters are none. */
export function isDeviceName(text: string): boolean {
  return text.length <= NAME_MAX && /^[^\s\p{Cc}/-][^\p{Cc}/]*$/u.test(text);
}

export const AUTO = 'auto';
/** A hello of Node 22 and later is 1,606 bytes long; whole bulk frames would lose packets. */
export const SNAP_LENGTH = 2048;
/** In MiB: at this and the snap length above nothing was lost at 12 Gbit/s. */
export const KERNEL_BUFFER = 32;
/** Longer than any system's names of interfaces. */
const NAME_MAX = 128;

const WORDS: Readonly<Record<CaptureProgram, (device: string) => readonly string[]>> = {
  // -p: what the network card would pass over is none of the machine's own.
  dumpcap: (device) => ['-q', '-n', '-p', '-i', device, '-s', String(SNAP_LENGTH), '-B', String(KERNEL_BUFFER), '-w', '-'],
  // Without -U nothing comes until 4 KiB are full; immediate mode needs the snap length, or it reserves 256 KiB for each packet.
  tcpdump: (device) => ['-n', '-p', '-U', '--immediate-mode', '-i', device, '-s', String(SNAP_LENGTH), '-B', String(KERNEL_BUFFER * 1024), '-w', '-'],
  pcap: () => [],
};
