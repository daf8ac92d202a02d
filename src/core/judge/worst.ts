/** How bad verdicts are beside each other: for connections with several names and for names with several candidates. */
import type { Verdict, VerdictKind } from '../policy/verdict.ts';

/** The worse of two verdicts; the first on a tie. */
export function worse(a: Verdict, b: Verdict): Verdict {
  return weight(b) > weight(a) ? b : a;
}

/** Whether the verdict says that a promise of the list was broken. */
export function accuses(verdict: Verdict): boolean {
  return WEIGHT[verdict.kind] >= ACCUSING;
}

/** Telemetry weighs more than the same verdict without, unknown conditions more than known ones. */
export function weight(verdict: Verdict): number {
  return WEIGHT[verdict.kind] + (verdict.telemetry ? 2 : 0) + (verdict.conditionUnknown ? 1 : 0);
}

const ACCUSING = 50;

const WEIGHT: Readonly<Record<VerdictKind, number>> = {
  forbidden: 100,
  undeclared: 90,
  'wrong-port': 86,
  'wrong-transport': 82,
  'wrong-component': 78,
  'feature-off': 74,
  'wrong-phase': 70,
  'used-outside-phase': 68,
  'outlives-phase': 66,
  inbound: 60,
  'undeclared-local': ACCUSING,
  'cannot-judge': 40,
  declared: 30,
  'webrtc-peer': 26,
  environment: 22,
  lan: 18,
  infrastructure: 14,
  local: 10,
  unjudged: 0,
};
