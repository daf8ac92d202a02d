/** Checks that a line of `claims:` may name, each with what it settles. core/judge holds one implementation per name. */

export type CheckName = keyof typeof CHECKS;

/** One line per check. */
export const CHECKS = {
  'as-declared': 'The entries were used only as their rows say: port, transport, protocol, component, condition, budget.',
  'only-with-feature': 'The entries were contacted only while their feature was on.',
  'complete-list': 'Every destination is named by an entry.',
  'no-telemetry': 'No analytics, crash-reporting or other telemetry host was looked up, contacted or sent to.',
  'tls-minimum': 'No TLS session was negotiated below the minimum version.',
  'encrypted-except-loopback': 'No application protocol ran in clear outside loopback.',
  'system-trust': 'Certificates are verified against the trust store of the operating system, without pinning.',
  'inspection-bypass': 'The entries were not subject to TLS inspection.',
  'honours-proxy': 'Web connections went through the proxy that was set.',
  'no-inbound-ports': 'Components listen only where the policy lets them.',
  'no-inbound-connections': 'No connection from outside was accepted.',
  'trust-zones': 'Each component held only the connections that are its own.',
  'reconnects-same-host': 'After a drop the entries came back to the same host.',
  'webrtc-direct': 'Media went to authenticated ICE peers, and through the relay only where no direct pair succeeded.',
  'blocked-effects': 'A blocked entry is shown with the effect that its row gives.',
  'no-log-upload': 'Uploads stayed within the budgets of their entries; bytes sent without a budget leave it unproven.',
  'loopback-leg': 'The legs between components stayed on loopback.',
  'credentials-in-zone': 'No credential was seen in clear, or in a place that is not its own.',
  'host-not-contacted': 'The hosts were neither looked up nor contacted.',
  'file-posture': 'The files have the permissions and contents that the policy names.',
  'tables-agree': 'The vendor\'s published lists and the inventory name the same destinations.',
  'not-observable': 'Nothing on the wire or on the machine can settle it; the reason is given.',
} as const;

/** The key that a check cannot do without. */
export const CHECK_NEEDS: ReadonlyMap<string, 'entries' | 'hosts' | 'reason'> = new Map([
  ['as-declared', 'entries'],
  ['only-with-feature', 'entries'],
  ['reconnects-same-host', 'entries'],
  ['host-not-contacted', 'hosts'],
  ['not-observable', 'reason'],
]);

export function isCheckName(name: string): name is CheckName {
  return Object.hasOwn(CHECKS, name);
}
