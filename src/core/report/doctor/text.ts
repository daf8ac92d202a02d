/**
 * A diagnosis for people: what `egret run` would take, what its report could
 * claim, then each way with how it was found out, what it sees and cannot see,
 * and what to do. No line is wider than the page, but commands to be copied.
 */
import { labelled, paragraph } from '../formats/text/page.ts';
import { listed } from '../layout/amounts.ts';
import { type Look, type Role, shown } from '../layout/look.ts';
import { pad } from '../layout/width.ts';
import { wrapItems } from '../layout/wrap.ts';
import type { Diagnosis, Way, WayState } from './diagnosis.ts';
import { machineWords } from './machine-words.ts';

/** Lines of the page. */
export function* doctorText(diagnosis: Diagnosis, look: Look): Iterable<string> {
  for (const line of page(diagnosis, look)) yield `${line}\n`;
}

/** Only what `egret run` would do, for scripts and the hurried. */
export function* doctorLine({ says, mode }: Diagnosis, look: Look): Iterable<string> {
  for (const line of paragraph(look, says, 0, MODE_ROLES[mode])) yield `${line}\n`;
}

function* page(diagnosis: Diagnosis, look: Look): Iterable<string> {
  const { says, mode, ways, machine, exit } = diagnosis;
  yield* paragraph(look, says, 0, MODE_ROLES[mode]);
  yield* outlooks(diagnosis, look);
  for (const way of ways) {
    yield '';
    yield* wayLines(way, look);
  }
  yield '';
  const separator = look.unicode ? ' · ' : ' | ';
  for (const [at, line] of wrapItems(machineWords(machine).map((word) => shown(look, word)), separator, look.columns - TITLE).entries()) yield (at === 0 ? look.style('strong', pad('machine', TITLE)) : ' '.repeat(TITLE)) + line;
  yield '';
  for (const line of paragraph(look, `Exit ${exit}: ${exit === 0 ? 'something can be observed here' : 'nothing can be observed here by egret run'}.`)) yield line.replace(/^Exit \d/, (head) => look.style(exit === 0 ? 'good' : 'bad', head));
}

/** What can be is a list; what cannot says why; what depends says on whom, and the JSON why. */
function* outlooks({ needs }: Diagnosis, look: Look): Iterable<string> {
  if (needs.length === 0) return;
  const of = (wanted: string): Diagnosis['needs'] => needs.filter(({ outlook }) => outlook === wanted);
  yield* labelled(look, 'its claims', `can rest on ${listed(of('can').map(({ need }) => need), ALL)}`, 2, LABEL);
  for (const { need, why } of of('cannot')) yield* labelled(look, '', `cannot rest on ${need}: ${why}`, 2, LABEL, 'warn');
  yield* labelled(look, '', `may rest on ${listed(of('depends').map(({ need }) => need), ALL)}, as far as the app, its servers and what you tell egret allow`, 2, LABEL, 'dim');
}

function* wayLines({ title, state, found, parts, sees, blind, advice }: Way, look: Look): Iterable<string> {
  const { word, role } = STATES[state];
  const lines = [...labelled(look, title, found, 0, TITLE + STATE)];
  for (const [at, line] of lines.entries()) yield at === 0 ? line.replace(pad(title, TITLE + STATE), () => look.style('strong', pad(title, TITLE)) + look.style(role, pad(word, STATE))) : line;
  for (const part of parts) yield* labelled(look, part.name, part.state === 'no' ? part.found : `${STATES[part.state].word}: ${part.found}`, 2, PART, part.state === 'no' ? 'dim' : undefined);
  if (sees !== '') yield* labelled(look, state === 'no' ? 'would see' : 'sees', sees, 2, LABEL);
  if (blind !== '') yield* labelled(look, 'cannot see', blind, 2, LABEL);
  for (const { text, commands } of advice) {
    yield* labelled(look, 'do', commands.length === 0 ? text : `${text}:`, 2, LABEL);
    // Whole, so that it can be copied; a terminal breaks it where it must.
    for (const command of commands) yield `${' '.repeat(2 + LABEL)}${look.style('strong', shown(look, command))}`;
  }
}

const STATES: Readonly<Record<WayState, { readonly word: string; readonly role: Role }>> = { works: { word: 'works', role: 'good' }, part: { word: 'in part', role: 'warn' }, no: { word: 'no', role: 'bad' } };
const MODE_ROLES: Readonly<Record<Diagnosis['mode'], Role>> = { 'proxy-and-packets': 'strong', proxy: 'strong', none: 'bad' };
const TITLE = 9;
const STATE = 9;
const LABEL = 12;
const PART = 18;
/** More than there are needs. */
const ALL = 20;
