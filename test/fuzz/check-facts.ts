/** What must be true of facts whatever bytes they came from: plain JSON, sound numbers, and of a shape that a recording takes back. */
import type { Observation } from '../../src/core/observe/observation.ts';
import { observationLine, parseObservation } from '../../src/core/observe/recording.ts';

/** What is wrong with an observation, if anything. Times may be negative: clocks are as hostile as bytes. */
export function observationWrong(observation: Observation): string | undefined {
  const line = observationLine(observation);
  const back = parseObservation(line);
  if (!('kind' in back)) return `a recording does not take its own line back (${back.code}): ${line.slice(0, 300)}`;
  return numberWrong(observation, observation.kind);
}

/** The place of a number that is none, or of a count below zero or beyond what is exact. */
export function numberWrong(value: unknown, place: string): string | undefined {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `${place} is ${value}`;
    if (!TIMES.test(place) && (value < 0 || !Number.isSafeInteger(value)) && !place.includes('.sent')) return `${place} is ${value}`;
    return undefined;
  }
  if (typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol') return `${place} is a ${typeof value}`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) return `${place} is no plain JSON`;
  for (const [key, part] of Object.entries(value)) {
    const wrong = numberWrong(part, `${place}.${key}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Names of facts that are moments, by design §2 any finite number. */
const TIMES = /\.(?:at|opened|last|closed|first|since|notBefore|notAfter|upBy\.\d+\.0)$/;
