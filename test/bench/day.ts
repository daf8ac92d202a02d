/**
 * A long run in a moment: what egret's proxy and a capture beside it tell in 24
 * hours at 1,000 connections a minute goes through the whole of a live run
 * (ledger, join, judge, bundle in parts) under a clock that is set, and the
 * peak of the memory is printed. `node test/tools/run-script.mjs test/bench/day.ts [MINUTES]`
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NOTHING_REQUIRED } from '../../src/core/report/require.ts';
import { nodeWorld } from '../../src/cli/node-world.ts';
import { runLive } from '../../src/cli/pipeline.ts';
import type { World } from '../../src/cli/world.ts';
import type { Observation } from '../../src/core/observe/observation.ts';
import { START } from '../build/pcap.ts';
import { dayOf } from './day-observations.ts';

const MINUTES = Number(process.argv[2] ?? 24 * 60);
const PER_MINUTE = 1000;
const MIB = 1 << 20;

const folder = mkdtempSync(path.join(os.tmpdir(), 'egret-day-'));
let now = START;
let told = 0;
const world: World = { ...nodeWorld(process, '0.0.0'), now: () => now };
const options = {
  files: [], policy: 'policies/multiclaw.yaml', features: [], variables: {}, local: [], caFiles: [], record: `${folder}/day/`, wish: { failOn: 'never', require: NOTHING_REQUIRED },
  live: { mode: 'proxy', rotation: { bytes: 100_000_000, keep: 5 } },
} as const;
const began = process.cpuUsage();
const { report } = await runLive(options, world, { warn: () => {}, flush: async () => {} }, async (run) => {
  const open = run.openScope({ scope: 'app', variables: {}, local: [], roots: [], components: [], clockOffset: 0, proxy: { address: '127.0.0.1', port: 8888, variablesSet: true } });
  run.openSource(open, 'proxy 127.0.0.1:8888', { witness: 'proxy' });
  run.openSource(open, 'capture');
  for (const observation of dayOf(MINUTES, PER_MINUTE)) {
    now = Math.max(now, observation.at);
    run.observe(observation satisfies Observation);
    // A live run breathes between packets too: what is garbage may go.
    if (++told % 10_000 === 0) await world.breathe();
  }
  return {};
});
const { user, system } = process.cpuUsage(began);
const parts = readdirSync(path.join(folder, 'day')).map((name) => statSync(path.join(folder, 'day', name)).size);
console.log(`${MINUTES} minutes at ${PER_MINUTE} connections: ${told} observations, ${report.summary.connections} connections, ${report.summary.destinations} destinations, ${report.coverage.joined?.flows ?? 0} captured flows joined`);
console.log(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB, ${((user + system) / 1e6).toFixed(1)} s of processor time; ${parts.length} files of ${Math.round(parts.reduce((sum, size) => sum + size, 0) / MIB)} MiB are kept`);
rmSync(folder, { recursive: true, force: true });
