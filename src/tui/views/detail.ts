/** The pane of one destination: verdict with its reason, how the name is known, where it led, and the last connections as evidence. */
import { formatTime } from '../../core/base/time.ts';
import { bytes, counted } from '../../core/report/layout/amounts.ts';
import { type Look, shown } from '../../core/report/layout/look.ts';
import { wrap } from '../../core/report/layout/wrap.ts';
import { roleOf, type Row, type Sight, verdictOf, verdictWord } from '../row.ts';
import { line, type Piece } from './line.ts';

/** Lines of the pane; the caller cuts them to its height. */
export function detailLines(row: Row, look: Look): string[] {
  const facts: readonly (readonly [string, string])[] = [
    ['verdict', reasonOf(row)],
    ['known by', knownBy(row)],
    ['address', row.addresses.join(', ')],
    ['process', [row.process, row.component === undefined ? undefined : `component ${row.component}`].filter((part) => part !== undefined).join(', ')],
    ['tries', triesOf(row)],
    ['seen', `${timeOf(row.first)} to ${timeOf(row.last)} UTC, up ${bytes(row.up + row.openUp)}, down ${bytes(row.down + row.openDown)}`],
  ];
  return [
    line(look, [{ text: verdictWord(row), role: roleOf(row) }, { text: ` ${row.host}:${row.port} ${row.transport}`, role: 'strong' }]),
    ...facts.filter(([, text]) => text !== '').flatMap(([label, text]) => fact(look, label, text)),
    ...row.recent.map((sight) => line(look, sightPieces(sight))),
  ];
}

function fact(look: Look, label: string, text: string): string[] {
  const lines = wrap(shown(look, text, FACT_LIMIT), Math.max(10, look.columns - INDENT));
  return lines.slice(0, FACT_LINES).map((part, index) => `${look.style('label', (index === 0 ? label : '').padEnd(INDENT))}${part}`);
}

function reasonOf(row: Row): string {
  const verdict = verdictOf(row);
  if (verdict === undefined || verdict.kind === 'unjudged') return `without a policy nothing is judged${verdict?.telemetry === undefined ? '' : `; ${telemetry(verdict.telemetry)}`}`;
  const parts = [
    verdict.entry === undefined ? undefined : `entry ${verdict.entry}${verdict.by === undefined ? '' : ` by ${verdict.by}`}`,
    verdict.reason,
    verdict.conditionUnknown === undefined ? undefined : `not known: ${verdict.conditionUnknown.join(', ')}`,
    verdict.telemetry === undefined ? undefined : telemetry(verdict.telemetry),
    row.denied === 0 ? undefined : `denied ${row.denied} times`,
    row.judged === undefined ? 'so far: judged when a connection is over' : 'of connections that are over; the report decides',
  ];
  return [verdict.kind, ...parts.filter((part) => part !== undefined)].join('; ');
}

function telemetry({ matched }: { readonly matched: string }): string {
  return `${matched} is known for telemetry`;
}

function knownBy(row: Row): string {
  if (row.how === undefined) return 'what the client asked the proxy for';
  return `${row.how}${row.confidence === undefined ? '' : `, ${row.confidence} confidence`}`;
}

function triesOf({ open, connections, failed }: Row): string {
  return `${open} open, ${counted(connections, 'connection')} over${failed === 0 ? '' : `, ${failed} of them could not be made`}`;
}

function sightPieces({ id, at, outcome, protocol, address, up, down, tls }: Sight): Piece[] {
  return [{ text: `${timeOf(at)} `, role: 'dim' }, { text: `${outcome} ${protocol} ${address} up ${bytes(up)} down ${bytes(down)}` }, { text: ` ${tls === undefined ? '' : `${tls} `}#${id}`, role: 'dim' }];
}

/** `12:03:11` of a time in full. */
function timeOf(at: number): string {
  return formatTime(at).slice(11, 19);
}

const INDENT = 10;
const FACT_LINES = 3;
/** UTF-16 units of one fact. */
const FACT_LIMIT = 600;
