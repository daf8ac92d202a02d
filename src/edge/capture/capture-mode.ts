/**
 * What a way of capturing covers: decided before it starts, so that the report
 * can say what it could not see. Ways that hold one app exactly (a cgroup, a
 * namespace) are further modes of this shape.
 */
import type { ProblemCode } from '../../core/base/problem.ts';

export interface CaptureMode {
  /** Whose packets it holds: of every program of the machine, or of the watched app alone. */
  readonly holds: 'machine' | 'app';
  /** What it cannot see by its nature. */
  readonly misses: readonly ProblemCode[];
  /** Whether a datagram on loopback passes it, and so proves its begin and its end. */
  readonly seesLoopback: boolean;
}

/** The mode of an interface: `any` (Linux) is all of them. */
export function modeOf(device: string): CaptureMode {
  if (device === EVERY_DEVICE) return { holds: 'machine', misses: [], seesLoopback: true };
  return { holds: 'machine', misses: ['capture-partial'], seesLoopback: /^lo\d*$/.test(device) };
}

/** Linux' name for all interfaces at once, loopback included. */
export const EVERY_DEVICE = 'any';
