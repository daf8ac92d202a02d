/**
 * Whole runs of the command line over mutated captures, recordings and saved
 * reports: an exit code of the table, never a bug; documents that their readers
 * take; and the recording of a run judged again gives the same report.
 */
import { FORMATS } from '../../../src/core/report/formats/index.ts';
import { runEgret, type Ran } from '../../build/file-world.ts';
import { pcapFile } from '../../build/pcap.ts';
import { stories, STORY_POLICY } from '../../build/stories.ts';
import type { CorpusCapture } from '../corpus.ts';
import { numberWrong } from '../check-facts.ts';
import { outputWrong } from '../check-output.ts';
import { type Outcome, outcomeOf, type Pieces, type Target } from '../target.ts';

/** `most`: captures to begin from, and packets of each. */
export async function auditTargets(captures: readonly CorpusCapture[], most: { readonly captures: number; readonly frames: number }): Promise<Target[]> {
  const chosen = captures.filter((capture) => capture.bytes.length < LARGEST).slice(0, most.captures);
  const frames = chosen.map((capture): Pieces => capture.frames.slice(0, most.frames).map(({ bytes, at, link }) => Buffer.concat([head(link, at), bytes])));
  const recordings: Pieces[] = [];
  const reports: Pieces[] = [];
  for (const { kind, bytes } of chosen) {
    const ran = await runEgret(['audit', `x.${kind}`, '-p', STORY_POLICY, '-q', '--json', '--record', 'run.ndjson'], { held: { [`x.${kind}`]: bytes } });
    recordings.push([Buffer.from(ran.files.get('run.ndjson') ?? '')]);
    reports.push([Buffer.from(ran.out)]);
  }
  return [
    { name: 'audit:capture', weight: 12, kind: 'bytes', seeds: chosen.map(({ bytes }) => [bytes]), run: ([file = EMPTY]) => runAudit('x.pcapng', file) },
    { name: 'audit:frames', weight: 12, kind: 'bytes', seeds: frames, run: (input) => runAudit('x.pcap', fileOf(input)) },
    { name: 'audit:recording', weight: 12, kind: 'lines', seeds: recordings, run: ([file = EMPTY]) => runAudit('x.ndjson', file) },
    { name: 'audit:report', weight: 3, kind: 'lines', seeds: reports, run: ([file = EMPTY]) => runDiff(file, reports[0]?.[0] ?? EMPTY) },
  ];
}

/** What stands before a frame in a piece: its link type and time. */
function head(link: number, at: number): Uint8Array {
  const bytes = new Uint8Array(10);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, link);
  view.setFloat64(2, at);
  return bytes;
}

function fileOf(input: Pieces): Uint8Array {
  const [first = EMPTY] = input;
  const link = ((first[0] ?? 0) << 8) | (first[1] ?? 0);
  return pcapFile(input.filter(({ length }) => length > 10).map((piece) => {
    const at = new DataView(piece.buffer, piece.byteOffset).getFloat64(2);
    return { bytes: piece.subarray(10), at: Number.isFinite(at) ? Math.abs(Math.trunc(at)) % 4e15 : 0 };
  }), { link });
}

async function runAudit(name: string, file: Uint8Array): Promise<Outcome> {
  const outputs = [...FORMATS.keys()].map((format) => `${format}=out.${format}`).join();
  const words = ['-p', STORY_POLICY, '--with', 'none', '--format', outputs];
  const ran = await runEgret(['audit', name, ...words, '--sheet', SHEET, '--record', 'run.ndjson'], { held: { [name]: file }, chunk: 1 + (file.length % 8191) });
  const wrong = ranWrong(ran) ?? [...FORMATS.keys()].map((format) => (ran.exit === 3 ? undefined : outputWrong(format, ran.files.get(`out.${format}`) ?? ''))).find((found) => found !== undefined);
  const report = ran.files.get('out.json');
  if (wrong !== undefined || ran.exit === 3 || report === undefined) return outcomeOf(wrong, `exit ${ran.exit} ${ran.err.replaceAll(/\d+/g, 'n').slice(0, 80)}`);
  const again = await runEgret(['audit', 'run.ndjson', '-p', STORY_POLICY, '--format', 'json', '-q'], { held: { 'run.ndjson': ran.files.get('run.ndjson') ?? '' } });
  return outcomeOf(ranWrong(again) ?? numbersWrong(report) ?? sameWrong(report, again.out), traitOf(report, ran.exit));
}

async function runDiff(report: Uint8Array, other: Uint8Array): Promise<Outcome> {
  const held = { 'a.json': report, 'b.json': other };
  const text = await runEgret(['diff', 'a.json', 'b.json', '-q'], { held });
  const json = await runEgret(['diff', 'b.json', 'a.json', '-q', '--format', 'json'], { held });
  const page = await runEgret(['diff', 'b.json', 'a.json', '-q', '--format', 'markdown'], { held });
  const wrong = ranWrong(text) ?? ranWrong(json) ?? ranWrong(page) ?? outputWrong('text', text.out) ?? outputWrong('markdown', page.out) ?? (json.exit === 3 ? undefined : parseWrong(json.out));
  return outcomeOf(wrong, `exit ${text.exit} ${json.exit} ${text.err.replaceAll(/\d+/g, 'n').slice(0, 160)}`);
}

/** A bug, or a complaint that would move the reader's cursor. */
export function ranWrong({ exit, err }: Ran): string | undefined {
  if (![0, 1, 2, 3].includes(exit)) return `exit ${exit}: ${err.slice(0, 400)}`;
  if (/\n\s+at /.test(err)) return `a stack trace: ${err.slice(0, 300)}`;
  return outputWrong('text', err);
}

function parseWrong(text: string): string | undefined {
  try {
    JSON.parse(text);
    return outputWrong('json lines', text);
  } catch {
    return 'diff --format json is no JSON';
  }
}

function numbersWrong(report: string): string | undefined {
  const { destinations, lookups, coverage, blindSpots, inputs }: Record<string, unknown> = JSON.parse(report);
  return numberWrong(JSON.parse(JSON.stringify({ destinations, lookups, coverage, blindSpots, inputs }, (key, value: unknown) => (RATIOS.has(key) ? undefined : value))), 'report');
}

/** The report without what it says of its inputs. */
function sameWrong(one: string, other: string): string | undefined {
  const [left, right] = [one, other].map((text) => {
    const { inputs: _inputs, settings: _settings, ...report }: Record<string, unknown> = JSON.parse(text);
    return JSON.stringify(report);
  });
  if (left === right || left === undefined || right === undefined) return undefined;
  let at = 0;
  while (left[at] === right[at]) at++;
  return `the recording gives another report: …${left.slice(Math.max(0, at - 80), at + 80)}… and …${right.slice(Math.max(0, at - 80), at + 80)}…`;
}

function traitOf(report: string, exit: number): string {
  const { findings = [], blindSpots = [], destinations = [] }: { findings?: { rule: string }[]; blindSpots?: { code: string }[]; destinations?: { protocol?: string }[] } = JSON.parse(report);
  return [exit, ...new Set([...findings.map(({ rule }) => rule), ...blindSpots.map(({ code }) => code), ...destinations.map(({ protocol }) => protocol ?? '')])].map(String).sort().join();
}

const EMPTY = new Uint8Array(0);
const LARGEST = 1 << 18;
const SHEET = `${stories()[0]?.folder}/story.run.yaml`;
/** Of times, and of counts that may be cut by a clock. */
const RATIOS: ReadonlySet<string> = new Set(['at', 'first', 'last', 'from', 'to', 'opened', 'closed', 'notBefore', 'notAfter', 'duration', 'share', 'ratio']);
