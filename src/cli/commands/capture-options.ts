/** Whether and how packets are captured beside the proxy: the options of live commands, checked into a wish. */
import type { Command } from 'commander';
import type { Mistake } from '../../core/base/errors.ts';
import { AUTO, CAPTURE_PROGRAMS, type CaptureWish, isDeviceName } from '../../edge/capture/capture-plan.ts';
import { oneOf } from './audit-options.ts';

export interface RawCaptureOptions {
  readonly capture: string;
  readonly captureWith?: string;
}

/** Adds the options; `standard` is what holds without them. */
export function captureOptions(command: Command, standard: 'auto' | 'none'): void {
  command
    .option('--capture <where>', 'packets beside the proxy: auto (all interfaces, where the machine allows it), none, or an interface (any is all of them on Linux)', standard)
    .option('--capture-with <program>', 'capture by this one only: dumpcap, tcpdump, or the npm package pcap');
}

/** Undefined where no packets are wanted. */
export function readCapture(raw: RawCaptureOptions, mistakes: Mistake[]): CaptureWish | undefined {
  const program = raw.captureWith === undefined ? undefined : oneOf('--capture-with', raw.captureWith, CAPTURE_PROGRAMS, mistakes);
  if (raw.capture === 'none') {
    if (raw.captureWith !== undefined) mistakes.push({ message: '--capture-with says how to capture, and nothing is to be captured', help: `say what: --capture ${AUTO}, or --capture INTERFACE` });
    return undefined;
  }
  if (!isDeviceName(raw.capture)) mistakes.push({ message: `--capture wants auto, none or an interface, not "${raw.capture}"`, help: 'dumpcap -D, or tcpdump -D, shows the names of the interfaces; any is all of them on Linux' });
  return { on: raw.capture, ...(program === undefined ? {} : { program }) };
}
