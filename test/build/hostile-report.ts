/** A report with one stranger's text in every place where such text may stand. */
import type { WireText } from '../../src/core/base/wire-text.ts';
import { buildReport } from '../../src/core/report/build.ts';
import type { Report } from '../../src/core/report/report.ts';
import { bypassHost, claim, destination, entry, finding, input, inspectedHost, lookup, NO_WISH, sampleParts } from './sample-report.ts';

/** The name in every place; each list is `times` as long as it needs to be for that. */
export function hostileReport(name: WireText, times = 1): Report {
  const repeat = <T>(...items: readonly T[]): T[] => Array.from({ length: times }, () => items).flat();
  const telemetry = { class: 'crash', organisation: name, pattern: name, source: name, date: '2026-11-01', matched: name } as const;
  const parts = sampleParts({
    destinations: repeat(
      destination({ name, protocol: name, component: name, verdict: { kind: 'cannot-judge', name, reason: name, conditionUnknown: [name], telemetry }, tls: { offered: [], version: ['TLS1.3'], alpn: [name], ja4: [], ech: 'none' } }),
    ),
    lookups: repeat(lookup(name, { connected: false, cnames: [name], types: [name], rcode: name, resolver: name })),
    findings: repeat(
      finding({ subject: name, seen: `it spoke to ${name}`, why: name, do: name, sure: name, component: name, claims: [name] }),
      finding({ standing: 'accepted', subject: name, acceptance: { reason: name, until: name, owner: name } }),
    ),
    entries: repeat(
      entry(name, 3, { name, hosts: [name], standing: 'blocked', required: true, layer: name, effect: name, conditionUnknown: [name] }),
      entry(name, 4, { name, hosts: [name], standing: 'blocked', layer: name, effect: name }),
    ),
    claims: repeat(
      claim('C1', 'broken', name, name, { findings: ['b5bb9d8014a0f9b1d61e21e796d78dcc'] }),
      claim('C2', 'not-observable', name, name, { needs: [{ need: 'exercised', met: true }, { need: 'scope-known', met: false, why: name, supply: name }] }),
    ),
    inspected: repeat(
      inspectedHost(name, { component: name, entry: name, because: [name], effect: name, signals: [{ id: 'cert.private-root', weight: 'strong', says: name }], breaks: [{ what: 'quic', sure: 'hint', says: name }] }),
    ),
    bypass: repeat(bypassHost(name, { entry: name, because: [name], seen: [name] })),
    blindSpots: repeat({ code: name, count: 1, text: name, lowers: [name] }),
  });
  return buildReport({ ...parts, inputs: [input({ path: name })], policy: { path: name, sha256: '0'.repeat(64), name } }, NO_WISH);
}
