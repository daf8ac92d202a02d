/** Every check by its name; one file each. The type demands that none of the fixed list is missing. */
import type { Check } from '../check.ts';
import type { CheckName } from '../../../policy/checks.ts';
import { asDeclared } from './as-declared.ts';
import { blockedEffects } from './blocked-effects.ts';
import { completeList } from './complete-list.ts';
import { credentialsInZone } from './credentials-in-zone.ts';
import { encryptedExceptLoopback } from './encrypted-except-loopback.ts';
import { filePosture } from './file-posture.ts';
import { honoursProxy } from './honours-proxy.ts';
import { hostNotContacted } from './host-not-contacted.ts';
import { inspectionBypass } from './inspection-bypass.ts';
import { loopbackLeg } from './loopback-leg.ts';
import { noInboundConnections } from './no-inbound-connections.ts';
import { noInboundPorts } from './no-inbound-ports.ts';
import { noLogUpload } from './no-log-upload.ts';
import { noTelemetry } from './no-telemetry.ts';
import { notObservable } from './not-observable.ts';
import { onlyWithFeature } from './only-with-feature.ts';
import { reconnectsSameHost } from './reconnects-same-host.ts';
import { systemTrust } from './system-trust.ts';
import { tablesAgree } from './tables-agree.ts';
import { tlsMinimum } from './tls-minimum.ts';
import { trustZones } from './trust-zones.ts';
import { webrtcDirect } from './webrtc-direct.ts';

export const CHECKS: Readonly<Record<CheckName, Check>> = {
  'as-declared': asDeclared,
  'only-with-feature': onlyWithFeature,
  'complete-list': completeList,
  'no-telemetry': noTelemetry,
  'tls-minimum': tlsMinimum,
  'encrypted-except-loopback': encryptedExceptLoopback,
  'system-trust': systemTrust,
  'inspection-bypass': inspectionBypass,
  'honours-proxy': honoursProxy,
  'no-inbound-ports': noInboundPorts,
  'no-inbound-connections': noInboundConnections,
  'trust-zones': trustZones,
  'reconnects-same-host': reconnectsSameHost,
  'webrtc-direct': webrtcDirect,
  'blocked-effects': blockedEffects,
  'no-log-upload': noLogUpload,
  'loopback-leg': loopbackLeg,
  'credentials-in-zone': credentialsInZone,
  'host-not-contacted': hostNotContacted,
  'file-posture': filePosture,
  'tables-agree': tablesAgree,
  'not-observable': notObservable,
};
