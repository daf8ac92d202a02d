/**
 * `npm run fuzz -- [--seconds N] [--seed N] [--only WORD] [--replay FILE]`:
 * feeds mutated inputs to every reader and decoder for a bounded time and
 * prints one line per finding, with the shrunk input in a file. Exit code 0
 * for none, 1 for some, 3 for wrong words.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../source-tree.ts';
import { Campaign, costOf, type Finding, safely } from './campaign.ts';
import { growthOf, MOST_GROWTH } from './growth.ts';
import { allTargets } from './targets/index.ts';
import { type Pieces, sizeOf, type Target } from './target.ts';

interface Choice {
  readonly seconds: number;
  readonly seed: number;
  readonly only: string;
  readonly replay: string | undefined;
}

async function main(): Promise<number> {
  const choice = readChoice();
  if (choice === undefined) {
    console.error('usage: npm run fuzz -- [--seconds N] [--seed N] [--only PART-OF-A-TARGET] [--replay FILE]');
    return 3;
  }
  const targets = (await allTargets({ samples: true, audited: { captures: 60, frames: 60 } })).filter(({ name }) => name.includes(choice.only));
  if (choice.replay !== undefined) return replay(choice.replay, targets);
  if (targets.length === 0) {
    console.error(`no target has ${JSON.stringify(choice.only)} in its name`);
    return 3;
  }
  console.log(`seed ${choice.seed}, ${choice.seconds} s, ${targets.length} targets`);
  const campaigns = targets.map((target) => new Campaign(target, choice.seed));
  let findings = 0;
  for (const until = Date.now() + choice.seconds * 1000; Date.now() < until; ) {
    const turn = campaigns.reduce((least, each) => (shareOf(each) < shareOf(least) ? each : least));
    for (let run = 0; run < TURN; run++) {
      const found = await turn.next();
      if (found === undefined) continue;
      findings++;
      tell(found, choice.seed);
    }
  }
  for (const { target, runs, inputs, repeats, looked, measured, steepest } of campaigns) console.log(`${target.name}: ${runs} runs, ${inputs} inputs kept, growth looked at ${looked} times${measured > 0 ? `, twice the input cost ${steepest.toFixed(1)} times at most` : ''}${repeats > 0 ? `, ${repeats} more complaints of the kinds above` : ''}`);
  console.log(`seed ${choice.seed}: ${campaigns.reduce((sum, { runs }) => sum + runs, 0)} runs, ${findings} findings, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  return findings > 0 ? 1 : 0;
}

function shareOf({ spent, target }: Campaign): number {
  return spent / (target.weight ?? 1);
}

function readChoice(): Choice | undefined {
  try {
    const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, only: { type: 'string', default: '' }, replay: { type: 'string' } } });
    const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
    return seconds > 0 && Number.isSafeInteger(seed) ? { seconds, seed, only: values.only, replay: values.replay } : undefined;
  } catch {
    return undefined;
  }
}

function tell({ target, run, wrong, input, shrunk }: Finding, seed: number): void {
  const file = path.join(FOLDER, `${target.replaceAll(/[^\w-]/g, '-')}-${seed}-${run}.json`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, JSON.stringify({ target, seed, run, wrong, pieces: shrunk.map((piece) => Buffer.from(piece).toString('base64')) }));
  console.log(`FINDING ${target} run ${run} (${sizeOf(input)} bytes, shrunk to ${sizeOf(shrunk)}): ${wrong.replaceAll('\n', ' ').slice(0, 500)} -- ${path.relative(ROOT, file)}`);
}

async function replay(file: string, targets: readonly Target[]): Promise<number> {
  const { target, pieces }: { target: string; pieces: readonly string[] } = JSON.parse(readFileSync(file, 'utf8'));
  const found = targets.find(({ name }) => name === target);
  if (found === undefined) {
    console.error(`${file} is of the target ${target}, which there is not`);
    return 3;
  }
  const input: Pieces = pieces.map((piece) => Buffer.from(piece, 'base64'));
  const { wrong, trait } = await safely(found, input);
  const { ratio } = await growthOf(input, (fed) => costOf(async () => void (await safely(found, fed))));
  console.log(`${target}: ${wrong ?? `holds (${trait})`}${ratio === 0 ? '' : `; twice the input costs ${ratio.toFixed(1)} times`}`);
  return wrong === undefined && ratio <= MOST_GROWTH ? 0 : 1;
}

const FOLDER = path.join(ROOT, '.cache/fuzz');
/** Runs of one target before the next has its turn. */
const TURN = 8;

process.exitCode = await main();
