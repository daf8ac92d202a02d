/**
 * No-telemetry: no host of the telemetry catalogue is looked up or contacted,
 * CNAME chains and allowed wildcards included. It can be supported, never
 * proven: a first-party host or a tunnel may carry the same data.
 */
import type { Check, Exercise, Question } from '../check.ts';
import { byAttributedTraffic } from '../exercises.ts';

export const noTelemetry: Check = {
  name: 'no-telemetry',
  needs: ['start-covered', 'end-covered', 'wire-complete', 'names-complete', 'dns-in-clear', 'scope-known'],
  exercise,
};

function exercise(question: Question): Exercise {
  const traffic = byAttributedTraffic(question);
  return { ...traffic, saw: `no known telemetry host among ${traffic.saw} (what a declared host does with the data it gets is not on the wire)` };
}
