/** Claims grouped by what the recording says of them, and the needs whose supply would settle more. */
import type { ClaimResult, ClaimVerdict, Need } from '../../../judge/claim.ts';
import { count, counted, listed } from '../../layout/amounts.ts';
import { type Look, type Role, SENTENCE_LIMIT, shown } from '../../layout/look.ts';
import { pad, widthOf } from '../../layout/width.ts';
import { wrap } from '../../layout/wrap.ts';
import type { Report } from '../../report.ts';
import { settledWord } from '../../verdict-exit.ts';
import { heading, labelled } from './page.ts';

/** `broken` first, `holds` last; each claim with its reason. */
export function* claimLines(report: Report, look: Look): Iterable<string> {
  if (report.claims.length === 0) return;
  const { holds, broken, unproven, notObservable } = report.summary.claims;
  yield* heading(look, 'Claims', `${counted(report.claims.length, 'promise')}: ${count(broken)} broken, ${count(notObservable)} not observable, ${count(unproven)} unproven, ${count(holds)} ${holds === 1 ? 'holds' : 'hold'}`);
  const idWidth = Math.min(MAX_ID, Math.max(...report.claims.map((claim) => widthOf(shown(look, claim.id))))) + 2;
  for (const { verdict, title, role } of GROUPS) {
    const group = report.claims.filter((claim) => claim.verdict === verdict);
    if (group.length === 0) continue;
    yield `  ${look.style(role, title)}`;
    for (const run of runsOfReason(group)) yield* claimRun(run, idWidth, look);
  }
}

/** Claims with the same reason stand together, so that the reason is said once; otherwise the order is kept. */
function runsOfReason(claims: readonly ClaimResult[]): readonly (readonly ClaimResult[])[] {
  const runs = new Map<string, ClaimResult[]>();
  for (const claim of claims) {
    const run = runs.get(claim.reason);
    if (run === undefined) runs.set(claim.reason, [claim]);
    else run.push(claim);
  }
  return [...runs.values()];
}

/** Text and reason side by side where the page is wide, else the reason below. */
function* claimRun(run: readonly ClaimResult[], idWidth: number, look: Look): Iterable<string> {
  for (const [at, claim] of run.entries()) {
    const row = {
      id: pad(headOfId(claim, look), idWidth),
      text: shown(look, claim.text, SENTENCE_LIMIT) + settledWord(claim),
      reason: shown(look, at === 0 ? reasonWords(claim) : `as ${run[0]?.id ?? ''}`, SENTENCE_LIMIT),
    };
    yield* look.columns < SIDE_BY_SIDE ? stacked({ ...row, reason: '' }, look) : sideBySide(row, look);
  }
  const [first] = run;
  if (first === undefined || look.columns >= SIDE_BY_SIDE) return;
  const all = run.length === 1 ? '' : `these ${count(run.length)}: `;
  for (const line of wrap(all + shown(look, reasonWords(first), SENTENCE_LIMIT), look.columns - INDENT - idWidth)) yield ' '.repeat(INDENT + idWidth) + look.style('dim', line);
}

interface ClaimRow {
  /** Padded to the width of the column. */
  readonly id: string;
  readonly text: string;
  readonly reason: string;
}

function* stacked({ id, text }: ClaimRow, look: Look): Iterable<string> {
  const [first = '', ...rest] = wrap(text, look.columns - INDENT - widthOf(id));
  yield ' '.repeat(INDENT) + look.style('label', id) + first;
  for (const line of rest) yield ' '.repeat(INDENT + widthOf(id)) + line;
}

function* sideBySide({ id, text, reason }: ClaimRow, look: Look): Iterable<string> {
  const idWidth = widthOf(id);
  const room = look.columns - INDENT - idWidth;
  const left = Math.floor((room - 2) / 2);
  const texts = wrap(text, left);
  const reasons = wrap(reason, room - left - 2);
  for (let at = 0; at < Math.max(texts.length, reasons.length); at++) {
    const head = at === 0 ? look.style('label', id) : ' '.repeat(idWidth);
    yield `${' '.repeat(INDENT)}${head}${pad(texts[at] ?? '', left)}  ${look.style('dim', reasons[at] ?? '')}`.trimEnd();
  }
}

/** The reason without the verdict's own words in front, which the group's title has said. */
export function reasonWords({ reason }: ClaimResult): string {
  const rest = reason.replace(SAID_BY_TITLE, '').replace(/^\(no rule\): /, 'no rule: ');
  return rest === '' ? reason : rest;
}

/** Unmet needs, each once with what supplies it and the claims it holds up: the shortest way from *not observable* to an answer. */
export function* settleLines(report: Report, look: Look): Iterable<string> {
  const missing = missingNeeds(report.claims);
  if (missing.length === 0) return;
  const claims = new Set(missing.flatMap((need) => need.claims)).size;
  yield* heading(look, 'To settle more', `${counted(claims, 'claim')} ${claims === 1 ? 'waits' : 'wait'} for:`);
  const width = Math.max(...missing.map(({ need }) => need.length)) + 2;
  for (const { need, why, supply, claims: waiting } of missing) {
    const sentences = [why, supply].filter((part) => part !== undefined && part !== '').map((part) => sentence(part ?? ''));
    yield* labelled(look, need, `${sentences.join(' ')} (${listed(waiting, 14)})`.trimStart(), 2, width);
  }
}

function missingNeeds(claims: readonly ClaimResult[]): readonly { need: Need; why?: string; supply?: string; claims: string[] }[] {
  const rows = new Map<string, { need: Need; why?: string; supply?: string; claims: string[] }>();
  for (const claim of claims) {
    if (claim.verdict !== 'not-observable') continue;
    for (const { need, met, why, supply } of claim.needs) {
      if (met || need === 'exercised') continue;
      const key = `${need}\n${why ?? ''}\n${supply ?? ''}`;
      const row = rows.get(key) ?? { need, ...(why === undefined ? {} : { why }), ...(supply === undefined ? {} : { supply }), claims: [] };
      row.claims.push(claim.id);
      rows.set(key, row);
    }
  }
  return [...rows.values()].sort((a, b) => b.claims.length - a.claims.length);
}

function sentence(text: string): string {
  const head = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(head) ? head : `${head}.`;
}

function headOfId(claim: ClaimResult, look: Look): string {
  return shown(look, claim.id, MAX_ID);
}

const GROUPS: readonly { readonly verdict: ClaimVerdict; readonly title: string; readonly role: Role }[] = [
  { verdict: 'broken', title: 'broken', role: 'bad' },
  { verdict: 'not-observable', title: 'not observable', role: 'warn' },
  { verdict: 'unproven', title: 'unproven', role: 'note' },
  { verdict: 'holds', title: 'holds, within this recording', role: 'good' },
];
const SAID_BY_TITLE = /^(?:broken|unproven|not observable|holds(?: within this recording)?)(?:: | (?=\(no rule\)))/;
const INDENT = 4;
const MAX_ID = 20;
/** From this width on, text and reason have a readable column each. */
const SIDE_BY_SIDE = 130;
