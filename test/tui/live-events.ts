/** What a run tells its screen, made by hand: connections with only what the test says, a look without paint, and a clock that stands still. */
import { wireText } from '../../src/core/base/wire-text.ts';
import type { Connection } from '../../src/core/observe/connection.ts';
import type { Verdict, VerdictKind } from '../../src/core/policy/verdict.ts';
import { type Look, PLAIN_LOOK } from '../../src/core/report/layout/look.ts';
import type { Model } from '../../src/tui/model.ts';
import { type Asked, Rows } from '../../src/tui/rows.ts';
import { Screen, type ScreenFacts } from '../../src/tui/screen.ts';
import { parseTime } from '../../src/core/base/time.ts';

/** 2026-05-06, noon. */
export const NOON = parseTime('2026-05-06T12:00:00Z') ?? 0;

export function verdict(kind: VerdictKind, more: Partial<Verdict> = {}): Verdict {
  return { kind, ...more };
}

export function asked(flow: number, host: string, more: Partial<Asked> = {}): Asked {
  return { at: NOON, flow, host, port: 443, verdict: verdict('declared'), isDenied: false, ...more };
}

export function connection(id: string, host: string, more: Partial<Connection> = {}): Connection {
  return {
    id, scope: 0, opened: NOON, last: NOON, transport: 'tcp', ipProtocol: 6, from: { address: '127.0.0.1', port: 50_000 }, to: { address: '203.0.113.7', port: 443 }, addressClass: 'public', direction: 'syn', inbound: false,
    passing: false, startSeen: true, protocol: 'tls', names: [{ name: wireText(host), how: 'connect' }], naming: 0, namedAt: NOON, confidence: 'high', ech: 'none', outcome: 'app-data', up: 100, down: 200, packets: 4,
    evidence: { source: 0, frames: [1, 1], at: NOON }, ...more,
  };
}

/** Rows that were asked for and never over: `[host, kind]`. */
export function rowsOf(list: readonly (readonly [string, VerdictKind])[]): Rows {
  const rows = new Rows();
  for (const [index, [host, kind]] of list.entries()) rows.asked(asked(index + 1, host, { verdict: verdict(kind), at: NOON + index * 1_000_000 }));
  return rows;
}

export function model(more: Partial<Model> = {}): Model {
  return {
    what: 'proxy 127.0.0.1:8888', policy: 'Vendor', since: NOON, now: NOON + 65_000_000, totals: { connections: 0, open: 0, up: 0, down: 0, left: 0 }, destinations: 0, broken: 0, unseen: ['what does not use the proxy'],
    promises: [], phases: [], output: undefined, notice: '', ...more,
  };
}

export function look(columns: number, more: Partial<Look> = {}): Look {
  return { ...PLAIN_LOOK, columns, ...more };
}

export function screen(more: Partial<ScreenFacts> = {}): Screen {
  return new Screen({ what: 'proxy 127.0.0.1:8888', policy: 'Vendor', unseen: ['what does not use the proxy'], now: () => NOON, carried: () => {}, phases: [], mark: () => ({ said: '' }), hasOutput: false, ...more });
}
