/** The lines above the table: what is observed and since when, how much, what cannot be seen, and the promises so far. */
import { bytes, count, counted } from '../../core/report/layout/amounts.ts';
import type { Look } from '../../core/report/layout/look.ts';
import type { Model } from '../model.ts';
import { edges, line, type Piece } from './line.ts';

/** At most `room` of them, the most important ones first. */
export function headLines(model: Model, look: Look, room: number): string[] {
  const { what, policy, totals, destinations, broken, unseen, promises, phases, since, now } = model;
  const on = phases.filter(({ isOn }) => isOn).map(({ name }) => name);
  const policyPart: readonly Piece[] = policy === undefined ? [{ text: ' · no policy', role: 'warn' }] : [{ text: ` · ${policy}` }];
  const lines = [edges(look, [{ text: 'egret ', role: 'strong' }, { text: what }, ...policyPart], `${on.length === 0 ? '' : `in ${on.join(', ')} · `}${clock(now - since)}`)];
  lines.push(line(look, [{ text: counted(destinations, 'destination') }, ...(broken === 0 ? [] : [{ text: ` (${count(broken)} against the policy)`, role: 'bad' as const }]), { text: ` · ${count(totals.open)} open, ${count(totals.connections)} over · up ${bytes(totals.up)}, down ${bytes(totals.down)}` }, ...left(totals.left)]));
  if (room >= 3) lines.push(line(look, [{ text: 'Cannot see: ', role: 'label' }, { text: unseen.join('; '), role: 'dim' }]));
  if (room >= 4 && promises.length > 0) lines.push(strip(model, look));
  return lines.slice(0, Math.max(1, room));
}

/** Which promises are broken so far, by id; the others as numbers. Nothing is said to hold: that takes the end of the run. */
function strip({ promises }: Model, look: Look): string {
  const broken = promises.filter(({ state }) => state === 'broken').map(({ id }) => id);
  const tested = promises.filter(({ state }) => state === 'tested').length;
  const rest = promises.length - tested - broken.length;
  const first: Piece = broken.length === 0 ? { text: 'none broken so far' } : { text: `${broken.length} broken so far (${some(broken)})`, role: 'bad' };
  return line(look, [{ text: 'Claims: ', role: 'label' }, first, { text: `, ${tested} put to the test, ${rest} not yet`, role: 'dim' }]);
}

function some(ids: readonly string[]): string {
  return ids.length <= IDS_SHOWN ? ids.join(' ') : `${ids.slice(0, IDS_SHOWN).join(' ')} …`;
}

function left(number: number): readonly Piece[] {
  return number === 0 ? [] : [{ text: ` · ${count(number)} not listed here, the report has them`, role: 'warn' }];
}

/** `0:03:12` of a time in µs. */
function clock(length: number): string {
  const seconds = Math.max(0, Math.floor(length / 1_000_000));
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

const IDS_SHOWN = 8;
