/**
 * What a live run could not see, and which promises that something never happens must not be called kept then: written by hand, promise by promise.
 * That a missing need keeps a claim from holding is tested in claims.test.ts; here it is that each spot takes one away.
 */
import { describe, expect, it } from 'vitest';
import { PROBLEMS, type ProblemCode } from '../../../src/core/base/problem.ts';
import { CHECKS } from '../../../src/core/judge/claims/checks/index.ts';
import type { CheckName } from '../../../src/core/policy/checks.ts';

/** Whatever was not seen on the wire may have broken it. */
const ON_THE_WIRE: readonly CheckName[] = [
  'as-declared', 'blocked-effects', 'complete-list', 'credentials-in-zone', 'encrypted-except-loopback', 'honours-proxy', 'host-not-contacted', 'loopback-leg', 'no-inbound-connections', 'no-log-upload', 'no-telemetry',
  'only-with-feature', 'reconnects-same-host', 'tls-minimum', 'trust-zones', 'webrtc-direct',
];
/** It may be broken by what came later. */
const TO_THE_END: readonly CheckName[] = ['complete-list', 'host-not-contacted', 'no-log-upload', 'no-telemetry'];
/** It may be broken by what somebody else did for the app. */
const BY_ANOTHER: readonly CheckName[] = [
  'complete-list', 'credentials-in-zone', 'encrypted-except-loopback', 'honours-proxy', 'host-not-contacted', 'loopback-leg', 'no-inbound-connections', 'no-inbound-ports', 'no-log-upload', 'no-telemetry', 'only-with-feature', 'reconnects-same-host',
];

const TABLE: readonly (readonly [string, ProblemCode, readonly CheckName[]])[] = [
  ['packets from before the app were not proven to be there: its chains of certificates neither', 'capture-unarmed', [...ON_THE_WIRE, 'inspection-bypass']],
  ['the last packets were not proven to have come', 'capture-undrained', ON_THE_WIRE],
  ['the capture ended early', 'capture-ended', ON_THE_WIRE],
  ['nobody said how many packets were lost', 'capture-uncounted', ON_THE_WIRE],
  ['packets were lost, and the file does not say so', 'capture-lossy', ON_THE_WIRE],
  ['one interface only', 'capture-partial', ON_THE_WIRE],
  ['the proxy alone', 'proxy-only', ON_THE_WIRE],
  ['too many connections for the proxy', 'proxy-cap', ON_THE_WIRE],
  ['the run did not end by itself', 'run-unended', ON_THE_WIRE],
  ['programs of the app went on', 'capture-outlived', TO_THE_END],
  ['connections were left out as another\'s', 'flows-of-others', BY_ANOTHER],
  // They are told, and judged as everything else: only who did it is open.
  ['connections that nobody is known for', 'capture-ownerless', ['loopback-leg', 'no-inbound-ports', 'trust-zones']],
  // Each such connection has no component, which takes the need away where it matters.
  ['clients whose process was not found', 'owner-unknown', []],
  // The report has it all; an audit of the bundle finds a run that did not end.
  ['the bundle could not be written to its end', 'bundle-stopped', []],
];

describe('a promise that something never happens', () => {
  it.each(TABLE)('is not called kept where it may be broken unseen: %s', (_, code, checks) => {
    const lowered: ReadonlySet<string> = new Set(PROBLEMS[code].lowers);
    const falls = Object.values(CHECKS).filter(({ needs }) => needs.some((need) => lowered.has(need))).map(({ name }) => name);
    expect(falls.toSorted()).toEqual([...checks].toSorted());
  });

  it('is spoken of for every spot that only a live run has', () => {
    const live = Object.keys(PROBLEMS).filter((code) => /^(?:capture|proxy|run|bundle|owner|flows)-/.test(code));
    expect(TABLE.map(([, code]) => code).toSorted()).toEqual(live.toSorted());
  });
});
