/** All rules, in the order in which reports list findings of one severity. A rule is one file here plus one line below. */
import type { Rule } from '../rule.ts';
import { aroundProxy } from './around-proxy.ts';
import { blockedRequired } from './blocked-required.ts';
import { budgetExceeded } from './budget-exceeded.ts';
import { cleartextCredential } from './cleartext-credential.ts';
import { dnsTunnel } from './dns-tunnel.ts';
import { expiredAcceptance } from './expired-acceptance.ts';
import { fallbackHost } from './fallback-host.ts';
import { featureOff } from './feature-off.ts';
import { forbiddenHost } from './forbidden-host.ts';
import { inboundAccepted } from './inbound-accepted.ts';
import { ipLiteral } from './ip-literal.ts';
import { nameMismatch } from './name-mismatch.ts';
import { plaintext } from './plaintext.ts';
import { outlivesPhase } from './outlives-phase.ts';
import { overBroadWildcard } from './over-broad-wildcard.ts';
import { proxyDiscovery } from './proxy-discovery.ts';
import { relayWhileDirect } from './relay-while-direct.ts';
import { requiredNotSeen } from './required-not-seen.ts';
import { tablesDisagree } from './tables-disagree.ts';
import { telemetryHost } from './telemetry-host.ts';
import { tlsBelowPreferred } from './tls-below-preferred.ts';
import { tlsIntercepted } from './tls-intercepted.ts';
import { tlsTooOld } from './tls-too-old.ts';
import { undeclaredHost } from './undeclared-host.ts';
import { undeclaredLocal } from './undeclared-local.ts';
import { undeclaredResolver } from './undeclared-resolver.ts';
import { unexpectedPeer } from './unexpected-peer.ts';
import { unusedAcceptance } from './unused-acceptance.ts';
import { usedOutsidePhase } from './used-outside-phase.ts';
import { weakCipher } from './weak-cipher.ts';
import { wrongComponent } from './wrong-component.ts';
import { wrongPhase } from './wrong-phase.ts';
import { wrongPort } from './wrong-port.ts';
import { wrongTransport } from './wrong-transport.ts';

export const RULES: readonly Rule[] = [
  telemetryHost,
  forbiddenHost,
  undeclaredHost,
  unexpectedPeer,
  relayWhileDirect,
  fallbackHost,
  featureOff,
  wrongComponent,
  wrongPhase,
  wrongPort,
  wrongTransport,
  plaintext,
  cleartextCredential,
  aroundProxy,
  tlsTooOld,
  weakCipher,
  tlsIntercepted,
  inboundAccepted,
  blockedRequired,
  requiredNotSeen,
  ipLiteral,
  nameMismatch,
  undeclaredResolver,
  dnsTunnel,
  usedOutsidePhase,
  outlivesPhase,
  budgetExceeded,
  undeclaredLocal,
  expiredAcceptance,
  tlsBelowPreferred,
  proxyDiscovery,
  overBroadWildcard,
  tablesDisagree,
  unusedAcceptance,
];
