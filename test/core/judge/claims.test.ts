import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { NEEDS, type ClaimResult, type Need } from '../../../src/core/judge/claim.ts';
import { canBeSettled, rulesAgainst, settleClaims } from '../../../src/core/judge/claims/claims.ts';
import { CHECKS } from '../../../src/core/judge/claims/checks/index.ts';
import { CHECKS as LISTED, isCheckName, type CheckName } from '../../../src/core/policy/checks.ts';
import { judgeFindings } from '../../../src/core/judge/findings.ts';
import { RULE_IDS } from '../../../src/core/judge/explain.ts';
import { buildRun } from '../../build/judged-run.ts';
import { runSketch, type FullRunSketch, type RunSketch } from '../../build/run-sketch.ts';

/** Checks that no rule can settle yet. The list may only shrink: a check that gains a rule must leave it. */
const NO_RULE_YET: readonly CheckName[] = [
  'system-trust',
  'no-inbound-ports',
  'file-posture',
];

/** What each check's claim speaks of in the run below. */
const SPEAKS_OF: Partial<Record<CheckName, RunSketch>> = {
  'as-declared': claiming('as-declared', { entries: ['open', 'phased'] }),
  'only-with-feature': claiming('only-with-feature', { entries: ['gated'] }),
  'trust-zones': claiming('trust-zones', { entries: ['api'] }),
  'host-not-contacted': claiming('host-not-contacted', { hosts: ['www.example'] }),
  'inspection-bypass': {
    policy: { entries: [{ id: 'open', inspection: 'must-bypass' }, { id: 'api' }], claims: [{ id: 'C', check: 'inspection-bypass', entries: ['open', 'api'] }] },
    destinations: [
      { name: 'open.example', verdict: 'declared', entry: 'open', version: 'TLS1.2', chain: [{ cn: 'open.example', by: { cn: 'ISRG Root X1', o: 'Internet Security Research Group' } }] },
      { name: 'api.example', verdict: 'declared', entry: 'api', version: 'TLS1.3' },
    ],
  },
  'honours-proxy': {
    ...claiming('honours-proxy', {}),
    scopes: [{ features: [], phases: ['task'], proxy: { address: '10.0.0.9', port: 3128 } }],
    destinations: [{ name: 'open.example', verdict: 'declared', entry: 'open', version: 'TLS1.3', how: 'connect', via: '10.0.0.9:3128' }],
  },
  'loopback-leg': {
    ...claiming('loopback-leg', {}),
    destinations: [
      { verdict: 'local', addresses: ['127.0.0.1'], addressClass: 'loopback', port: '18789/tcp', protocol: 'http' },
      { verdict: 'inbound', inbound: true, addresses: ['10.0.0.5'], addressClass: 'private', port: '18789/tcp', protocol: 'unknown', reached: 'attempted', outcome: 'refused' },
      { name: 'api.example', verdict: 'declared', entry: 'api', component: 'gateway', version: 'TLS1.3' },
    ],
  },
  'credentials-in-zone': { ...claiming('credentials-in-zone', {}), destinations: [{ name: 'open.example', verdict: 'declared', entry: 'open', port: '80/tcp', protocol: 'http' }] },
  'webrtc-direct': { ...claiming('webrtc-direct', {}), destinations: [{ verdict: 'webrtc-peer', port: '50000/udp', protocol: 'dtls', ice: { checks: 4, answered: 4 } }] },
  'reconnects-same-host': { ...claiming('reconnects-same-host', { entries: ['open'] }), entries: [{ id: 'open', standing: 'exercised', drops: { lost: [{ host: 'open.example' }] } }] },
  'blocked-effects': { ...claiming('blocked-effects', { entries: ['api'] }), destinations: [{ name: 'api.example', verdict: 'declared', entry: 'api', reached: 'attempted', outcome: 'refused' }] },
};

const CHECK_NAMES = Object.keys(LISTED).filter(isCheckName);
const settled = CHECK_NAMES.filter((check) => canBeSettled(CHECKS[check]));
const crossings = settled.flatMap((check) => NEEDS.filter((need) => need !== 'exercised').map((need) => [check, need] as const));
const needed = crossings.filter(([check, need]) => CHECKS[check].needs.includes(need));
/** A server's hello that was not seen hides the version, and whether what followed was encrypted at all. */
const needless = crossings.filter(([check, need]) => !CHECKS[check].needs.includes(need) && !(need === 'tls-visible' && CHECKS[check].needs.includes('protocols-known')));

describe('a claim', () => {
  it.each(settled)('%s holds when everything it needs is there and it was put to the test', (check) => {
    const claim = settleOne(perfect(check));
    expect(claim).toMatchObject({ verdict: 'holds', findings: [], accepted: false, blindSpots: [] });
    expect(claim.reason).toMatch(/^holds within this recording: \S/);
    expect(claim.needs.every((state) => state.met)).toBe(true);
  });

  it.each(settled)('%s is unproven when nothing put it to the test', (check) => {
    const claim = settleOne(without('exercised', perfect(check)));
    expect(claim).toMatchObject({ verdict: 'unproven', reason: expect.stringMatching(/^unproven: .*; .+/) });
  });

  it.each(needed)('%s is not observable without %s, and says how to supply it', (check, need) => {
    const claim = settleOne(without(need, perfect(check)));
    const state = claim.needs.find((one) => one.need === need);
    expect(claim.verdict).toBe('not-observable');
    expect(state).toMatchObject({ met: false, why: expect.stringMatching(/\S/) });
    expect(claim.reason).toContain(`${need} is missing (${state?.why}); to supply it, ${state?.supply}`);
  });

  it.each(needless)('%s holds without %s, which it does not need', (check, need) => {
    expect(settleOne(without(need, perfect(check))).verdict).toBe('holds');
  });

  it.each(settled.flatMap((check) => CHECKS[check].needs.map((need) => [check, need] as const)))('%s names the blind spot that took %s away', (check, need) => {
    const claim = settleOne({ ...perfect(check), blindSpots: [{ code: 'some-spot', lowers: [need] }, { code: 'other-spot', lowers: [] }] });
    expect(claim).toMatchObject({ verdict: 'not-observable', blindSpots: ['some-spot'] });
    expect(claim.reason).toContain('the spot some-spot');
  });

  it.each(NO_RULE_YET)('%s is not observable, because no rule could break it', (check) => {
    const claim = settleOne(perfect(check));
    expect(claim.verdict).toBe('not-observable');
    expect(claim.reason).toContain('not observable (no rule)');
  });

  it('is settled by a rule for every check that is not in the shrinking list', () => {
    expect(CHECK_NAMES.filter((check) => !canBeSettled(CHECKS[check]))).toEqual([...NO_RULE_YET, 'not-observable']);
  });

  it.each(CHECK_NAMES)('%s is implemented under its own name', (check) => {
    expect(CHECKS[check].name).toBe(check);
  });

  it('of the check not-observable gives the reason of the policy', () => {
    const claim = settleOne({ policy: { claims: [{ id: 'C', check: 'not-observable', reason: 'It happens inside TLS' }] } });
    expect(claim).toMatchObject({ verdict: 'not-observable', reason: 'It happens inside TLS' });
  });

  it('of a check that egret does not know never holds', () => {
    expect(settleOne({ policy: { claims: [{ id: 'C', check: 'no-such-check' }] } }).verdict).toBe('not-observable');
  });

  it('is not observable when nothing was recorded', () => {
    expect(settleOne({ ...perfect('no-telemetry'), scopes: [] })).toMatchObject({ verdict: 'not-observable', reason: 'not observable: nothing was recorded' });
  });
});

/** Where silence is the evidence: without the needs there is no finding at all. */
const RESTS_ON_NEEDS: ReadonlySet<string> = new Set(['a hello without a name, in a whole recording with DNS in clear that never gave the address']);

describe('counter-evidence', () => {
  const broken = RULE_IDS.flatMap((rule) => fixtures(rule).flatMap(({ case: title, run }) => (brokenClaims(run).length > 0 && !RESTS_ON_NEEDS.has(title) ? [[rule, title, run] as const] : [])));

  it.each(broken)('of %s breaks the claim whatever else is missing: %s', (_, __, run) => {
    const before = brokenClaims(run).map((claim) => claim.id);
    const lowers = [...NEEDS];
    const after = brokenClaims({ ...run, scopes: [{ kind: 'assumed-app', length: 60, proxy: run.scopes[0]?.proxy, resolvers: run.scopes[0]?.resolvers }], blindSpots: [{ code: 'all', lowers }], coverage: { dnsClear: false, midStream: 3, dropped: 4 } }).map((claim) => claim.id);
    expect(after).toEqual(before);
  });

  it.each(broken)('of %s stands in a finding that is there: %s', (_, __, sketch) => {
    const run = buildRun(sketch);
    const findings = judgeFindings(run);
    for (const claim of settleClaims(run, findings).filter(({ verdict }) => verdict === 'broken')) {
      expect(claim.findings.length).toBeGreaterThan(0);
      const own = findings.filter((finding) => claim.findings.includes(finding.fingerprint) && finding.claims.includes(claim.id));
      expect(own.length).toBe(claim.findings.length);
      expect(claim.accepted).toBe(own.every((finding) => finding.standing === 'accepted'));
    }
  });

  it('breaks at least one claim in the fixtures for every check that a rule can break', () => {
    const checks = new Set(broken.flatMap(([, , run]) => brokenClaims(run).map((claim) => claim.check)));
    expect(settled.filter((check) => rulesAgainst(CHECKS[check]).length > 0 && !checks.has(check))).toEqual([]);
  });

  it('that was accepted leaves the claim broken, and says so', () => {
    const accept = [{ rule: 'undeclared-host', host: 'a.example', until: '2027-01-31' }];
    const claim = settleOne({ policy: { claims: [{ id: 'C', check: 'complete-list' }], accept }, destinations: [{ name: 'a.example', verdict: 'undeclared' }] });
    expect(claim).toMatchObject({ verdict: 'broken', accepted: true, reason: 'broken (accepted): 1 finding of undeclared-host' });
  });

  it('of which only a part was accepted is not accepted', () => {
    const accept = [{ rule: 'undeclared-host', host: 'a.example', until: '2027-01-31' }];
    const destinations = ['a.example', 'b.example'].map((name) => ({ name, verdict: 'undeclared' as const }));
    const claim = settleOne({ policy: { claims: [{ id: 'C', check: 'complete-list' }], accept }, destinations });
    expect(claim).toMatchObject({ verdict: 'broken', accepted: false, reason: 'broken: 2 findings of undeclared-host, 1 of them accepted' });
  });
});

describe('several scopes', () => {
  const claims = [{ id: 'C', check: 'as-declared', entries: ['api'] }];
  const entries = [{ id: 'api', hosts: ['api.example'] }, { id: 'other' }];
  const good = { name: 'api.example', verdict: 'declared' as const, entry: 'api' };

  it('hold only if each one that exercised the claim holds', () => {
    const run = { policy: { claims, entries }, scopes: [{}, {}], destinations: [good, { ...good, scope: 1, conditionUnknown: ['running:gateway'] }] };
    expect(settleOne(run)).toMatchObject({ verdict: 'not-observable', reason: expect.stringContaining('running:gateway') });
  });

  it('that did not exercise the claim take nothing away', () => {
    const run: RunSketch = { policy: { claims, entries }, scopes: [{}, {}], destinations: [good, { scope: 1, verdict: 'cannot-judge' }] };
    expect(settleOne(run).verdict).toBe('holds');
  });

  it('are broken when one is', () => {
    const run: RunSketch = { policy: { claims, entries }, scopes: [{}, {}], destinations: [good, { ...good, scope: 1, verdict: 'wrong-port', port: '8443/tcp' }] };
    expect(settleOne(run).verdict).toBe('broken');
  });

  it('cover the parts of a claim together', () => {
    const both = [{ id: 'C', check: 'as-declared', entries: ['api', 'other'] }];
    const other = { name: 'other.example', verdict: 'declared' as const, entry: 'other', scope: 1 };
    expect(settleOne({ policy: { claims: both, entries }, scopes: [{}, {}], destinations: [good, other] }).verdict).toBe('holds');
    expect(settleOne({ policy: { claims: both, entries }, scopes: [{}, {}], destinations: [good] })).toMatchObject({ verdict: 'unproven', reason: expect.stringContaining('1 of 2 parts was put to the test, missing: other') });
  });
});

describe('traps', () => {
  it('never calls a provider promise held by a run in which the feature was on', () => {
    const run = perfect('only-with-feature');
    expect(settleOne({ ...run, scopes: [{ features: ['openai'], phases: [] }] }).verdict).toBe('unproven');
  });

  it('cannot recognise a provider whose hosts nobody configured', () => {
    const policy = { entries: [{ id: 'mcp', hosts: [], when: { feature: ['mcp'] } }], claims: [{ id: 'C', check: 'only-with-feature', entries: ['mcp'] }] };
    const destinations = [{ name: 'open.example', verdict: 'declared' as const, entry: 'open' }];
    expect(settleOne({ policy, scopes: [{ features: [] }], destinations }).verdict).toBe('unproven');
  });

  it.each(['complete-list', 'no-telemetry', 'host-not-contacted'] as const)('%s is at best unproven beside hosts taken for the system by name', (check) => {
    const run = perfect(check);
    const claim = settleOne({ ...run, destinations: [...(run.destinations ?? []), { name: 'os.example', verdict: 'environment' }] });
    expect(claim).toMatchObject({ verdict: 'unproven', reason: expect.stringContaining('by name alone') });
  });

  it.each(['complete-list', 'no-telemetry'] as const)('%s holds beside hosts of the system that a process of the system asked for', (check) => {
    const run = perfect(check);
    const reason = 'Windows: network connectivity status indicator; process svchost.exe';
    const destinations = (confidence: 'high' | 'medium') => [...(run.destinations ?? []), { name: 'os.example', verdict: 'environment' as const, reason, confidence }];
    expect(settleOne({ ...run, destinations: destinations('high') }).verdict).toBe('holds');
    expect(settleOne({ ...run, destinations: destinations('medium') }).verdict).toBe('unproven');
  });

  it.each(['complete-list', 'no-telemetry'] as const)('%s is at best unproven beside names of the system that were only looked up', (check) => {
    const run = perfect(check);
    const claim = settleOne({ ...run, lookups: [...(run.lookups ?? []), { name: 'os.example', verdict: 'environment' }] });
    expect(claim).toMatchObject({ verdict: 'unproven', reason: expect.stringContaining('1 name that was only looked up taken for the operating system') });
  });

  it('stays broken by other findings beside hosts of the system', () => {
    const run = perfect('complete-list');
    const destinations = [...(run.destinations ?? []), { name: 'os.example', verdict: 'environment' as const }, { name: 'evil.example', verdict: 'undeclared' as const }];
    expect(settleOne({ ...run, destinations }).verdict).toBe('broken');
  });

  it('does not hold beside a loopback program outside the policy', () => {
    const run = perfect('complete-list');
    const claim = settleOne({ ...run, destinations: [...(run.destinations ?? []), { verdict: 'undeclared-local', addresses: ['127.0.0.1'], addressClass: 'loopback', port: '9000/tcp' }] });
    expect(claim).toMatchObject({ verdict: 'not-observable', reason: expect.stringContaining('what those send on is not seen') });
  });

  it('knows the certificates behind TLS 1.3 to be hidden, and the version not', () => {
    const run = { ...perfect('tls-minimum'), coverage: { certificatesHidden: 5 } };
    expect(settleOne(run).verdict).toBe('holds');
  });

  it('does not see the end of a connection that the capture cut', () => {
    const policy = { claims: [{ id: 'C', check: 'complete-list' }], entries: [{ id: 'turn', hosts: ['turn.example'], closesWithPhase: true }] };
    const claim = settleOne({ policy, destinations: [{ name: 'turn.example', verdict: 'declared', entry: 'turn', outcome: 'cut' }] });
    expect(claim).toMatchObject({ verdict: 'not-observable', reason: expect.stringContaining('still open when the capture ended') });
  });

  it('does not call the terms of an entry kept that had not closed when the capture ended', () => {
    const policy = { claims: [{ id: 'C', check: 'as-declared', entries: ['turn'] }], entries: [{ id: 'turn', hosts: ['turn.example'], closesWithPhase: true }, { id: 'api' }] };
    const run: RunSketch = { policy, destinations: [{ name: 'turn.example', verdict: 'declared', entry: 'turn' }] };
    const open = (id: string) => settleOne({ ...run, entries: [{ id, standing: 'exercised', leftOpen: 2 }] });
    expect(open('api').verdict).toBe('holds');
    expect(open('turn')).toMatchObject({ verdict: 'unproven', reason: expect.stringContaining('2 connections under turn had not closed when the capture ended') });
  });

  it('knows no log upload where every byte went under a budget, and doubts what had none', () => {
    const policy = { claims: [{ id: 'C', check: 'no-log-upload' }], entries: [{ id: 'api', upload: { max: 1000 } }, { id: 'free' }] };
    const api = { name: 'api.example', verdict: 'declared' as const, entry: 'api', up: 900 };
    const settle = (...more: NonNullable<RunSketch['destinations']>) => settleOne({ policy, destinations: [api, ...more] });
    expect(settle().verdict).toBe('holds');
    expect(settle({ name: 'free.example', verdict: 'declared', entry: 'free', up: 70 })).toMatchObject({ verdict: 'unproven', reason: expect.stringContaining('70 bytes were sent without an upload budget (free)') });
    expect(settle({ name: 'odd.example', verdict: 'undeclared', up: 70 })).toMatchObject({ verdict: 'unproven', reason: expect.stringContaining('(hosts outside the list)') });
    expect(settle({ verdict: 'infrastructure', port: '53/udp', up: 70 }).verdict).toBe('holds');
  });

  it.each<[string, Partial<NonNullable<RunSketch['destinations']>[number]>]>([
    ['an old DNS answer', { how: 'dns-stale', confidence: 'low' }],
    ['an outer name of an encrypted hello', { how: 'ech-outer' }],
    ['an encrypted hello', { ech: 'outer' }],
  ])('does not hold a list complete on %s', (_, change) => {
    const run = perfect('complete-list');
    const claim = settleOne({ ...run, destinations: [...(run.destinations ?? []), { name: 'open.example', verdict: 'declared', entry: 'open', version: 'TLS1.3', ...change }] });
    expect(claim).toMatchObject({ verdict: 'not-observable', reason: expect.stringContaining('1 connection could not be judged by a certain name') });
  });

  it('does not hold a list complete on a name that is contradicted', () => {
    const run = perfect('complete-list');
    const claim = settleOne({ ...run, destinations: [...(run.destinations ?? []), { name: 'open.example', verdict: 'declared', entry: 'open', mismatch: { sni: 'open.example', addresses: ['203.0.113.9'] } }] });
    expect(claim).toMatchObject({ verdict: 'not-observable', reason: expect.stringContaining('names-complete is missing') });
  });

  it.each<[string, Partial<NonNullable<RunSketch['destinations']>[number]>, string]>([
    ['off loopback is not observable', { up: 10 }, 'not-observable'],
    ['that carried nothing takes nothing away', {}, 'holds'],
    ['on loopback takes nothing away', { up: 10, verdict: 'local', addressClass: 'loopback' }, 'holds'],
  ])('never takes an unknown protocol for encrypted: one %s', (_, change, verdict) => {
    const run = perfect('encrypted-except-loopback');
    const claim = settleOne({ ...run, destinations: [...(run.destinations ?? []), { name: 'open.example', verdict: 'declared', entry: 'open', protocol: 'unknown', ...change }] });
    expect(claim.verdict).toBe(verdict);
  });

  it('is not put to the test by lookups and traffic in clear alone', () => {
    const run = perfect('encrypted-except-loopback');
    expect(settleOne({ ...run, destinations: [{ verdict: 'infrastructure', port: '53/udp', protocol: 'dns' }] }).verdict).toBe('unproven');
  });

  it('does not take an entry that any component may hold for a trust zone', () => {
    const run = claiming('trust-zones', { entries: ['open', 'api'] });
    const open = { name: 'open.example', verdict: 'declared' as const, entry: 'open', component: 'desktop' };
    expect(settleOne({ ...run, destinations: [open] }).verdict).toBe('unproven');
    expect(settleOne({ ...run, destinations: [open, { name: 'api.example', verdict: 'declared', entry: 'api', component: 'gateway' }] }).verdict).toBe('holds');
  });

  it('does not call the terms of an entry kept by a component that nobody knows', () => {
    const run = claiming('as-declared', { entries: ['api'] });
    const api = { name: 'api.example', verdict: 'declared' as const, entry: 'api' };
    expect(settleOne({ ...run, destinations: [api] })).toMatchObject({ verdict: 'not-observable', reason: expect.stringContaining('unknown here: component') });
    expect(settleOne({ ...run, destinations: [{ ...api, component: 'gateway' }] }).verdict).toBe('holds');
  });

  it('takes a failed lookup for a blocked row, and a row that was reached once for none', () => {
    const run = claiming('blocked-effects', { entries: ['api'] });
    const tried = { name: 'api.example', verdict: 'declared' as const, entry: 'api', reached: 'attempted' as const };
    expect(settleOne({ ...run, lookups: [{ name: 'api.example', verdict: 'declared', entry: 'api', rcode: 'NXDOMAIN' }] }).verdict).toBe('holds');
    expect(settleOne({ ...run, destinations: [tried, { ...tried, reached: 'established' }] }).verdict).toBe('unproven');
  });

  it('is in doubt about inspection where a chain leads to no known root', () => {
    const run = perfect('inspection-bypass');
    const claim = settleOne({ ...run, entries: [{ id: 'open', standing: 'exercised', interception: 'possible' }] });
    expect(claim).toMatchObject({ verdict: 'unproven', reason: expect.stringContaining('TLS inspection of open is not ruled out') });
  });

  it('asks for a visible chain of every entry that inspection must bypass, and of no other', () => {
    const run = perfect('inspection-bypass');
    const policy = { entries: [{ id: 'open', inspection: 'must-bypass' as const }, { id: 'other', inspection: 'must-bypass' as const }], claims: [{ id: 'C', check: 'inspection-bypass' }] };
    expect(settleOne({ ...run, policy })).toMatchObject({ verdict: 'unproven', reason: expect.stringContaining('1 of 2 parts was put to the test, missing: other') });
  });

  it.each<[string, RunSketch['destinations'], string]>([
    ['a leg that nobody tried from outside', [], 'unproven'],
    ['a try from outside that nobody answered', [{ verdict: 'inbound', inbound: true, addressClass: 'private', port: '18789/tcp', reached: 'attempted', outcome: 'timeout' }], 'unproven'],
    ['a refused try at another port', [{ verdict: 'inbound', inbound: true, addressClass: 'private', port: '22/tcp', reached: 'attempted', outcome: 'refused' }], 'unproven'],
    ['a refused try at its own port', [{ verdict: 'inbound', inbound: true, addressClass: 'private', port: '18789/tcp', reached: 'attempted', outcome: 'refused' }], 'holds'],
    ['an accepted one', [{ verdict: 'inbound', inbound: true, addressClass: 'private', port: '18789/tcp' }], 'broken'],
  ])('takes a local leg for unexposed only after the host refused: %s', (_, tries, verdict) => {
    const leg = { verdict: 'local' as const, addresses: ['127.0.0.1'], addressClass: 'loopback' as const, port: '18789/tcp', protocol: 'http' };
    expect(settleOne({ ...claiming('loopback-leg', {}), destinations: [leg, ...(tries ?? [])] }).verdict).toBe(verdict);
  });

  it('does not take a proxy for honoured whose variables nobody set', () => {
    const run = perfect('honours-proxy');
    expect(settleOne({ ...run, scopes: [{ features: [], phases: ['task'], proxy: { address: '10.0.0.9', port: 3128, variablesSet: false } }] }).verdict).toBe('unproven');
  });

  it('says how credentials inside TLS could be looked at, and never that there were none', () => {
    const claim = settleOne({ ...claiming('credentials-in-zone', {}), destinations: [{ name: 'open.example', verdict: 'declared', entry: 'open', version: 'TLS1.3' }] });
    expect(claim).toMatchObject({ verdict: 'not-observable', reason: expect.stringContaining('encryption hides what 1 connection carried, credentials included') });
    expect(claim.reason).toContain('HAR');
  });

  it('compares lists without a recording', () => {
    expect(settleOne({ ...perfect('tables-agree'), scopes: [], destinations: [] }).verdict).toBe('holds');
  });
});

function settleOne(sketch: RunSketch): ClaimResult {
  const run = buildRun(sketch);
  const [claim] = settleClaims(run, judgeFindings(run));
  if (claim === undefined) throw new Error('the run has no claim');
  return claim;
}

function brokenClaims(sketch: RunSketch): readonly ClaimResult[] {
  const run = buildRun(sketch);
  return settleClaims(run, judgeFindings(run)).filter(({ verdict }) => verdict === 'broken');
}

/** A run in which nothing is missing and every check is put to the test. */
function perfect(check: CheckName): RunSketch {
  const own = SPEAKS_OF[check] ?? claiming(check, {});
  return {
    scopes: [{ features: [], phases: ['task'] }],
    destinations: [
      { name: 'open.example', verdict: 'declared', entry: 'open', version: 'TLS1.3' },
      { name: 'phased.example', verdict: 'declared', entry: 'phased', version: 'TLS1.2' },
      { name: 'api.example', verdict: 'declared', entry: 'api', component: 'gateway', version: 'TLS1.3' },
    ],
    ...own,
  };
}

function claiming(check: CheckName, of: { readonly entries?: string[]; readonly hosts?: string[] }): RunSketch {
  return {
    policy: {
      entries: [
        { id: 'open', hosts: ['open.example'] },
        { id: 'phased', hosts: ['phased.example'], when: { phase: ['task'] } },
        { id: 'api', hosts: ['api.example'], components: ['gateway'], blocked: 'It stops.' },
        { id: 'gated', hosts: ['provider.example'], when: { feature: ['openai'] } },
      ],
      mustNot: [{ hosts: ['www.example'] }],
      published: [{ id: 'table', rows: ['open', 'phased', 'api', 'provider'].map((id) => ({ host: `${id}.example` })) }],
      claims: [{ id: 'C', check, ...of }],
    },
  };
}

/** The run with one need taken away, and as little else as possible. */
function without(need: Need, run: RunSketch): RunSketch {
  const destinations = run.destinations ?? [];
  const scopes = run.scopes ?? [];
  const taken: Readonly<Record<Need, RunSketch>> = {
    'start-covered': { coverage: { midStream: 3 } },
    'end-covered': { blindSpots: [{ code: 'file-cut', lowers: ['end-covered'] }] },
    'wire-complete': { coverage: { dropped: 5 } },
    'names-complete': { destinations: [...destinations, { verdict: 'cannot-judge', reason: 'unnamed', port: '3478/udp', protocol: 'stun' }] },
    'dns-in-clear': { coverage: { dnsClear: false } },
    'scope-known': { scopes: scopes.map((one) => Object.assign({}, one, { kind: 'assumed-app' as const })) },
    'process-complete': { destinations: destinations.map((one) => Object.assign({}, one, { component: undefined })) },
    'bytes-complete': { blindSpots: [{ code: 'flow-cap', lowers: ['bytes-complete'] }] },
    'tls-visible': { destinations: [...destinations.map((one) => Object.assign({}, one, { version: undefined, chain: undefined })), { name: 'open.example', verdict: 'declared', entry: 'open', component: 'gateway', via: '10.0.0.9:3128' }] },
    'protocols-known': { destinations: [...destinations, { name: 'open.example', verdict: 'declared', entry: 'open', component: 'gateway', protocol: 'unknown', up: 0, down: 10 }] },
    'marks-present': { scopes: scopes.map((one) => Object.assign({}, one, { phases: undefined })) },
    'condition-known': { scopes: scopes.map((one) => Object.assign({}, one, { features: undefined })), destinations: destinations.map((one) => Object.assign({}, one, one.entry === 'open' ? { conditionUnknown: ['running:gateway'] } : {})) },
    exercised: { destinations: [], entries: [], ...(run.policy === undefined ? {} : { policy: { ...run.policy, published: [] } }) },
  };
  return { ...run, ...taken[need] };
}

function fixtures(rule: string): readonly { readonly case: string; readonly run: FullRunSketch }[] {
  return z.array(z.object({ case: z.string(), run: runSketch })).parse(parse(readFileSync(`fixtures/rules/${rule}.yaml`, 'utf8')));
}
