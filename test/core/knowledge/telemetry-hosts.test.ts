import { describe, expect, it } from 'vitest';
import { isBelow, normalHost, suffixKind } from '../../../src/core/base/host-name.ts';
import { TELEMETRY_HOSTS } from '../../../src/core/knowledge/telemetry-hosts.ts';

/** Hosts of the vendor's inventory that serve a declared purpose, `*.` replaced by the label the product uses. */
const DECLARED = [
  'api.multiclaw.io', 'ws.multiclaw.io', 'cdn.multiclaw.io', 'turn.multiclaw.io', 'api.openai.com', 'api.anthropic.com',
  'generativelanguage.googleapis.com', 'ws-mt1.pusher.com', 'sockjs-mt1.pusher.com', 'api.microlink.io', 'www.google.com',
];

const CLASSES = new Set(['analytics', 'crash', 'apm', 'flags', 'replay', 'ads']);

describe('the telemetry catalogue', () => {
  it('holds at least 120 rows', () => {
    expect(TELEMETRY_HOSTS.length).toBeGreaterThanOrEqual(120);
  });

  it.each(TELEMETRY_HOSTS.map((row) => [row.pattern, row] as const))('states every field of %s', (_, row) => {
    expect(CLASSES.has(row.class)).toBe(true);
    expect(row.organisation).toMatch(/\S/);
    expect(row.source).toMatch(/^https:\/\/[a-z0-9.-]+\//);
    expect(row.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(row.note).toMatch(/\S/);
  });

  it('writes every pattern in normal form, with at most one leading wildcard above a registrable name', () => {
    for (const { pattern } of TELEMETRY_HOSTS) {
      const host = pattern.startsWith('*.') ? pattern.slice(2) : pattern;
      expect(normalHost(host)).toBe(host);
      expect(`${pattern} ${String(suffixKind(host))}`).toBe(`${pattern} undefined`);
    }
  });

  it('holds no pattern twice', () => {
    const patterns = TELEMETRY_HOSTS.map((row) => row.pattern);
    expect(new Set(patterns).size).toBe(patterns.length);
  });

  it.each(DECLARED)('does not take %s for telemetry', (host) => {
    expect(TELEMETRY_HOSTS.filter((row) => matches(row.pattern, host)).map((row) => row.pattern)).toEqual([]);
  });

  it.each([
    'o4505.ingest.sentry.io', 'us.i.posthog.com', 'api.segment.io', 'api.mixpanel.com', 'api2.amplitude.com', 'events.launchdarkly.com', 'statsigapi.net', 'r.logrocket.io',
    'r.lr-in.com', 'browser-intake-datadoghq.com', 'collector.newrelic.com', 'notify.bugsnag.com', 'api.rollbar.com', 'api.raygun.io', 'api.honeycomb.io',
    'us.aptabase.com', 'hosted.rudderlabs.com', 'westeurope-5.in.applicationinsights.azure.com', 'region1.google-analytics.com', 'crashlyticsreports-pa.googleapis.com',
    'heapanalytics.com', 'rs.fullstory.com', 'vc.hotjar.io', 'data.pendo.io', 'stats.pusher.com', 'telemetry.nextjs.org', 'mobile.events.data.microsoft.com',
  ])('knows %s', (host) => {
    expect(TELEMETRY_HOSTS.some((row) => matches(row.pattern, host))).toBe(true);
  });
});

function matches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? isBelow(host, pattern.slice(2)) : pattern === host;
}
