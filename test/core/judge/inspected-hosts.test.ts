/** Rows on inspected hosts and the bypass list: who stands in them, in which order, with which words. */
import { describe, expect, it } from 'vitest';
import { bypassHosts, inspectedHosts } from '../../../src/core/judge/inspected-hosts.ts';
import { buildRun } from '../../build/judged-run.ts';
import type { RunSketch } from '../../build/run-sketch.ts';

const product = [{ cn: 'x', by: { cn: 'FortiGate CA', o: 'Fortinet' } }];
const sketch: RunSketch = {
  policy: { entries: [{ id: 'ws', hosts: ['ws.example'], inspection: 'must-bypass', blocked: 'It stops.' }, { id: 'all', hosts: ['*.push.example', 'ws.example'], inspection: 'must-bypass' }, { id: 'free', hosts: ['free.example'], inspection: 'tolerates' }] },
  destinations: [
    { name: 'free.example', verdict: 'declared', entry: 'free', version: 'TLS1.3', handshakes: { hiddenAlerts: 1 } },
    { name: 'ws.example', verdict: 'declared', entry: 'ws', version: 'TLS1.2', chain: product },
    { name: 'ws.example', verdict: 'declared', entry: 'ws', port: '3478/udp', protocol: 'stun', reached: 'attempted', outcome: 'sent-only', up: 20 },
    { name: 'ws.example', verdict: 'declared', entry: 'ws', port: '8443/tcp', version: 'TLS1.2', chain: product },
    { name: 'a.example', verdict: 'undeclared', version: 'TLS1.2', chain: product },
    { name: 'calm.example', verdict: 'undeclared', version: 'TLS1.3' },
  ],
  entries: [{ id: 'ws', standing: 'exercised', interception: 'proven' }],
};

describe('inspected hosts', () => {
  const rows = inspectedHosts(buildRun(sketch));

  it('are those above not-seen, proven first, each once with its ports', () => {
    expect(rows.map(({ host, verdict, ports }) => [verdict, host, ports])).toEqual([['proven', 'a.example', [443]], ['proven', 'ws.example', [443, 8443]], ['possible', 'free.example', [443]]]);
  });

  it('say what the policy says of them, and what was seen to break on all their ports', () => {
    expect(rows[1]).toMatchObject({ entry: 'ws', inspection: 'must-bypass', effect: 'It stops.', breaks: [{ what: 'media-udp', sure: 'seen' }], signals: [{ id: 'cert.product-issuer', weight: 'strong' }] });
    expect(rows[0]).toMatchObject({ inspection: 'unknown', breaks: [] });
    expect(rows[0]).not.toHaveProperty('entry');
    expect(rows[2]).toMatchObject({ inspection: 'tolerates', breaks: [{ what: 'certificate', sure: 'hint' }] });
  });
});

describe('the bypass list', () => {
  it('holds what must bypass and nothing else, each host once', () => {
    const run = buildRun(sketch);
    expect(bypassHosts(run.policy, run.entries).map(({ host, kind, entry, interception }) => [host, kind, entry, interception])).toEqual([['ws.example', 'host', 'ws', 'proven'], ['*.push.example', 'wildcard', 'all', 'not-seen']]);
  });
});
