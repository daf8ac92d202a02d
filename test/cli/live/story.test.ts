/**
 * Live runs with a sheet written before them: what an app does that goes its own ways, and one that does not, must come out of the run, of its
 * bundle, of the redacted one and of the packets alone; with packets beside the proxy, and with the proxy alone.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMELESS, OTHER_RESOLVER, RESOLVER } from './stage/programs.ts';
import { type Shown, Stage, stageObstacle } from './stage/stage.ts';

const reason = stageObstacle('live stories');

/** Uses the proxy for two hosts, and goes around it by TLS, QUIC, STUN, plain HTTP and a resolver that nobody told the machine of. */
const ROGUE = `via api.multiclaw.io via ws.multiclaw.io around collector.acme-metrics.example around o4505.ingest.sentry.io clear ws.multiclaw.io lookup us.i.posthog.com@${OTHER_RESOLVER} quic ${NAMELESS} stun ${NAMELESS}`;
const CLEAN = 'via api.multiclaw.io via ws.multiclaw.io';
const RUN = 'egret run -q -p "$POLICY" --with none --scope app --fail-on never';
const AUDIT = 'egret audit -p "$POLICY" --fail-on never';

/** `rule severity subject → claims`, by hand; the policy's own notes on its tables are the same in every run and left out. */
const ROGUE_FINDINGS = [
  'around-proxy error collector.acme-metrics.example:443/tcp → C18',
  'around-proxy error o4505.ingest.sentry.io:443/tcp → C18',
  'around-proxy error ws.multiclaw.io:80/tcp → C18',
  `around-proxy note ${NAMELESS}:443/udp → `,
  'plaintext error ws.multiclaw.io:80/tcp → C15',
  'telemetry-host error o4505.ingest.sentry.io:443/tcp → C12 C13',
  'telemetry-host warning us.i.posthog.com → C12 C13',
  'undeclared-host error collector.acme-metrics.example:443/tcp → C12',
  `undeclared-resolver warning ${OTHER_RESOLVER}:53/udp → C12`,
  'wrong-port error ws.multiclaw.io:80/tcp → C02',
];
const ROGUE_CONTACTS = [
  `${OTHER_RESOLVER} 53/udp`, `${NAMELESS} 3478/udp`, `${NAMELESS} 443/udp`, `${RESOLVER} 53/udp`,
  'api.multiclaw.io 443/tcp via', 'collector.acme-metrics.example 443/tcp', 'o4505.ingest.sentry.io 443/tcp', 'ws.multiclaw.io 443/tcp via', 'ws.multiclaw.io 80/tcp',
];
/** Verdict and missing needs of the claims that a live run is made for. */
type Claims = Readonly<Record<string, string>>;
const ROGUE_CLAIMS: Claims = {
  C05: 'not-observable names-complete', C12: 'broken names-complete', C13: 'broken names-complete', C14: 'holds', C15: 'broken protocols-known', C18: 'broken', C20: 'holds', C28: 'not-observable names-complete',
};
const CLEAN_CLAIMS: Claims = { C05: 'holds', C12: 'holds', C13: 'holds', C14: 'holds', C15: 'holds', C18: 'holds', C20: 'holds', C28: 'holds' };
/** The proxy alone cannot tell the two apps apart, and says so of every promise that something never happens. */
const ALONE_CLAIMS: Claims = {
  C05: 'not-observable wire-complete', C12: 'not-observable wire-complete dns-in-clear', C13: 'not-observable wire-complete dns-in-clear', C14: 'not-observable wire-complete', C15: 'not-observable wire-complete',
  C18: 'not-observable wire-complete', C20: 'not-observable wire-complete', C28: 'not-observable wire-complete',
};

describe.skipIf(reason !== undefined)('a live story', () => {
  let stage: Stage;
  beforeAll(() => {
    stage = new Stage();
  });
  afterAll(() => stage.remove());

  it('with packets beside the proxy finds all that went around it, and says of a clean app what was seen to hold', async () => {
    const { out, err } = await stage.play('beside', `${RUN} --capture any --record rogue/ --format json=live.json -- $APP ${ROGUE}; echo "rogue $?"
      ${RUN} --capture any --record clean/ --format json=clean.json -- $APP ${CLEAN}; echo "clean $?"
      for run in rogue clean; do
        ${AUDIT} $run --format json=$run-again.json & audits="$audits $!"
        ${AUDIT} $run --from-packets --format json=$run-packets.json & audits="$audits $!"
        (egret redact $run/ -o $run.ndjson -p "$POLICY" > redact.txt && ${AUDIT} $run.ndjson --format json=$run-redacted.json) & audits="$audits $!"
      done; wait $audits`);
    expect([out, err]).toEqual(['rogue 0\nclean 0\n', '']);
    const live = stage.report('beside', 'live.json');
    expect([findingsOf(live), contactsOf(live), claimsOf(live, ROGUE_CLAIMS), spotsOf(live)]).toEqual([ROGUE_FINDINGS, ROGUE_CONTACTS, ROGUE_CLAIMS, ['quic-damaged 1', 'quic-unread 1']]);
    expect(stage.text('beside', 'rogue-again.json').replaceAll(',"recording":"rogue"', '')).toBe(stage.text('beside', 'live.json'));
    const packets = stage.report('beside', 'rogue-packets.json');
    expect([findingsOf(packets), claimsOf(packets, ROGUE_CLAIMS), spotsOf(packets)]).toEqual([ROGUE_FINDINGS, ROGUE_CLAIMS, spotsOf(live)]);
    const redacted = stage.report('beside', 'rogue-redacted.json');
    expect([named(findingsOf(redacted)), claimsOf(redacted, ROGUE_CLAIMS)]).toEqual([named(ROGUE_FINDINGS), ROGUE_CLAIMS]);
    for (const name of ['clean', 'clean-again', 'clean-packets', 'clean-redacted']) {
      const clean = stage.report('beside', `${name}.json`);
      expect([name, findingsOf(clean), claimsOf(clean, CLEAN_CLAIMS), spotsOf(clean)]).toEqual([name, [], CLEAN_CLAIMS, []]);
    }
  });

  it('has the phases that the app marked, unless a run sheet states them', async () => {
    const { out } = await stage.play('marked', `${RUN} --capture none --record marked/ --format json=live.json -- $APP shell '$NODE "$EGRET" mark start cloud-desktop' via api.multiclaw.io
      printf 'egret-run: 1\nscope: app\nphases: []\n' > own.yaml; ${AUDIT} marked --format json=again.json; ${AUDIT} marked --sheet own.yaml --format json=own.json`);
    expect(out).toBe('cloud-desktop has started\n');
    expect(['live', 'again', 'own'].map((name) => stage.report('marked', `${name}.json`).settings.phases.map(({ phase }) => phase))).toEqual([['cloud-desktop'], ['cloud-desktop'], []]);
  });

  it('with the proxy alone says of neither app that it does not do what the proxy cannot see', async () => {
    const { out } = await stage.play('alone', `${RUN} --capture none --record rogue/ --format json=rogue.json -- $APP ${ROGUE}; echo "rogue $?"
      ${RUN} --capture none --format json=clean.json -- $APP ${CLEAN}; echo "clean $?"; ${AUDIT} rogue/ --format json=again.json; echo "again $?"`);
    expect(out).toBe('rogue 0\nclean 0\nagain 0\n');
    for (const name of ['rogue', 'clean', 'again']) {
      const report = stage.report('alone', `${name}.json`);
      expect([name, findingsOf(report), contactsOf(report), claimsOf(report, ALONE_CLAIMS), spotsOf(report)]).toEqual([name, [], ['api.multiclaw.io 443/tcp via', 'ws.multiclaw.io 443/tcp via'], ALONE_CLAIMS, ['proxy-only 1']]);
    }
  });
});

function findingsOf({ findings }: Shown): string[] {
  return findings.filter(({ rule }) => rule !== 'tables-disagree').map(({ rule, severity, subject, claims }) => `${rule} ${severity} ${subject} → ${claims.join(' ')}`).toSorted();
}

function contactsOf({ destinations }: Shown): string[] {
  return destinations.map(({ name, addresses, port, transport, via }) => `${name ?? addresses.join()} ${port}/${transport}${via === undefined ? '' : ' via'}`).toSorted();
}

function claimsOf({ claims }: Shown, wanted: Claims): Claims {
  return Object.fromEntries(claims.filter(({ id }) => id in wanted).map(({ id, verdict, needs }) => [id, [verdict, ...needs.filter(({ met }) => !met).map(({ need }) => need)].join(' ')]));
}

/** Addresses are others; names are what is judged, and stay. */
const named = (findings: readonly string[]): string[] => findings.map((finding) => finding.replace(/ [\d.]+:/, ' some address:')).toSorted();
const spotsOf = ({ blindSpots }: Shown): string[] => blindSpots.map(({ code, count }) => `${code} ${count}`).toSorted();
