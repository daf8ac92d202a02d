/** Small reports as they are read back from JSON, for tests of comparisons. */
import type { SavedClaim, SavedDestination, SavedEntry, SavedFinding, SavedLookup, SavedReport } from '../../src/core/report/saved-report.ts';

export function saved(over: Partial<SavedReport> = {}): SavedReport {
  return {
    schema: 'egret.report/1',
    tool: { name: 'egret', version: '1.2.3' },
    inputs: [{ path: 'run.pcapng', packets: 10, first: '2026-03-31T12:00:00.000000Z', last: '2026-03-31T12:00:10.000000Z', scope: 'app' }],
    policy: { path: 'p.yaml', sha256: 'a'.repeat(64), name: 'P' },
    settings: { features: [], phases: [{ phase: 'launch' }] },
    summary: { connections: 3, lookups: 2 },
    claims: [],
    entries: [],
    findings: [],
    destinations: [],
    lookups: [],
    coverage: { nameable: 3, named: 2, dnsClear: true, dnsEncrypted: 0, tls: 2, certificatesHidden: 1, processesKnown: 3 },
    blindSpots: [],
    ...over,
  };
}

export function destination(over: Partial<SavedDestination> = {}): SavedDestination {
  return {
    component: 'app', name: 'a.example', addresses: ['203.0.113.1'], port: 443, transport: 'tcp', protocol: 'tls', verdict: 'declared', entry: 'api', reached: 'sent', count: 1, up: 10, down: 20, inbound: false,
    tls: { version: ['TLS1.3'] }, ...over,
  };
}

export function lookup(over: Partial<SavedLookup> = {}): SavedLookup {
  return { name: 'l.example', verdict: 'undeclared', rcode: 'NOERROR', count: 1, connected: false, ...over };
}

export function finding(over: Partial<SavedFinding> = {}): SavedFinding {
  return { rule: 'undeclared-host', severity: 'error', subject: 'a.example:443/tcp', fingerprint: '0'.repeat(32), evidenceCount: 1, standing: 'open', ...over };
}

export function claim(over: Partial<SavedClaim> = {}): SavedClaim {
  return { id: 'C1', text: 'A promise', verdict: 'holds', ...over };
}

export function entry(over: Partial<SavedEntry> = {}): SavedEntry {
  return { id: 'api', name: 'The API', standing: 'exercised', interception: 'not-seen', ...over };
}
