import { describe, expect, it } from 'vitest';
import { type Compared, diffReports, type Difference } from '../../../src/core/report/diff.ts';
import type { DiffFailOn } from '../../../src/core/report/diff/exit.ts';
import { protocolWords } from '../../../src/core/report/diff/words.ts';
import type { SavedReport } from '../../../src/core/report/saved-report.ts';
import { claim, destination, entry, finding, lookup, saved } from '../../build/saved-report.ts';

const side = (report: SavedReport, path = 'r.json'): Compared => ({ report, path, kind: 'report' });
const diff = (a: Partial<SavedReport>, b: Partial<SavedReport>, failOn: DiffFailOn = 'never'): Difference => diffReports(side(saved(a), 'a.json'), side(saved(b), 'b.json'), failOn);
const names = (rows: readonly { readonly name?: string; readonly address?: string }[]): (string | undefined)[] => rows.map(({ name, address }) => name ?? address);

const nameless = (address: string): SavedReport['destinations'][number] => {
  const { name: _name, ...rest } = destination({ addresses: [address] });
  return rest;
};

const peer = (address: string, port: number): SavedReport['destinations'][number] => ({ ...nameless(address), verdict: 'webrtc-peer', protocol: 'dtls', transport: 'udp', port, tls: { version: ['DTLS1.2'] } });

describe('destinations', () => {
  it('are the same by component, name, port and transport, whatever their counts, bytes and addresses', () => {
    const found = diff({ destinations: [destination()] }, { destinations: [destination({ count: 9, up: 1, addresses: ['203.0.113.99'] })] });
    expect(found.destinations).toEqual({ new: [], gone: [], changed: [], same: 1 });
  });

  it.each<[string, Parameters<typeof destination>[0]]>([
    ['another name', { name: 'b.example' }],
    ['another component', { component: 'helper' }],
    ['another port', { port: 8443 }],
    ['another transport', { transport: 'udp' }],
    ['another direction', { inbound: true }],
  ])('with %s are gone and new', (_, over) => {
    const found = diff({ destinations: [destination()] }, { destinations: [destination(over)] });
    expect([found.destinations.new.length, found.destinations.gone.length, found.destinations.same]).toEqual([1, 1, 0]);
  });

  it('without a name are told apart by address, and an address that calls itself a name is another', () => {
    const found = diff({ destinations: [nameless('203.0.113.1')] }, { destinations: [nameless('203.0.113.1'), nameless('203.0.113.2'), destination({ name: '203.0.113.1' })] });
    expect(names(found.destinations.new)).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(found.destinations.same).toBe(1);
  });

  it('that are media peers are the same on another port, and another address is another peer', () => {
    const found = diff({ destinations: [peer('203.0.113.1', 60563)] }, { destinations: [peer('203.0.113.1', 43044), peer('203.0.113.2', 43044)] });
    expect([names(found.destinations.new), found.destinations.gone, found.destinations.same]).toEqual([['203.0.113.2'], [], 1]);
    expect(found.destinations.new.map(protocolWords)).toEqual(['dtls 1.2']);
  });

  it.each<[string, Parameters<typeof destination>[0], object]>([
    ['verdict', { verdict: 'wrong-port' }, { what: 'verdict', was: 'declared', now: 'wrong-port' }],
    ['entry', { entry: 'other' }, { what: 'entry', was: 'api', now: 'other' }],
    ['step reached', { reached: 'attempted' }, { what: 'reached', was: 'sent', now: 'attempted' }],
    ['protocol', { protocol: 'http' }, { what: 'protocol', was: 'tls', now: 'http' }],
    ['TLS version', { tls: { version: ['TLS1.0'] } }, { what: 'TLS', was: 'TLS1.3', now: 'TLS1.0' }],
    ['issuer', { tls: { version: ['TLS1.3'], issuer: 'CN=Box' } }, { what: 'issuer', now: 'CN=Box' }],
    ['catalogue row', { telemetry: { class: 'crash', organisation: 'Sentry' } }, { what: 'telemetry', now: 'crash: Sentry' }],
  ])('whose %s differs are changed', (_, over, step) => {
    const { changed, same } = diff({ destinations: [destination()] }, { destinations: [destination(over)] }).destinations;
    expect([changed.map(({ steps }) => steps), same]).toEqual([[[step]], 0]);
  });

  it('that differ only in scope or phase are one, with all that any of them had', () => {
    const rows = [destination({ reached: 'attempted', protocol: 'unknown' }), destination({ verdict: 'wrong-phase' })];
    const found = diff({ destinations: rows }, { destinations: rows.toReversed() });
    expect(found.destinations).toEqual({ new: [], gone: [], changed: [], same: 1 });
    expect(diff({}, { destinations: rows }).destinations.new).toMatchObject([{ verdicts: ['declared', 'wrong-phase'], protocols: ['tls'], reached: 'sent', count: 2 }]);
  });
});

describe('looked-up names', () => {
  it('that A neither asked for nor connected to are new', () => expect(names(diff({}, { lookups: [lookup({ name: 't.example' })] }).lookups.new)).toEqual(['t.example']));
  it('that the other side connected to are neither new nor gone', () => {
    const asked = { lookups: [lookup({ name: 'a.example' })] };
    expect([diff({ destinations: [destination()] }, asked).lookups, diff(asked, { destinations: [destination()] }).lookups]).toEqual([{ new: [], gone: [], same: 1 }, { new: [], gone: [], same: 0 }]);
  });
  it('that were connected to stand among the destinations only', () => expect(diff({}, { lookups: [lookup({ connected: true })] }).lookups.new).toEqual([]));
});

describe('what was judged', () => {
  it('shows claims, entries and findings that moved', () => {
    const found = diff({ claims: [claim(), claim({ id: 'C2' })], entries: [entry()], findings: [finding()] }, { claims: [claim({ verdict: 'broken' })], entries: [entry({ interception: 'proven' })], findings: [finding({ standing: 'accepted' })] });
    expect(found.claims).toEqual({ changed: [{ id: 'C1', text: 'A promise', steps: [{ what: 'verdict', was: 'holds', now: 'broken' }] }, { id: 'C2', text: 'A promise', steps: [{ what: 'verdict', was: 'holds' }] }], same: 0 });
    expect(found.entries.changed.map(({ steps }) => steps)).toEqual([[{ what: 'interception', was: 'not-seen', now: 'proven' }]]);
    expect(found.findings.changed.map(({ steps }) => steps)).toEqual([[{ what: 'standing', was: 'open', now: 'accepted' }]]);
  });

  it('is not compared with what was not, and that is said', () => {
    const { policy: _policy, ...unjudged } = saved({ destinations: [destination({ verdict: 'unjudged' })] });
    const found = diffReports(side(unjudged), side(saved({ destinations: [destination()], claims: [claim()], findings: [finding()] })), 'changed');
    expect([found.judged, found.destinations.same, found.claims.changed, found.findings.new, found.summary.exit]).toEqual([false, 1, [], [], 0]);
    expect(found.unlike.map(({ about }) => about)).toEqual(['policy']);
  });

  it('against two policies is compared, and that is said', () => {
    const found = diff({}, { policy: { path: 'p.yaml', sha256: 'b'.repeat(64), name: 'P' } });
    expect([found.judged, found.unlike.map(({ about }) => about)]).toEqual([true, ['policy']]);
  });
});

describe('the exit code', () => {
  const fresh: Partial<SavedReport> = { destinations: [destination(), destination({ name: 'new.example' })] };
  const base: Partial<SavedReport> = { destinations: [destination()] };
  it.each<[string, Partial<SavedReport>, Partial<SavedReport>, DiffFailOn, number]>([
    ['a new destination for new', base, fresh, 'new', 1],
    ['a new destination for changed', base, fresh, 'changed', 1],
    ['a new destination for never', base, fresh, 'never', 0],
    ['a newly looked-up name for new', base, { ...base, lookups: [lookup({ name: 'n.example' })] }, 'new', 1],
    ['a new open finding for new', base, { ...base, findings: [finding()] }, 'new', 1],
    ['a new finding whose acceptance ran out for new', base, { ...base, findings: [finding({ standing: 'expired' })] }, 'new', 1],
    ['a new accepted finding for new', base, { ...base, findings: [finding({ standing: 'accepted' })] }, 'new', 0],
    ['a new accepted finding for changed', base, { ...base, findings: [finding({ standing: 'accepted' })] }, 'changed', 1],
    ['a gone destination for new', fresh, base, 'new', 0],
    ['a gone destination for changed', fresh, base, 'changed', 1],
    ['a changed claim for new', { ...base, claims: [claim()] }, { ...base, claims: [claim({ verdict: 'broken' })] }, 'new', 0],
    ['a changed claim for changed', { ...base, claims: [claim()] }, { ...base, claims: [claim({ verdict: 'broken' })] }, 'changed', 1],
    ['no difference for changed', base, base, 'changed', 0],
    ['a B without any traffic', base, { summary: { connections: 0, lookups: 0 } }, 'new', 2],
    ['an A without any traffic, where all of B is new', { summary: { connections: 0, lookups: 0 } }, base, 'new', 1],
  ])('of %s', (_, a, b, failOn, exit) => expect(diff(a, b, failOn).summary.exit).toBe(exit));
});

it('gives new for gone when the sides are swapped', () => {
  const [a, b] = [saved({ destinations: [destination({ name: 'x.example' }), destination()], lookups: [lookup()] }), saved({ destinations: [destination()], findings: [finding()] })];
  const [forth, back] = [diffReports(side(a), side(b), 'never'), diffReports(side(b), side(a), 'never')];
  expect([back.destinations.new, back.lookups.new, back.findings.new]).toEqual([forth.destinations.gone, forth.lookups.gone, forth.findings.gone]);
});
