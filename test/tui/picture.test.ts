/** The picture of docs/screen.md is what the screen draws: `UPDATE=1` draws it anew. */
import { expect, it } from 'vitest';
import { wireText } from '../../src/core/base/wire-text.ts';
import { lookFor } from '../../src/cli/paint.ts';
import { golden } from '../build/golden.ts';
import { terminalSvg } from '../build/terminal-svg.ts';
import { asked, connection, NOON, screen, verdict } from './live-events.ts';

const COLUMNS = 118;
const PROCESS = { pid: 4711, name: wireText('multiclaw') };

it('docs/images/screen.svg is what the screen draws', () => {
  let at = NOON;
  const host = screen({
    what: 'run ./multiclaw', policy: 'MultiClaw desktop app and gateway', now: () => at, unseen: ['what does not use the proxy, QUIC and other UDP'], phases: ['launch', 'task'], hasOutput: true,
    carried(visit) {
      visit(1, 41_200, 1_204_000);
      visit(2, 3180, 9021);
      visit(6, 812, 0);
    },
    promises: () => [...Array.from({ length: 46 }, (_, index) => ({ id: `C${index}`, text: '', state: index < 9 ? ('tested' as const) : ('untested' as const), reason: '' })), { id: 'C12', text: '', state: 'broken', reason: '' }, { id: 'C13', text: '', state: 'broken', reason: '' }],
  });
  host.asked(asked(1, 'api.multiclaw.io', { at }));
  host.asked(asked(2, 'ws.multiclaw.io', { at }));
  host.asked(asked(6, 'api.openai.com', { verdict: verdict('feature-off', { entry: 'openai' }), at: NOON + 70_000_000 }));
  host.over(connection('0.3', 'cdn.multiclaw.io', { up: 640, down: 5_310_000, last: NOON + 4_000_000, process: PROCESS }), verdict('declared', { entry: 'updater', by: 'name' }), 3);
  const telemetry = verdict('undeclared', { telemetry: { pattern: '*.ingest.sentry.io', class: 'crash', organisation: 'Sentry', source: 'https://docs.sentry.io', matched: 'o4505.ingest.sentry.io' } });
  host.over(connection('0.4', 'o4505.ingest.sentry.io', { up: 18_200, down: 940, opened: NOON + 61_000_000, last: NOON + 61_400_000, process: PROCESS, dialled: undefined, to: { address: '203.0.113.44', port: 443 } }), telemetry, 4);
  host.over(connection('0.5', 'o4505.ingest.sentry.io', { up: 2100, down: 310, opened: NOON + 75_000_000, last: NOON + 75_300_000, process: PROCESS, to: { address: '203.0.113.44', port: 443 } }), telemetry, 5);
  host.over(connection('0.7', 'download.example', { outcome: 'refused', up: 0, down: 0, last: NOON + 30_000_000, process: PROCESS, to: { address: '203.0.113.80', port: 8443 } }), verdict('undeclared'), 7);
  host.marked('task', 'start');
  at = NOON + 83_000_000;
  host.key('\r', { return: true });
  const look = { ...lookFor({ isTTY: true, columns: COLUMNS, write: async () => {} }, 'always', { LANG: 'en_US.UTF-8' }), columns: COLUMNS };
  const picture = terminalSvg(host.frame(look, 25).lines, COLUMNS);
  expect(picture).toBe(golden('docs/images/screen.svg', picture));
});
