/** Medians, ratios and the printed table of the benchmark. */
import type { Cost } from './measure.ts';
import type { PeerName } from './peers.ts';
import type { Shape } from './shapes.ts';

export interface Result {
  readonly shape: Shape;
  readonly packets: number;
  readonly flows: number;
  readonly bytes: number;
  /** Each peer's runs, or why there is none. */
  readonly costs: ReadonlyMap<PeerName, readonly Cost[] | string>;
}

export interface Row {
  readonly shape: string;
  readonly packets: number;
  readonly flows: number;
  readonly megabytes: number;
  readonly peers: { readonly [name in PeerName]?: PeerRow };
  readonly checks: readonly Check[];
}

interface PeerRow {
  readonly cpuSeconds?: number;
  readonly spread?: readonly [number, number];
  readonly peakMegabytes?: number;
  readonly runs: number;
  /** egret's CPU as a multiple of this peer's. */
  readonly ratio?: number;
  readonly note?: string;
}

/** A promise of the design: `measured` is a ratio, or MB for memory. */
interface Check {
  readonly what: 'loop' | 'tshark' | 'ndpi' | 'argus' | 'memory';
  readonly target: number;
  readonly measured: number | undefined;
  readonly isMet: boolean | undefined;
}

export function rowOf(result: Result): Row {
  const egret = summary(result.costs.get('egret'));
  const rows: { [name in PeerName]?: PeerRow } = {};
  for (const [name, cost] of result.costs) {
    const one = summary(cost);
    const ratio = name === 'egret' || one.cpuSeconds === undefined || one.cpuSeconds < LEAST_SECONDS || egret.cpuSeconds === undefined ? undefined : egret.cpuSeconds / one.cpuSeconds;
    rows[name] = ratio === undefined ? one : { ...one, ratio };
  }
  const { targets } = result.shape;
  const checks: Check[] = [];
  for (const what of ['loop', 'tshark', 'ndpi', 'argus'] as const) {
    const target = targets[what];
    if (target !== undefined) checks.push(check(what, target, rows[what]?.ratio));
  }
  if (targets.megabytes !== undefined) checks.push(check('memory', targets.megabytes, egret.peakMegabytes));
  return { shape: result.shape.name, packets: result.packets, flows: result.flows, megabytes: result.bytes / 1e6, peers: rows, checks };
}

/** The table for a terminal; the row furthest beyond the loop's target, or nearest to it, is marked `<- worst`. */
export function tableText(rows: readonly Row[]): string {
  const worst = worstOf(rows);
  const head = ['shape', 'packets', 'flows', 'MB', 'egret s', 'loop s', 'ratio', 'target', 'tcpdump s', 'ratio', 'tshark s', 'ratio', 'target', 'ndpi s', 'ratio', 'target', 'argus s', 'ratio', 'target', 'peak MB', 'target', ''];
  const lines = rows.map((row) => {
    const peer = (name: PeerName): PeerRow | undefined => row.peers[name];
    const target = (what: Check['what']): string => targetText(row, what);
    return [
      row.shape, String(row.packets), String(row.flows), row.megabytes.toFixed(0), secondsText(peer('egret')),
      secondsText(peer('loop')), ratioText(peer('loop')), target('loop'), secondsText(peer('tcpdump')), ratioText(peer('tcpdump')),
      secondsText(peer('tshark')), ratioText(peer('tshark')), target('tshark'), secondsText(peer('ndpi')), ratioText(peer('ndpi')), target('ndpi'),
      secondsText(peer('argus')), ratioText(peer('argus')), target('argus'), peer('egret')?.peakMegabytes?.toFixed(0) ?? '-', target('memory'),
      row.shape === worst ? '<- worst' : '',
    ];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => (line[column] ?? '').length)));
  const text = [head, ...lines].map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd());
  return [...text, ...notes(rows)].join('\n');
}

/** The tables of docs/performance.md: seconds and memory, then ratios beside their targets. */
export function markdownText(rows: readonly Row[]): string {
  const costs = [
    ['capture', 'packets', 'flows', 'MB', ...PEER_ORDER.map((name) => `${name}, s`), 'egret peak, MB'],
    ...rows.map((row) => [row.shape, String(row.packets), String(row.flows), row.megabytes.toFixed(0), ...PEER_ORDER.map((name) => secondsText(row.peers[name])), row.peers.egret?.peakMegabytes?.toFixed(0) ?? '-']),
  ];
  const others = PEER_ORDER.filter((name) => name !== 'egret');
  const worst = worstOf(rows);
  const ratios = [
    ['egret as a multiple of', ...others, 'memory target, MB'],
    ...rows.map((row) => [
      row.shape === worst ? `${row.shape} (worst)` : row.shape,
      ...others.map((name) => (name === 'tcpdump' ? ratioText(row.peers[name]) : withTarget(ratioText(row.peers[name]), targetText(row, name)))), targetText(row, 'memory'),
    ]),
  ];
  return [gridText(costs), '', gridText(ratios), ...notes(rows).map((note) => `\n${note}`)].join('\n');
}

/** Rows as a Markdown table; the first holds the titles, and all but the first column are numbers. */
export function gridText([head = [], ...lines]: readonly (readonly string[])[]): string {
  return [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function withTarget(measured: string, target: string): string {
  return target === '-' ? measured : `${measured} (target ${target})`;
}

function targetText(row: Row, what: Check['what']): string {
  const found = row.checks.find((one) => one.what === what);
  if (found === undefined) return '-';
  const verdict = found.isMet === undefined ? '' : found.isMet ? ' met' : ' MISSED';
  return `${found.target < 1 ? `1/${Math.round(1 / found.target)}` : String(found.target)}${verdict}`;
}

/** Name of the shape whose CPU is the largest part of its target over the loop. */
export function worstOf(rows: readonly Row[]): string | undefined {
  const measured = rows.flatMap((row) => row.checks.flatMap((one) => (one.what === 'loop' && one.measured !== undefined ? [{ shape: row.shape, part: one.measured / one.target }] : [])));
  return measured.sort((one, other) => other.part - one.part)[0]?.shape;
}

function notes(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => Object.entries(row.peers).flatMap(([name, peer]) => (peer.note === undefined ? [] : [`${row.shape}: ${name} ${peer.note}`])));
}

function summary(cost: readonly Cost[] | string | undefined): PeerRow {
  if (cost === undefined || typeof cost === 'string') return { runs: 0, ...(cost === undefined ? {} : { note: cost }) };
  const times = cost.map((one) => one.cpuSeconds);
  return {
    cpuSeconds: median(times), spread: [Math.min(...times), Math.max(...times)],
    peakMegabytes: Math.max(...cost.map((one) => one.megabytes)), runs: cost.length,
  };
}

function check(what: Check['what'], target: number, measured: number | undefined): Check {
  return { what, target, measured, isMet: measured === undefined ? undefined : measured <= target };
}

function secondsText(row: PeerRow | undefined): string {
  return row === undefined ? '-' : row.cpuSeconds?.toFixed(2) ?? 'not run';
}

function ratioText(row: PeerRow | undefined): string {
  if (row?.ratio === undefined) return '-';
  return row.ratio < 0.5 ? `1/${(1 / row.ratio).toFixed(1)}` : row.ratio.toFixed(2);
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Below it the clock's steps of 10 ms make a ratio noise. */
const LEAST_SECONDS = 0.1;
const PEER_ORDER: readonly PeerName[] = ['egret', 'loop', 'tcpdump', 'tshark', 'ndpi', 'argus'];
