/**
 * The findings as SARIF 2.1.0 for code scanning: one run, results at lines of
 * the policy. Streamed in pieces with a fixed order of keys; equal reports give
 * equal bytes. Says nothing of single connections, holds no wall-clock time and
 * no path of the machine but those that the user named.
 */
import { fingerprint } from '../../base/fingerprint.ts';
import { jsonSafe } from '../../base/wire-text.ts';
import type { BlindSpot } from '../../observe/coverage.ts';
import { relativePath } from '../anchor.ts';
import { baselineFacts, goneWords } from '../baseline.ts';
import { count } from '../layout/amounts.ts';
import type { Report } from '../report.ts';
import type { Json } from './facts-json.ts';
import type { ReportFormat } from './format.ts';
import { RESULT_CAP, resultCount, results } from './sarif/results.ts';
import { ruleDescriptors } from './sarif/rules.ts';
import { pathUri, sarifText } from './sarif/text.ts';

export const sarif: ReportFormat = {
  kind: 'report',
  name: 'sarif',
  description: 'findings at lines of the policy, for code scanning (SARIF 2.1.0)',
  needsPolicy: true,
  *render(report, _look, cwd = '') {
    yield `{\n  "$schema": ${JSON.stringify(SCHEMA)},\n  "version": "2.1.0",\n  "runs": [{\n`;
    yield `    "tool": {"driver": {"name": "egret", "semanticVersion": ${safe(report.tool.version)}, "rules": `;
    yield* rows(ruleDescriptors(report));
    yield `}},\n    "automationDetails": ${safe({ id: automationId(report, cwd) })},\n`;
    yield `    "invocations": ${safe([invocation(report)])},\n`;
    yield '    "artifacts": ';
    yield* rows(artifacts(report, cwd));
    yield ',\n    "columnKind": "utf16CodeUnits",\n    "results": ';
    yield* rows(results(report, cwd));
    yield '\n  }]\n}\n';
  },
};

function* rows(values: Iterable<Json>): Iterable<string> {
  let separator = '[\n';
  for (const value of values) {
    yield `${separator}      ${safe(value)}`;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]' : '\n    ]';
}

/**
 * `egret/POLICY/RECORDINGS/RUN`. GitHub takes what stands before the last slash
 * as the category, in which a later upload replaces an earlier one: so it names
 * policy and recordings, and only the last part changes with their bytes.
 */
function automationId(report: Report, cwd: string): string {
  const paths = [...new Set(report.inputs.map(({ path, recording }) => relativePath(recording ?? path, cwd)))];
  const [first = 'nothing'] = paths;
  const more = paths.length < 2 ? '' : `-and-${paths.length - 1}-more-${fingerprint(paths).slice(0, SHORT)}`;
  const run = fingerprint([report.tool.version, report.policy?.sha256 ?? '', ...report.inputs.map(({ sha256 }) => sha256)]);
  return ['egret', word(relativePath(report.policy?.path ?? '', cwd)), `${word(first)}${more}`, run.slice(0, SHORT)].join('/');
}

/** A path as one word of an identifier; a long one keeps its end. */
function word(path: string): string {
  // An absolute path is one outside the working directory: its folders differ from machine to machine.
  const kept = /^(?:\/|[A-Za-z]:[\\/])/.test(path) ? (path.split(/[\\/]/).at(-1) ?? '') : path;
  const plain = kept.replaceAll(/[^\w.-]+/g, '-').slice(-WORD_LIMIT);
  return plain === '' ? 'none' : plain;
}

/** A report exists only of an audit that ran to its end, so the execution was successful whatever its exit code says of the recording. */
function invocation(report: Report): Json {
  return {
    executionSuccessful: true,
    exitCode: report.summary.exit,
    exitCodeDescription: sarifText(report.summary.because),
    toolExecutionNotifications: [...report.blindSpots.map(notification), ...baselineNotes(report), ...beyondLimits(resultCount(report))],
  };
}

function notification({ code, count: times, text, lowers }: BlindSpot): Json {
  return {
    descriptor: { id: sarifText(code) },
    level: lowers.length === 0 ? 'note' : 'warning',
    message: { text: sarifText(`Could not see: ${text} (${count(times)})`) },
    properties: { count: times, lowers: lowers.map((need) => sarifText(need)) },
  };
}

/** A baseline of another policy, and rows of it that did not come up: neither is a result. */
function baselineNotes({ baseline }: Report): Json[] {
  if (baseline === undefined) return [];
  const gone = goneWords(baseline);
  return [...(baseline.unlike === undefined ? [] : [note('baseline-policy', 'warning', `${baseline.path}: ${baselineFacts(baseline)}`)]), ...(gone === '' ? [] : [note('baseline-gone', 'note', gone)])];
}

function note(id: string, level: string, text: string): Json {
  return { descriptor: { id }, level, message: { text: sarifText(text) } };
}

/** What a reader of code scanning would otherwise miss without being told. */
function beyondLimits(found: number): Json[] {
  if (found <= SHOWN_CAP) return [];
  const left = found - RESULT_CAP;
  const cut = left > 0 ? `The last ${count(left)} are left out here, because GitHub refuses more than ${count(RESULT_CAP)} in a run. ` : '';
  const text = `${count(found)} results. ${cut}GitHub shows the gravest ${count(SHOWN_CAP)}; --format json lists all.`;
  return [{ descriptor: { id: 'results-limited' }, level: 'warning', message: { text }, properties: { count: found } }];
}

/** The policy and the recordings by their hashes, so that whoever has them can check again. */
function* artifacts(report: Report, cwd: string): Iterable<Json> {
  const { policy } = report;
  if (policy !== undefined) yield { location: { uri: pathUri(policy.path, cwd) }, roles: ['policy'], hashes: { 'sha-256': policy.sha256 } };
  const seen = new Set<string>();
  for (const { path, sha256, bytes } of report.inputs) {
    // The list must not name one file twice (§3.14.15), and a command line may.
    const key = JSON.stringify([path, sha256]);
    if (seen.has(key)) continue;
    seen.add(key);
    const location = path === '-' ? { description: { text: 'standard input' } } : { uri: pathUri(path, cwd) };
    yield { location, roles: ['analysisTarget'], length: bytes, hashes: { 'sha-256': sha256 } };
  }
}

function safe(value: Json): string {
  return jsonSafe(JSON.stringify(value));
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Results of one run that GitHub keeps and shows, gravest first. */
const SHOWN_CAP = 5000;
/** Characters of one part of the category: long enough for any path within a project. */
const WORD_LIMIT = 120;
const SHORT = 12;
