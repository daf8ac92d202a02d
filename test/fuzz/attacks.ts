/**
 * `npm run attacks [-- PART-OF-A-NAME]`: writes each attack at two sizes, audits
 * it with the shipped program, and prints a table of processor time and peak
 * memory. Time in proportion and a bounded peak are what to look for.
 */
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Meter } from '../bench/measure.ts';
import { ROOT } from '../source-tree.ts';
import { ATTACKS } from './attacks/scenarios.ts';

const FOLDER = path.join(ROOT, '.cache/attacks');
const only = process.argv[2] ?? '';
mkdirSync(FOLDER, { recursive: true });
const meter = new Meter(FOLDER);
console.log('| attack | size | file, MB | egret, s | peak, MB | twice the size costs | what could not be seen |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | --- |');
for (const attack of ATTACKS.filter(({ name }) => name.includes(only))) {
  let before = Number.NaN;
  for (const size of attack.sizes) {
    const file = path.join(FOLDER, `attack.${attack.ending}`);
    const report = path.join(FOLDER, 'report.json');
    attack.write(file, size);
    const cost = await meter.run({ command: process.execPath, args: [path.join(ROOT, 'dist/main.js'), 'audit', file, '-q', '-p', path.join(ROOT, 'policies/multiclaw.yaml'), '--format', `json=${report}`], success: [0, 1, 2, 3] }, 600);
    const megabytes = statSync(file).size / 1e6;
    const words = typeof cost === 'string' ? `| ${cost} | | |` : `| ${cost.cpuSeconds.toFixed(1)} | ${Math.round(cost.megabytes)} | ${Number.isNaN(before) ? '' : (cost.cpuSeconds / before).toFixed(1)} |`;
    console.log(`| ${attack.name} | ${size.toLocaleString('en')} ${attack.unit} | ${megabytes.toFixed(0)} ${words} ${typeof cost === 'string' ? '' : spots(report, cost.exit)} |`);
    if (typeof cost !== 'string') before = cost.cpuSeconds;
    rmSync(file);
    rmSync(report, { force: true });
  }
}

function spots(report: string, exit: number): string {
  if (exit === 3) return 'refused, exit 3';
  const { blindSpots }: { blindSpots: { code: string; count: number }[] } = JSON.parse(readFileSync(report, 'utf8'));
  return blindSpots.map(({ code, count }) => `\`${code}\` ${count.toLocaleString('en')}`).join(', ');
}
