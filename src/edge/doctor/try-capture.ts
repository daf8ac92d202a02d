/** Whether one program can capture here: started as `egret run` starts it, proven by a datagram of egret's own, and stopped. */
import { platform } from 'node:os';
import type { CaptureSink } from '../../core/decode/files/frame.ts';
import type { CaptureResult, CaptureTry } from '../../core/report/doctor/facts.ts';
import { CAPTURE_PROGRAMS } from '../capture/capture-plan.ts';
import { LiveCapture } from '../capture/live-capture.ts';
import { since, CAPTURE_LIMIT, within } from './limit.ts';

/** In the order in which `egret run` takes them. */
export const CAPTURES = CAPTURE_PROGRAMS;

/** Never rejects; ends within {@link CAPTURE_LIMIT} and what the program takes to be stopped. */
export async function tryCapture(program: CaptureTry['program'], env: Readonly<Record<string, string | undefined>>): Promise<CaptureTry> {
  const device = DEVICES[platform()] ?? LOOPBACK;
  const begun = performance.now();
  let failure: unknown;
  const started = await LiveCapture.start({
    wish: { on: device, program }, env, sink: NOWHERE,
    failed: (error) => {
      failure = error;
    },
  });
  if (!(started instanceof LiveCapture)) {
    const [refused] = started;
    const { kind, said } = refused?.refusal ?? { kind: 'failed', said: 'it was not tried' };
    return { program, device, result: { kind: kind === 'device-gone' ? 'failed' : kind, said } };
  }
  if (!started.isArmed) {
    await started.stop();
    return { program, device, result: { kind: 'unproven', said: 'it runs, but a datagram of egret\'s own was not seen' } };
  }
  const ms = since(begun);
  const left = Math.max(1_000, CAPTURE_LIMIT - ms);
  const totals = await within(started.close(), () => undefined, left);
  if (totals === undefined) await started.stop();
  if (failure !== undefined) return { program, device, result: { kind: 'failed', said: 'what it wrote could not be read' } };
  const codes = totals?.blind.map(({ code }) => code) ?? ['capture-undrained'];
  const result: CaptureResult = { kind: 'armed', ms, isDrained: !codes.includes('capture-undrained') && !codes.includes('capture-ended'), countsLosses: totals?.dropped !== undefined };
  return { program, device, result };
}

/** Nothing of the machine's traffic is looked at. */
const NOWHERE: CaptureSink = { frame() {}, problem() {}, dropped() {}, interfaceSeen() {}, processSeen() {} };
const LOOPBACK = 'lo0';
/** All interfaces where there is such a device; else loopback, which shows whether the right is there. */
const DEVICES: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'any', win32: '\\Device\\NPF_Loopback' };
