/** The checks that a claim of a policy may name (requirements C01 to C30). The list is fixed; what each does stands in checks/. */
export const CHECK_NAMES = [
  'as-declared',
  'only-with-feature',
  'complete-list',
  'no-telemetry',
  'tls-minimum',
  'encrypted-except-loopback',
  'system-trust',
  'inspection-bypass',
  'honours-proxy',
  'no-inbound-ports',
  'no-inbound-connections',
  'trust-zones',
  'reconnects-same-host',
  'webrtc-direct',
  'blocked-effects',
  'no-log-upload',
  'loopback-leg',
  'credentials-in-zone',
  'host-not-contacted',
  'file-posture',
  'tables-agree',
  'not-observable',
] as const;

export type CheckName = (typeof CHECK_NAMES)[number];
