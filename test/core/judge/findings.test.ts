import { describe, expect, it } from 'vitest';
import { judgeFindings } from '../../../src/core/judge/findings.ts';
import type { Finding } from '../../../src/core/judge/finding.ts';
import type { JudgedRun } from '../../../src/core/judge/context.ts';
import { buildRun } from '../../build/judged-run.ts';
import type { RunSketch } from '../../build/run-sketch.ts';

const undeclared = { name: 'a.example', verdict: 'undeclared' as const };
const acceptance = { rule: 'undeclared-host', host: 'a.example', reason: 'known', until: '2027-01-31', owner: 'it-sec' };

describe('an acceptance', () => {
  it('in time marks the finding and keeps its severity', () => {
    expect(only({ policy: { accept: [acceptance] }, destinations: [undeclared] })).toMatchObject({
      severity: 'error',
      standing: 'accepted',
      acceptance: { reason: 'known', until: '2027-01-31', owner: 'it-sec' },
    });
  });

  it('past its day brings the finding back as expired, beside a finding of its own', () => {
    const found = findings({ policy: { accept: [{ ...acceptance, until: '2026-04-30' }] }, destinations: [undeclared] });
    expect(found.map(({ rule, standing }) => [rule, standing])).toEqual([
      ['undeclared-host', 'expired'],
      ['expired-acceptance', 'open'],
    ]);
  });

  it('is judged by the last packet of the recording: a longer one lets it expire', () => {
    const accept = [{ ...acceptance, until: '2026-05-01' }];
    const day = 24 * 3600;
    expect(findings({ policy: { accept }, destinations: [undeclared] })[0]?.standing).toBe('accepted');
    expect(findings({ policy: { accept }, destinations: [undeclared], scopes: [{ length: 60 }, { length: day }] })[0]?.standing).toBe('expired');
  });

  it('that was renewed stands before the expired one, which is then unused', () => {
    const found = findings({ policy: { accept: [{ ...acceptance, until: '2026-04-30' }, acceptance] }, destinations: [undeclared] });
    expect(found.map(({ rule, standing, policyAt }) => [rule, standing, policyAt?.line])).toEqual([
      ['undeclared-host', 'accepted', undefined],
      ['unused-acceptance', 'open', 100],
    ]);
  });

  it.each([
    ['a wildcard covers names below it', '*.example', 'a.example', 'accepted'],
    ['a wildcard never covers its apex', '*.a.example', 'a.example', 'open'],
    ['another host is not covered', 'b.example', 'a.example', 'open'],
  ])('by host: %s', (_, host, name, standing) => {
    expect(findings({ policy: { accept: [{ ...acceptance, host }] }, destinations: [{ ...undeclared, name }] })[0]?.standing).toBe(standing);
  });

  it('by address covers a nameless finding only when it is the only address', () => {
    const policy = { accept: [{ ...acceptance, host: '203.0.113.7' }] };
    expect(findings({ policy, destinations: [{ verdict: 'undeclared' }] })[0]?.standing).toBe('accepted');
    expect(findings({ policy, destinations: [{ verdict: 'undeclared', addresses: ['203.0.113.7', '203.0.113.8'] }] })[0]?.standing).toBe('open');
  });

  it('by address never covers a finding that has a name', () => {
    expect(findings({ policy: { accept: [{ ...acceptance, host: '203.0.113.7' }] }, destinations: [undeclared] })[0]?.standing).toBe('open');
  });

  it('that names host and entry needs both', () => {
    const entries = [{ id: 'api', hosts: ['a.example'] }];
    const destinations = [{ name: 'a.example', verdict: 'wrong-port' as const, entry: 'api', port: '8443/tcp' }];
    const line = { ...acceptance, rule: 'wrong-port' };
    expect(findings({ policy: { entries, accept: [{ ...line, entry: 'api' }] }, destinations })[0]?.standing).toBe('accepted');
    expect(findings({ policy: { entries, accept: [{ ...line, entry: 'other' }] }, destinations })[0]?.standing).toBe('open');
  });
});

describe('a finding', () => {
  it('takes the severity that the policy re-sets', () => {
    expect(only({ policy: { rules: { 'undeclared-host': 'note' } }, destinations: [undeclared] }).severity).toBe('note');
  });

  it('keeps its fingerprint from run to run and from release to release', () => {
    const one = only({ destinations: [{ ...undeclared, component: 'desktop' }] });
    const other = only({ scopes: [{ length: 9 }, {}], destinations: [{ ...undeclared, component: 'desktop', scope: 1, at: 7, up: 9, phases: ['task'], addresses: ['203.0.113.99'], outcome: 'timeout', reached: 'attempted' }] });
    expect(other.fingerprint).toBe(one.fingerprint);
    expect(one.fingerprint).toBe('5bb06cf828ade8d2bd6eb4074398131c');
  });

  it('without a name is known by the class of its address', () => {
    const at = (address: string): string => only({ destinations: [{ verdict: 'undeclared', addresses: [address] }] }).fingerprint;
    expect(at('203.0.113.7')).toBe(at('198.51.100.1'));
    expect(only({ policy: { lan: 'violation' }, destinations: [{ verdict: 'lan', addressClass: 'private', addresses: ['10.1.1.1'] }] }).fingerprint).not.toBe(at('203.0.113.7'));
  });

  it('of a media peer is the same in the next session, where the peer took another port', () => {
    const peer = { verdict: 'undeclared', reason: 'unexpected-peer', protocol: 'dtls', ice: { checks: 4, answered: 4 }, component: 'desktop' } as const;
    const prints = ['50123/udp', '61999/udp'].map((port) => only({ destinations: [{ ...peer, port }] }).fingerprint);
    expect(prints[1]).toBe(prints[0]);
    const unchecked: NonNullable<RunSketch['destinations']>[number] = { verdict: 'cannot-judge', reason: 'unnamed', protocol: 'dtls', version: 'DTLS1.2', offered: ['DTLS1.2'], component: 'desktop', port: '50125/udp' };
    const found = findings({ destinations: [{ ...peer, port: '50123/udp' }, unchecked] }).filter(({ rule }) => rule === 'unexpected-peer');
    expect(found).toHaveLength(2);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  it('stands alone under its fingerprint', () => {
    const prints = findings(crowd()).map((finding) => finding.fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('stands at the same place whatever the order of destinations and lookups', () => {
    const run = buildRun(crowd());
    const turned: JudgedRun = { ...run, destinations: run.destinations.toReversed(), lookups: run.lookups.toReversed() };
    expect(judgeFindings(turned).map(({ fingerprint, severity }) => [fingerprint, severity])).toEqual(judgeFindings(run).map(({ fingerprint, severity }) => [fingerprint, severity]));
  });

  it('comes in order of severity, then rule, then subject', () => {
    expect(findings(crowd()).map(({ severity, rule, subject }) => `${severity} ${rule} ${subject}`)).toEqual([
      'error telemetry-host o1.ingest.sentry.io:443/tcp',
      'error forbidden-host www.example:443/tcp',
      'error undeclared-host a.example:443/tcp',
      'error undeclared-host a.example:443/tcp',
      'error undeclared-host b.example:443/tcp',
      'error wrong-port api.example:8443/tcp',
      'warning undeclared-host c.example',
      'note unused-acceptance undeclared-host',
    ]);
  });

  it('gives at most three pieces of evidence, and their count', () => {
    const destinations = [1, 2, 3, 4, 5].map((at) => Object.assign({ at }, undeclared));
    const finding = only({ destinations });
    expect(finding.evidence).toHaveLength(3);
    expect(finding.evidenceCount).toBe(5);
  });
});

function findings(sketch: RunSketch): readonly Finding[] {
  return judgeFindings(buildRun(sketch));
}

function only(sketch: RunSketch): Finding {
  const [finding, ...rest] = findings(sketch);
  if (finding === undefined || rest.length > 0) throw new Error(`expected one finding, found ${rest.length + (finding === undefined ? 0 : 1)}`);
  return finding;
}

/** One connection each for several rules, and one host twice by different components. */
function crowd(): RunSketch {
  return {
    policy: { entries: [{ id: 'api', hosts: ['api.example'] }], accept: [{ ...acceptance, host: 'gone.example' }] },
    destinations: [
      { name: 'b.example', verdict: 'undeclared' },
      { name: 'api.example', verdict: 'wrong-port', entry: 'api', port: '8443/tcp' },
      { ...undeclared, component: 'gateway' },
      { name: 'www.example', verdict: 'forbidden' },
      { name: 'o1.ingest.sentry.io', verdict: 'undeclared', telemetry: '*.ingest.sentry.io' },
      undeclared,
    ],
    lookups: [{ name: 'c.example', verdict: 'undeclared' }],
  };
}

describe('a baseline', () => {
  it('settles the open finding that it knows, and no other', () => {
    const sketch: RunSketch = { destinations: [undeclared, { name: 'b.example', verdict: 'undeclared' }] };
    const [known] = findings(sketch);
    expect(withBaseline(sketch, [{ fingerprint: known?.fingerprint ?? '', severity: 'error' }]).map(({ subject, standing, inBaseline: as }) => [subject, standing, as])).toEqual([
      ['a.example:443/tcp', 'baseline', 'error'],
      ['b.example:443/tcp', 'open', undefined],
    ]);
  });

  it.each<[now: 'error' | 'note', then: 'error' | 'warning' | 'note', standing: string]>([
    ['error', 'error', 'baseline'],
    ['error', 'warning', 'open'],
    ['note', 'error', 'baseline'],
    ['note', 'note', 'baseline'],
  ])('covers a finding of severity %s that it has as %s: %s', (now, then, standing) => {
    const sketch: RunSketch = { policy: { rules: { 'undeclared-host': now } }, destinations: [undeclared] };
    expect(withBaseline(sketch, [{ fingerprint: only(sketch).fingerprint, severity: then }])).toMatchObject([{ standing, inBaseline: then, severity: now }]);
  });

  it('leaves an acceptance its word, and does not extend its day', () => {
    for (const [until, standing] of [['2027-01-31', 'accepted'], ['2026-04-30', 'expired']] as const) {
      const sketch: RunSketch = { policy: { accept: [{ ...acceptance, until }] }, destinations: [undeclared] };
      const [found] = findings(sketch);
      expect(withBaseline(sketch, [{ fingerprint: found?.fingerprint ?? '', severity: 'error' }])[0]).toMatchObject({ rule: 'undeclared-host', standing, inBaseline: 'error' });
    }
  });
});

function withBaseline(sketch: RunSketch, rows: readonly { readonly fingerprint: string; readonly severity: 'error' | 'warning' | 'note' }[]): readonly Finding[] {
  const at = { file: 'b.yaml', line: 1, column: 1 };
  const known = new Map(rows.map((row) => [row.fingerprint, { ...row, rule: 'undeclared-host', subject: '', count: 1 }]));
  return judgeFindings(buildRun(sketch), undefined, { file: 'b.yaml', sha256: '', policy: { name: '', sha256: '', at }, findings: known });
}
