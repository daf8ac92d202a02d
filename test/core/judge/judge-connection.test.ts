import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { ScopeFacts } from '../../../src/core/judge/context.ts';
import { judgeConnection } from '../../../src/core/judge/judge-connection.ts';
import { PhaseTimelines } from '../../../src/core/judge/phases.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import type { HttpPart } from '../../../src/core/decode/payloads/http/facts.ts';
import { compilePolicy } from '../../../src/core/policy/compile.ts';
import { connection, scope, START, type ConnectionParts } from '../../build/connection.ts';
import { deny, entry, not, phase, policy } from '../../build/decide-policy.ts';

const compiled = compilePolicy(
  policy(
    [
      entry({ id: 'api', hosts: ['api.x.io'] }),
      entry({ id: 'task', hosts: ['task.x.io'], when: phase('task') }),
      entry({ id: 'idle', hosts: ['idle.x.io'], when: not(phase('task')) }),
      entry({ id: 'wild', hosts: ['*.w.io'] }),
      entry({ id: 'net', addresses: ['198.51.100.0/24'] }),
    ],
    { mustNot: [deny({ classes: ['crash'] })] },
  ),
  [{ pattern: '*.sentry.io', class: 'crash', organisation: 'Sentry', source: 'test', date: '2026-01-01' }],
);

const PROXY = { address: '10.0.0.2', port: 8080 };
const MARKED = { phases: [{ phase: 'task', from: START + 10 * SECOND, to: START + 20 * SECOND }] };

function httpPart(more: Partial<HttpPart>): HttpPart {
  const at = { at: START, frame: 1 };
  return { form: 'authority', methods: ['CONNECT'], switched: false, requests: 1, first: at, last: at, up: 0, down: 0, ...more };
}

function judge(parts: ConnectionParts, facts: Partial<ScopeFacts> = {}, aliases?: ReadonlyMap<string, readonly string[]>): Verdict {
  return judgeConnection(compiled, connection(parts), { facts: scope(facts), timelines: new PhaseTimelines(), aliases });
}

describe('judgeConnection', () => {
  it.each<[string, ConnectionParts, Partial<Verdict>, Partial<ScopeFacts>?]>([
    ['a declared name', { names: ['api.x.io'] }, { kind: 'declared', entry: 'api' }],
    ['an inbound connection whose SYN was seen', { inbound: true, names: ['api.x.io'] }, { kind: 'inbound' }],
    ['a guessed direction never gives inbound', { inbound: true, direction: 'port', from: { address: '203.0.113.9', port: 443 } }, { kind: 'cannot-judge', reason: 'direction-guessed' }],
    ['a neighbour whose direction is guessed', { inbound: true, direction: 'local', from: { address: '192.168.1.9', port: 443 } }, { kind: 'lan', reason: 'direction-guessed' }],
    ['a nameless flow that began before the capture', { startSeen: false }, { kind: 'cannot-judge', reason: 'mid-stream' }],
    ['a nameless flow whose start was seen', {}, { kind: 'cannot-judge', reason: 'unnamed' }],
    ['a nameless flow to a declared block needs no start', { startSeen: false, to: { address: '198.51.100.1', port: 443 } }, { kind: 'declared', entry: 'net' }],
    ['opened 1.9 s before its phase', { names: ['task.x.io'], second: 8.1 }, { kind: 'declared', entry: 'task' }, MARKED],
    ['opened 2.1 s before its phase', { names: ['task.x.io'], second: 7.9 }, { kind: 'wrong-phase', reason: 'phase task' }, MARKED],
    ['opened 1.9 s after its phase', { names: ['task.x.io'], second: 21.9 }, { kind: 'declared', entry: 'task' }, MARKED],
    ['opened 2.1 s after its phase', { names: ['task.x.io'], second: 22.1 }, { kind: 'wrong-phase' }, MARKED],
    ['inside a phase it must avoid', { names: ['idle.x.io'], second: 15 }, { kind: 'wrong-phase', reason: 'outside phase task' }, MARKED],
    ['within the grace of a phase it must avoid', { names: ['idle.x.io'], second: 11 }, { kind: 'declared', entry: 'idle' }, MARKED],
    ['opened before the capture, its phase is unknown', { names: ['task.x.io'], startSeen: false }, { kind: 'declared', conditionUnknown: ['phase:task'] }, MARKED],
    ['a recording that knows of no phase', { names: ['task.x.io'] }, { kind: 'wrong-phase' }, { phases: [] }],
    ['phases told with the connection', { names: ['task.x.io'], phasesAtOpening: ['task'] }, { kind: 'declared', entry: 'task' }],
    ['a tunnel through the set proxy is judged by what was asked', { names: ['connect api.x.io'], via: PROXY, to: { address: PROXY.address, port: 443 } }, { kind: 'declared', entry: 'api' }, { proxy: PROXY }],
    ['a tunnel to an address', { names: ['connect 203.0.113.9'], via: PROXY, to: { address: PROXY.address, port: 443 } }, { kind: 'undeclared', reason: 'ip-literal' }, { proxy: PROXY }],
    ['a tunnel to a declared address', { names: ['connect 198.51.100.9'], via: PROXY, to: { address: PROXY.address, port: 443 } }, { kind: 'declared', entry: 'net' }, { proxy: PROXY }],
    ['a refused CONNECT is not plain HTTP', { names: ['connect api.x.io'], via: PROXY, protocol: 'unknown', http: httpPart({ host: wireText('api.x.io'), status: 403 }) }, { kind: 'declared', entry: 'api' }],
    ['a tunnel whose content was not recognised is not plain HTTP', { names: ['connect api.x.io'], via: PROXY, protocol: 'unknown', http: httpPart({ switched: true, status: 200 }) }, { kind: 'declared', entry: 'api' }],
    ['another protocol inside a tunnel is told', { names: ['connect api.x.io'], via: PROXY, protocol: 'ssh', http: httpPart({ switched: true, status: 200 }) }, { kind: 'wrong-transport', reason: 'https on 443/tcp' }],
    ['a connection to the proxy that asked nothing', { to: PROXY, up: 0 }, { kind: 'infrastructure', reason: 'proxy' }, { proxy: PROXY }],
    ['a connection to the proxy that was not understood', { to: PROXY, up: 10 }, { kind: 'cannot-judge', reason: 'behind-proxy' }, { proxy: PROXY }],
    ['a connection to the proxy that began before the capture', { to: PROXY, startSeen: false }, { kind: 'cannot-judge', reason: 'mid-stream' }, { proxy: PROXY }],
  ])('%s', (_, parts, expected, facts) => {
    expect(judge(parts, facts)).toMatchObject(expected);
  });

  it('follows a name to the telemetry host behind it, for that name only', () => {
    const aliases = new Map([['m.w.io', ['a.sentry.io']]]);
    const kinds = [['m.w.io'], ['n.w.io'], ['connect m.w.io', 'sni n.w.io']].map((names) => judge({ names }, {}, aliases).kind);
    expect(kinds).toEqual(['forbidden', 'declared', 'forbidden']);
  });
});
