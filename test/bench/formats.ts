/**
 * What each report format costs: the same audit of one capture with the report
 * in that format, written to a file. Gives processor time, size and peak
 * memory; the difference between rows is the format's own part.
 */
import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { FORMATS } from '../../src/core/report/formats/index.ts';
import type { Cost, Meter, Program } from './measure.ts';
import { gridText, median } from './table.ts';

export interface FormatCost {
  readonly format: string;
  /** Absent when the audit could not be measured; then `note` says why. */
  readonly cpuSeconds?: number;
  readonly bytes?: number;
  readonly peakMegabytes?: number;
  readonly note?: string;
}

/** Runs every format `runs` times in turns, so that a busy machine is unfair to none; `folder` takes the reports. */
export async function formatCosts(meter: Meter, root: string, capture: string, folder: string, runs: number, limitSeconds: number): Promise<FormatCost[]> {
  const costs = new Map<string, Cost[] | string>();
  for (let turn = 0; turn < runs; turn++) {
    for (const format of FORMATS.keys()) {
      const known = costs.get(format) ?? [];
      if (typeof known === 'string') continue;
      const cost = await meter.run(auditAs(format, root, capture, fileOf(folder, format)), limitSeconds);
      costs.set(format, typeof cost === 'string' ? cost : [...known, cost]);
    }
  }
  return [...costs].map(([format, cost]) => rowOf(format, cost, fileOf(folder, format)));
}

/** The table of docs/performance.md. */
export function formatsText(rows: readonly FormatCost[]): string {
  const cells = rows.map((row) => [row.format, row.cpuSeconds?.toFixed(2) ?? row.note ?? '-', row.bytes === undefined ? '-' : sizeText(row.bytes), row.peakMegabytes?.toFixed(0) ?? '-']);
  return gridText([['format', 'egret, s', 'size', 'peak, MB'], ...cells]);
}

/** The exit says nothing of the capture here: whatever is found, the report is written and the work is done. */
function auditAs(format: string, root: string, capture: string, file: string): Program {
  const main = path.join(root, 'dist', 'main.js');
  return {
    command: process.execPath,
    args: [main, 'audit', capture, '--policy', path.join(root, 'policies', 'multiclaw.yaml'), '--fail-on', 'never', '--format', `${format}=${file}`],
    success: [0, 2],
  };
}

function rowOf(format: string, cost: readonly Cost[] | string, file: string): FormatCost {
  if (typeof cost === 'string') return { format, note: cost };
  const bytes = statSync(file).size;
  rmSync(file);
  return { format, cpuSeconds: median(cost.map((one) => one.cpuSeconds)), bytes, peakMegabytes: Math.max(...cost.map((one) => one.megabytes)) };
}

function fileOf(folder: string, format: string): string {
  return path.join(folder, `report.${format}`);
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
