/** Claims grouped by what the recording says of them, and the needs whose supply would settle more. */
import type { ClaimResult, ClaimVerdict, Need } from '../../../judge/claim.ts';
import { count, counted, listed } from '../../layout/amounts.ts';
import { type Look, type Role, SENTENCE_LIMIT, shown } from '../../layout/look.ts';
import { pad, widthOf } from '../../layout/width.ts';
import { wrap } from '../../layout/wrap.ts';
import type { Report } from '../../report.ts';
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
    for (const claim of group) yield* claimRow(claim, idWidth, look);
  }
}

/** Text and reason side by side where the page is wide, else the reason below. */
function* claimRow(claim: ClaimResult, idWidth: number, look: Look): Iterable<string> {
  const id = pad(headOfId(claim, look), idWidth);
  const accepted = claim.verdict === 'broken' && claim.accepted ? ' (accepted)' : '';
  const room = look.columns - INDENT - idWidth;
  const reason = shown(look, claim.reason, SENTENCE_LIMIT);
  const text = shown(look, claim.text, SENTENCE_LIMIT) + accepted;
  if (look.columns < SIDE_BY_SIDE) {
    const [first = '', ...rest] = wrap(text, room);
    yield ' '.repeat(INDENT) + look.style('label', id) + first;
    for (const line of rest) yield ' '.repeat(INDENT + idWidth) + line;
    for (const line of wrap(reason, room)) yield ' '.repeat(INDENT + idWidth) + look.style('dim', line);
    return;
  }
  const left = Math.floor((room - 2) / 2);
  const texts = wrap(text, left);
  const reasons = wrap(reason, room - left - 2);
  for (let at = 0; at < Math.max(texts.length, reasons.length); at++) {
    const head = at === 0 ? look.style('label', id) : ' '.repeat(idWidth);
    yield `${' '.repeat(INDENT)}${head}${pad(texts[at] ?? '', left)}  ${look.style('dim', reasons[at] ?? '')}`.trimEnd();
  }
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
const INDENT = 4;
const MAX_ID = 20;
/** From this width on, text and reason have a readable column each. */
const SIDE_BY_SIDE = 130;
