/**
 * The benchmark (docs/performance.md): generates the captures, runs egret and
 * its peers over each in turns, prints CPU, ratios and peak memory. Asserts
 * nothing about time: the exit is 0 whatever was measured.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { formatCosts, formatsText } from './formats.ts';
import { generate, type Generated } from './generate.ts';
import { Meter, type Cost } from './measure.ts';
import { peers, type Peer, type PeerName } from './peers.ts';
import { SHAPES, smaller, type Shape } from './shapes.ts';
import { markdownText, rowOf, tableText, type Result } from './table.ts';

const COUNTS = z.object({ packets: z.number(), flows: z.number() });
/** What is kept beside a capture. */
const LABEL = z.object({ recipe: z.string(), made: COUNTS.extend({ bytes: z.number() }) });
const SEED = 0x0e67_e700;
/** Raise it when the generator writes other bytes for the same shape. */
const GENERATOR = 4;
const FILE_HEADER = 24;
const PIECE = 4 << 20;
const WRONG_INPUT = 3;
/** A peer that needs longer over one capture is left out and said to be. */
const LIMIT_SECONDS = 120;
/** The shape whose reports are the longest. */
const MANY_FLOWS = 'short';

const root = process.cwd();
const { values } = parseArgs({
  options: {
    small: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false }, generate: { type: 'boolean', default: false }, markdown: { type: 'boolean', default: false },
    formats: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' }, shape: { type: 'string', multiple: true, default: [] },
  },
});

const unknown = values.shape.filter((name) => !SHAPES.some((shape) => shape.name === name));
if (values.help) console.log(helpText());
else if (unknown.length > 0) {
  say(`no such shape: ${unknown.join(', ')}\n${helpText()}`);
  process.exitCode = WRONG_INPUT;
} else if (values.formats) await measureFormats();
else await main();

async function main(): Promise<void> {
  const cache = path.join(root, '.cache', 'bench');
  mkdirSync(cache, { recursive: true });
  const wanted = SHAPES.filter((shape) => values.shape.length === 0 || values.shape.includes(shape.name)).map((shape) => (values.small ? smaller(shape) : shape));
  const meter = new Meter(cache);
  const present = peers(root).filter((peer) => !values.quick || peer.isQuick);
  say(`Node ${process.versions.node}, ${os.cpus().length} cores; measured with ${meter.way}; median of ${runs()} interleaved runs, slow peers once`);
  const results: Result[] = [];
  for (const shape of wanted) {
    const capture = path.join(cache, `${shape.name}${values.small ? '-small' : ''}.pcap`);
    const made = await prepared(shape, capture);
    say(`${shape.name}: ${shape.text}; ${made.packets} packets, ${made.flows} flows, ${(made.bytes / 1e6).toFixed(0)} MB`);
    if (!values.generate) results.push({ shape, ...made, costs: await measured(meter, present, capture, made) });
  }
  if (values.generate) return;
  const rows = results.map(rowOf);
  if (values.json) console.log(JSON.stringify({ node: process.versions.node, cores: os.cpus().length, small: values.small, rows }, undefined, 2));
  else console.log(values.markdown ? markdownText(rows) : tableText(rows));
}

/** The same audit of the many short flows with its report in each format. */
async function measureFormats(): Promise<void> {
  const cache = path.join(root, '.cache', 'bench');
  mkdirSync(cache, { recursive: true });
  const meter = new Meter(cache);
  for (const shape of SHAPES.filter(({ name }) => (values.shape.length === 0 ? name === MANY_FLOWS : values.shape.includes(name)))) {
    const capture = path.join(cache, `${shape.name}${values.small ? '-small' : ''}.pcap`);
    const made = await prepared(values.small ? smaller(shape) : shape, capture);
    say(`${shape.name}: ${made.flows} flows, in each format; measured with ${meter.way}, median of ${runs()} interleaved runs`);
    readFully(capture);
    const rows = await formatCosts(meter, root, capture, cache, runs(), LIMIT_SECONDS);
    console.log(values.json ? JSON.stringify({ node: process.versions.node, shape: shape.name, flows: made.flows, rows }, undefined, 2) : formatsText(rows));
  }
}

/** The capture of an earlier run when shape, seed and size are the same; a new one otherwise. */
async function prepared(shape: Shape, capture: string): Promise<Generated> {
  const label = `${capture}.json`;
  const recipe = JSON.stringify({ ...shape, seed: SEED, generator: GENERATOR });
  if (existsSync(label) && existsSync(capture)) {
    const known = LABEL.safeParse(JSON.parse(readFileSync(label, 'utf8')));
    if (known.success && known.data.recipe === recipe && statSync(capture).size === known.data.made.bytes + FILE_HEADER) return known.data.made;
  }
  const made = generate(shape, capture, SEED);
  writeFileSync(label, JSON.stringify({ recipe, made }));
  return made;
}

/** Runs the quick peers in turns (A B C, A B C …), so that a busy machine is unfair to none; the slow ones once, at the end. */
async function measured(meter: Meter, present: readonly Peer[], capture: string, made: Generated): Promise<Map<PeerName, readonly Cost[] | string>> {
  const costs = new Map<PeerName, Cost[] | string>();
  readFully(capture);
  for (let turn = 0; turn < runs(); turn++) {
    for (const peer of present) {
      const known = costs.get(peer.name) ?? [];
      if (typeof known === 'string' || (turn > 0 && !peer.isQuick)) continue;
      const cost = await meter.run(peer.program(capture), LIMIT_SECONDS);
      if (peer.name === 'loop' && typeof cost !== 'string') checkLoop(cost, made);
      costs.set(peer.name, typeof cost === 'string' ? cost : [...known, cost]);
      say(`  ${peer.name}: ${typeof cost === 'string' ? cost : `${cost.cpuSeconds.toFixed(2)} s, ${cost.megabytes.toFixed(0)} MB`}`);
    }
  }
  return costs;
}

/** A loop that counts other packets or flows than were written measures nothing. */
function checkLoop(cost: Cost, made: Generated): void {
  const counted = COUNTS.parse(JSON.parse(cost.output));
  if (counted.packets !== made.packets || counted.flows !== made.flows) {
    throw new Error(`the byte loop counted ${counted.packets} packets and ${counted.flows} flows, the generator wrote ${made.packets} and ${made.flows}`);
  }
}

/** Brings the capture into the page cache, so that the first program does not pay for the disk. */
function readFully(capture: string): void {
  const piece = Buffer.alloc(PIECE);
  const file = openSync(capture, 'r');
  while (readSync(file, piece, 0, PIECE, null) > 0);
  closeSync(file);
}

function runs(): number {
  return Math.max(1, Number.parseInt(values.runs, 10) || 1);
}

/** Progress goes to standard error: standard output holds the result. */
function say(text: string): void {
  console.error(text);
}

function helpText(): string {
  return `npm run bench -- [options]      needs a built dist/
  --small          captures of a twentieth of the size
  --quick          egret, byte loop and tcpdump only
  --runs N         runs of each quick program (default 5)
  --shape NAME     one of ${SHAPES.map((shape) => shape.name).join(', ')}; repeatable
  --formats        what each report format costs, over the shape ${MANY_FLOWS} unless --shape says another
  --generate       make the captures and stop
  --json           the result as JSON
  --markdown       the result as the tables of docs/performance.md`;
}
