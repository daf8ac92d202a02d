/** The top of the text report: what was audited and under which assumptions, then the verdict in one line. */
import { formatDuration, formatTime } from '../../../base/time.ts';
import { bytes, count, counted, listed } from '../../layout/amounts.ts';
import { type Look, type Role, shown } from '../../layout/look.ts';
import { widthOf } from '../../layout/width.ts';
import { wrap } from '../../layout/wrap.ts';
import type { Input, Report, Settings, Summary, TelemetryListFacts } from '../../report.ts';
import { baselineFacts } from '../../baseline.ts';
import { isSettled, settledCounts } from '../../verdict-exit.ts';
import { dotted, labelled, paragraph } from './page.ts';

/** What was audited, against what, and what was assumed of the scope; then the recordings and the settings as facts. */
export function* headerLines(report: Report, look: Look): Iterable<string> {
  const { inputs, policy } = report;
  const [only] = inputs;
  const isLive = wasWatched(inputs);
  const against = policy === undefined ? 'without a policy' : `against ${policy.path} (${policy.name})`;
  yield* paragraph(look, `egret ${isLive ? 'watched' : 'audited'} ${inputNames(inputs)} ${against}. ${scopeSentence(inputs)}`, 0, 'strong');
  yield '';
  for (const input of inputs.slice(0, INPUT_CAP)) {
    yield* labelled(look, input.witness !== undefined ? 'seen' : isLive ? 'packets' : 'recording', (inputs.length > 1 ? `${input.path}: ${inputs.every(({ scope }) => scope === input.scope) ? '' : `${SCOPE_WORDS[input.scope]}; `}` : '') + inputFacts(input, inputs.length === 1), 2, LABEL);
  }
  if (inputs.length === 1 && only !== undefined) yield* labelled(look, 'sha256', only.sha256, 2, LABEL);
  if (inputs.length > INPUT_CAP) yield* labelled(look, '', `… and ${count(inputs.length - INPUT_CAP)} more (--format json lists all)`, 2, LABEL);
  if (report.baseline !== undefined) yield* labelled(look, 'baseline', `${report.baseline.path}: ${baselineFacts(report.baseline)}`, 2, LABEL);
  for (const [label, facts] of settingFacts(report.settings, policy !== undefined, inputs.length > 1, isLive)) yield* labelled(look, label, facts, 2, LABEL);
}

/** Whether the report is of a run that egret watched itself, not of a recording of one. */
export function wasWatched(inputs: readonly Input[]): boolean {
  return inputs.some((input) => input.witness !== undefined && input.recording === undefined);
}

/** What was audited or watched, in words; `quoted` marks up a path. */
export function inputNames(inputs: readonly Input[], quoted: (path: string) => string = (path) => path): string {
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) return only.path === '-' ? 'standard input' : quoted(only.path);
  return wasWatched(inputs) && inputs.length <= LIVE_SOURCES ? inputs.map(({ path }) => quoted(path)).join(' and ') : counted(inputs.length, 'recording');
}

/** `BROKEN  2 of 31 claims are broken · 3 errors, 1 warning`. */
export function* verdictLines(report: Report, look: Look): Iterable<string> {
  const { word, role } = verdictWord(report);
  const facts = report.policy === undefined ? unjudgedFacts(report) : judgedFacts(report);
  const indent = widthOf(word) + 2;
  const room = look.columns - indent >= MIN_BESIDE;
  const lines = wrap(shown(look, facts, FACTS_LIMIT), look.columns - (room ? indent : 2), look.columns - indent);
  for (const [at, line] of lines.entries()) yield (at === 0 ? `${look.style(role, word)}  ` : ' '.repeat(room ? indent : 2)) + line;
}

/** The verdict on the whole audit in a word or three. */
export function verdictWord({ summary, policy, claims, findings }: Report): { readonly word: string; readonly role: Role } {
  const open = summary.findings.error + summary.findings.warning;
  const broken = claims.filter((claim) => claim.verdict === 'broken');
  if (open > 0 || broken.some((claim) => !isSettled(claim))) return { word: 'BROKEN', role: 'bad' };
  // Findings in the baseline are breaches that nobody has looked into; without claims they are still there.
  if (broken.some((claim) => claim.baseline === true) || findings.some(({ standing, severity }) => standing === 'baseline' && severity !== 'note')) return { word: 'BROKEN (BASELINE)', role: 'warn' };
  if (broken.length > 0) return { word: 'BROKEN (ACCEPTED)', role: 'warn' };
  if (summary.connections === 0 && summary.lookups === 0) return { word: 'NOTHING OBSERVED', role: 'warn' };
  if (summary.exit === 2) return { word: 'NOT ENOUGH EVIDENCE', role: 'warn' };
  return policy === undefined ? { word: 'NOT JUDGED', role: 'warn' } : { word: 'NOTHING BROKEN', role: 'good' };
}

/** Claims and findings counted, with what is not settled. */
export function judgedFacts({ summary }: Report): string {
  const { claims, findings } = summary;
  const total = claims.holds + claims.broken + claims.unproven + claims.notObservable;
  const found = [
    ...(findings.error > 0 ? [counted(findings.error, 'error')] : []),
    ...(findings.warning > 0 ? [counted(findings.warning, 'warning')] : []),
    ...(findings.note > 0 ? [counted(findings.note, 'note')] : []),
  ];
  return dotted([
    total === 0 ? 'the policy states no claims' : `${brokenClaims(claims.broken, total)}${restOfClaims(claims)}`,
    found.length > 0 ? found.join(', ') : `no open finding in ${counted(summary.connections, 'connection')}`,
    settledCounts(findings),
  ]);
}

function brokenClaims(broken: number, total: number): string {
  return broken === 0 ? `none of ${counted(total, 'claim')} is broken` : `${count(broken)} of ${counted(total, 'claim')} ${broken === 1 ? 'is' : 'are'} broken`;
}

/** Unsettled claims stand beside broken ones: silence about them would read as a pass. */
function restOfClaims(claims: Summary['claims']): string {
  const rest = [
    ...(claims.holds > 0 ? [`${count(claims.holds)} ${claims.holds === 1 ? 'holds' : 'hold'}`] : []),
    ...(claims.unproven > 0 ? [`${count(claims.unproven)} unproven`] : []),
    ...(claims.notObservable > 0 ? [`${count(claims.notObservable)} not observable`] : []),
  ];
  return rest.length === 0 ? '' : `, ${rest.join(', ')}`;
}

/** What was seen, and how to have it judged. */
export function unjudgedFacts({ summary }: Report): string {
  if (summary.connections === 0 && summary.lookups === 0) return 'no connection and no lookup, so there is nothing to list or to judge.';
  const seen = `${counted(summary.connections, 'connection')} and ${counted(summary.lookups, 'lookup')} to ${counted(summary.destinations, 'destination')}, listed below as facts.`;
  return `${seen} --policy FILE has them judged; egret policy lint FILE checks a policy first.`;
}

/** What the recordings are taken to hold, and who says so. */
export function scopeSentence(inputs: readonly Input[]): string {
  if (wasWatched(inputs)) return watchedSentence(inputs);
  const assumed = inputs.filter((input) => input.scope === 'assumed-app').length;
  if (assumed > 0) {
    if (inputs.length === 1) return `${inputs[0]?.witness !== undefined ? 'Nothing says who used the proxy' : inputs[0]?.sheet === undefined ? 'No run sheet' : `${inputs[0].sheet} states no scope`}: the recording is assumed to hold only the app.`;
    if (inputs.some((input) => input.scope === 'assumed-app' && input.sheet !== undefined)) return 'Where no scope is stated, a recording is assumed to hold only the app.';
    return assumed === inputs.length ? 'No run sheets: each recording is assumed to hold only the app.' : `No run sheet for ${count(assumed)} of them: each of these is assumed to hold only the app.`;
  }
  const scopes = new Set(inputs.map((input) => input.scope));
  if (scopes.size !== 1) return 'Scopes as stated: some recordings hold only the app, some a whole machine.';
  const holds = scopes.has('machine') ? 'a whole machine' : 'only the app';
  const sheets = inputs.flatMap((input) => (input.sheet === undefined ? [] : [input.sheet]));
  const by = sheets.length === 0 ? 'As stated' : sheets.length === 1 ? `By ${sheets[0] ?? ''}` : 'By their run sheets';
  return inputs.length === 1 ? `${by}, the recording holds ${holds}.` : `${by}, each recording holds ${holds}.`;
}

/** The sources of one run share one scope. */
function watchedSentence([input]: readonly Input[]): string {
  if (input?.scope === 'machine') return 'What was seen is of the whole machine.';
  return input?.scope === 'app' ? 'What was seen is the app\'s.' : 'Nothing says who used the proxy: what was seen is assumed to be the app\'s.';
}

function inputFacts(input: Input, alone: boolean): string {
  const { first, last } = input;
  const when = first === undefined || last === undefined ? 'no packet with a time' : `${timeRange(first, last)} (${formatDuration(last - first)})`;
  return dotted([
    input.witness === undefined ? counted(input.packets, 'packet') : `${counted(input.packets, 'connection')} to the proxy`,
    input.witness === undefined ? bytes(input.bytes) : '',
    when,
    input.recording === undefined ? '' : `as recorded in ${input.recording}`,
    alone ? '' : `sha256 ${input.sha256.slice(0, HASH_SHOWN)}`,
    input.cutAt === undefined ? '' : `cut at byte ${count(input.cutAt)}, judged as far as it goes`,
  ]);
}

/** `2026-03-31 12:03:11 – 12:19:40 UTC`: the day only once when it is the same. */
function timeRange(first: number, last: number): string {
  const from = clock(first);
  const to = clock(last);
  return `${from} – ${to.slice(0, DAY) === from.slice(0, DAY) ? to.slice(DAY) : to} UTC`;
}

function clock(at: number): string {
  return formatTime(at).slice(0, SECONDS).replace('T', ' ');
}

function settingFacts(settings: Settings, judged: boolean, several: boolean, isLive: boolean): readonly (readonly [label: string, facts: string])[] {
  const { features, phases, variables, local, roots, overridden, telemetryLists = [] } = settings;
  const set = Object.keys(variables).sort().map((name) => `${name} = ${listed(variables[name] ?? [])}`);
  const rows: [string, string][] = [];
  if (judged && features === undefined) rows.push(['features', 'not stated, so conditions on features are unknown (--with a,b or --with none)']);
  if (features !== undefined) rows.push(['features', features.length === 0 ? 'all off' : `${listed(features, LIST_CAP)} on, all others off`]);
  if (judged && phases.length === 0) rows.push(['phases', `no marks, so phases are unknown (${isLive ? 'egret mark' : 'a run sheet'} can give them)`]);
  if (phases.length > 0) rows.push(['phases', phaseWords(phases, several && !isLive)]);
  if (set.length > 0) rows.push(['variables', listed(set, LIST_CAP)]);
  if (local.length > 0) rows.push(['own side', listed(local, LIST_CAP)]);
  if (roots.length > 0) rows.push(['roots', `added: ${listed(roots, LIST_CAP)}`]);
  if (telemetryLists.length > 0) rows.push(['telemetry', `also: ${listed(telemetryLists.map(listWords), LIST_CAP)}`]);
  if (overridden.length > 0) rows.push(['flags', `replace what the run sheet says of ${listed(overridden, LIST_CAP)}`]);
  return rows;
}

/** `oisd.txt (200,000 hosts, sha256 …; 12 lines cannot be used)`. */
function listWords({ path, sha256, rows, exceptions, skipped, unusable }: TelemetryListFacts): string {
  const more = [...(exceptions > 0 ? [counted(exceptions, 'exception')] : []), ...(skipped > 0 ? [`${count(skipped)} skipped`] : []), ...(unusable > 0 ? [`${counted(unusable, 'line')} cannot be used`] : [])];
  return `${path} (${[counted(rows, 'host'), `sha256 ${sha256.slice(0, HASH_SHOWN)}`, ...more].join(', ')})`;
}

/** With their times for one recording; of several only which there were, since each has its own. */
function phaseWords(phases: Settings['phases'], several: boolean): string {
  if (several) return listed([...new Set(phases.map(({ phase }) => phase))], LIST_CAP);
  return listed(phases.map(({ phase, from, to }) => `${phase} ${clock(from).slice(DAY)}–${to === undefined ? 'end' : clock(to).slice(DAY)}`), LIST_CAP);
}

const SCOPE_WORDS = { app: 'only the app', machine: 'a whole machine', 'assumed-app': 'assumed to hold only the app' } as const;
const LABEL = 11;
const INPUT_CAP = 8;
/** A proxy and the packets beside it. */
const LIVE_SOURCES = 2;
const LIST_CAP = 12;
const FACTS_LIMIT = 600;
/** Hexadecimal digits of a file's hash where several files are listed; JSON has all. */
const HASH_SHOWN = 12;
const SECONDS = 19;
/** Length of `2026-03-31 `. */
const DAY = 11;
/** Narrower than this, facts go below the verdict's word instead of beside it. */
const MIN_BESIDE = 36;
