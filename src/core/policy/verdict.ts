/** What the policy says of one connection or lookup (design §6). `decide` returns it for proxy and judge alike. */
import type { TelemetryHost } from '../knowledge/telemetry.ts';

export type VerdictKind =
  | 'declared'
  | 'wrong-port'
  | 'wrong-transport'
  | 'wrong-component'
  | 'feature-off'
  | 'wrong-phase'
  | 'used-outside-phase'
  | 'outlives-phase'
  | 'undeclared'
  | 'forbidden'
  | 'environment'
  | 'local'
  | 'undeclared-local'
  | 'lan'
  | 'webrtc-peer'
  | 'infrastructure'
  | 'inbound'
  | 'unjudged'
  | 'cannot-judge';

export interface Verdict {
  readonly kind: VerdictKind;
  /** Entry that admitted it, or the one it came nearest to (wrong-*, feature-off). */
  readonly entry?: string;
  /** Index of the leg of that entry. */
  readonly leg?: number;
  readonly by?: 'name' | 'wildcard' | 'address';
  /** The name that decided; every name is judged and the worst verdict counts. */
  readonly name?: string;
  /** Less specific entries the winner stood before, and other candidates at the same rank. */
  readonly shadowed?: readonly string[];
  readonly ambiguousEntry?: boolean;
  /** Condition parts whose truth is unknown here: `feature:openai`, `phase:task`. */
  readonly conditionUnknown?: readonly string[];
  /** For cannot-judge: `unnamed`, `ambiguous-name`, `mid-stream`, …; for wrong-* what was expected. */
  readonly reason?: string;
  /** Catalogue row that any judged name (CNAMEs included) matched, whatever the verdict kind. */
  readonly telemetry?: TelemetryHost & { readonly matched: string };
}
