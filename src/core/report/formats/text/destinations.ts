/** Where the traffic went: names, how far it got, how much; judged reports lead with the verdict, others with how the name is known. */
import type { NameEvidence } from '../../../observe/connection.ts';
import type { Destination } from '../../../judge/destination.ts';
import type { Verdict, VerdictKind } from '../../../policy/verdict.ts';
import { formatEndpoint } from '../../../base/address.ts';
import { bytes, count, counted } from '../../layout/amounts.ts';
import { type Look, type Role, shown } from '../../layout/look.ts';
import { type Cell, type Column, type Row, table } from '../../layout/table.ts';
import { watchedOf } from '../../layout/watched.ts';
import type { Report } from '../../report.ts';
import { environmentLines } from './environment.ts';
import { heading, paragraph } from './page.ts';

/** One row per destination, what breaks the policy first; the operating system's own below the table. */
export function* destinationLines(report: Report, look: Look): Iterable<string> {
  if (report.destinations.length > 0) yield* destinationTable(report, look);
  yield* environmentLines(report, look);
}

function* destinationTable(report: Report, look: Look): Iterable<string> {
  const { destinations, policy } = report;
  const judged = policy !== undefined;
  const nameless = destinations.filter((destination) => destination.name === undefined).length;
  const facts = [
    `${count(destinations.length)} from ${counted(report.summary.connections, 'connection')}`,
    nameless > 0 ? `${count(nameless)} without a name` : '',
    judged ? verdictCounts(destinations) : 'facts only: without a policy nothing was judged',
  ];
  yield* heading(look, 'Destinations', facts.filter((fact) => fact !== '').join('; '));
  const several = report.inputs.length > 1 && destinations.some((destination) => destination.scope !== destinations[0]?.scope);
  const ours = destinations.filter(({ verdict }) => verdict.kind !== 'environment');
  const columns = columnsFor(ours, judged, several);
  const isOwnerless = ownerless(report);
  if (ours.length > 0) yield* table(look, columns.map(({ column }) => column), foldForPage(ours, look), (destination) => destinationRow(destination, columns, judged, isOwnerless(destination), look));
  if (ours.some(isOwnerless)) yield* paragraph(look, '* whose it was is not known: another program of the machine may have made it', 2, 'dim');
}

/** Destinations that would be the same row on this page, told apart only by what it does not show (phases, components), as one. */
function foldForPage(destinations: readonly Destination[], look: Look): readonly Destination[] {
  const rows = new Map<string, Destination>();
  for (const one of destinations) {
    const { verdict, tls } = one;
    const wide = look.columns >= WIDE ? [one.component, one.programs?.join(' '), one.how, one.confidence, one.addresses.join(' '), one.scope] : [one.name === undefined ? one.addresses.join(' ') : '', verdict.kind === 'unjudged' ? `${one.how} ${one.confidence}` : ''];
    const key = JSON.stringify([one.programs === undefined && one.component === undefined, one.name, one.inbound, one.port, one.transport, one.protocol, tls?.version, verdict.kind, verdict.entry, verdict.reason, verdict.conditionUnknown, verdict.telemetry?.pattern, reachedCell(one).text, one.scope, ...wide]);
    const same = rows.get(key);
    rows.set(key, same === undefined ? one : { ...same, count: same.count + one.count, up: same.up + one.up, down: same.down + one.down });
  }
  return [...rows.values()];
}

interface Field {
  readonly column: Column;
  readonly cell: (destination: Destination, look: Look) => Cell;
}

/** Which destinations have no known owner, where a live run saw the packets of a whole machine and owners were looked for. */
export function ownerless({ inputs, coverage }: Report): (destination: Destination) => boolean {
  const isShared = coverage.processesKnown > 0 && watchedOf(inputs)?.isBesidePackets === true && inputs.some(({ scope }) => scope === 'machine');
  return ({ programs, component }) => isShared && programs === undefined && component === undefined;
}

function columnsFor(destinations: readonly Destination[], judged: boolean, several: boolean): readonly Field[] {
  const components = destinations.some((destination) => destination.component !== undefined);
  const programs = destinations.some((destination) => destination.programs !== undefined);
  const facts = [NAME, PORT, PROTOCOL, ...(judged ? [VERDICT] : [KNOWN_BY]), REACHED, COUNT, UP, DOWN];
  return [...facts, ...(judged ? [ENTRY, KNOWN_BY_WIDE] : []), ...(components ? [COMPONENT] : []), ...(programs ? [PROGRAM] : []), ADDRESS, ...(several ? [SCOPE] : [])];
}

function verdictCounts(destinations: readonly Destination[]): string {
  const counts = new Map<VerdictKind, number>();
  for (const { verdict } of destinations) counts.set(verdict.kind, (counts.get(verdict.kind) ?? 0) + 1);
  return [...counts].map(([kind, number]) => `${count(number)} ${kind}`).join(', ');
}

function destinationRow(destination: Destination, columns: readonly Field[], judged: boolean, isOwnerless: boolean, look: Look): Row {
  const below = [(judged ? belowWords : catalogueWords)(destination.verdict, destination.name), relayedWords(destination)].filter((part) => part !== '').join('; ');
  const cells = columns.map((field) => (field === NAME && isOwnerless ? starred(field.cell(destination, look)) : field.cell(destination, look)));
  return below === '' ? { cells } : { cells, below: { text: shown(look, below, BELOW_LIMIT), role: destination.verdict.telemetry === undefined ? 'dim' : 'bad' } };
}

/** What the verdict's word alone does not say. */
function belowWords(verdict: Verdict, name: string | undefined): string {
  const { kind, reason, conditionUnknown } = verdict;
  const parts = [
    catalogueWords(verdict, name),
    reason === undefined || !REASONED.has(kind) ? '' : kind === 'cannot-judge' ? `cannot be judged: ${reason}` : `expected: ${reason}`,
    conditionUnknown === undefined || conditionUnknown.length === 0 ? '' : `declared if ${conditionUnknown.join(' and ')} held, which is unknown`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** A row of the telemetry catalogue is a fact about the name, with a policy or without. */
function catalogueWords({ telemetry }: Verdict, name: string | undefined): string {
  return telemetry === undefined ? '' : `telemetry (${telemetry.class}): ${telemetry.organisation} by ${telemetry.pattern}${telemetry.matched === name ? '' : `, reached as ${telemetry.matched}`}`;
}

/** Whom a relay passed payload on for; the JSON report gives each one's bytes. */
function relayedWords({ relayed }: Destination): string {
  if (relayed === undefined) return '';
  const shownPeers = relayed.peers.slice(0, PEERS_SHOWN).map(({ address, port, up, down }) => `${formatEndpoint(address, port)} (${bytes(up)} up, ${bytes(down)} down)`);
  const more = relayed.peers.length - shownPeers.length + relayed.morePeers;
  return `relayed ${bytes(relayed.media)} of media${shownPeers.length === 0 ? '' : ` for ${shownPeers.join(', ')}`}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

function nameCell(destination: Destination, look: Look): Cell {
  const inbound = destination.inbound ? 'from ' : '';
  if (destination.name !== undefined) return { text: inbound + shown(look, destination.name), role: 'strong' };
  const [address = 'unknown'] = destination.addresses;
  const more = destination.addressCount > 1 ? ` +${count(destination.addressCount - 1)}` : '';
  return { text: `${inbound}${shown(look, address)}${more}`, role: 'strong' };
}

function starred(cell: Cell): Cell {
  return { ...cell, text: `${cell.text} *` };
}

function verdictCell({ verdict }: Destination): Cell {
  const unknown = (verdict.conditionUnknown?.length ?? 0) > 0 ? '?' : '';
  return { text: `${verdict.kind}${unknown}`, role: verdict.telemetry === undefined ? VERDICT_ROLES[verdict.kind] : 'bad' };
}

function reachedCell(destination: Destination): Cell {
  const bad = REFUSALS.has(destination.outcome);
  return { text: bad ? destination.outcome : destination.reached, ...(bad ? { role: 'warn' as const } : {}) };
}

/** `tls 1.3`: the negotiated version where one was seen. */
function protocolCell({ protocol, tls }: Destination, look: Look): Cell {
  const versions = tls?.version.map((version) => version.replace(/^D?TLS/, '')).join('+') ?? '';
  return { text: shown(look, versions === '' ? protocol : `${protocol} ${versions}`) };
}

/** Of a path of either kind of system; a name is its own. */
function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** `sni, high`: what the name rests on, and how sure that makes it. */
function knownBy({ how, confidence }: Destination): Cell {
  return { text: `${how === undefined ? 'address' : HOW_WORDS[how]}, ${confidence}` };
}

const NAME: Field = { column: { title: 'destination', min: 22, cut: 'start' }, cell: nameCell };
const PORT: Field = { column: { title: 'port' }, cell: ({ port, transport }) => ({ text: transport === 'tcp' || transport === 'udp' ? `${port}/${transport}` : transport }) };
const PROTOCOL: Field = { column: { title: 'protocol' }, cell: protocolCell };
const VERDICT: Field = { column: { title: 'verdict', min: 12, cut: 'end' }, cell: verdictCell };
const REACHED: Field = { column: { title: 'reached' }, cell: reachedCell };
const COUNT: Field = { column: { title: 'conns', align: 'right', word: (value) => (value === '1' ? '1 connection' : `${value} connections`) }, cell: (destination) => ({ text: count(destination.count) }) };
const UP: Field = { column: { title: 'up', align: 'right', word: (value) => `up ${value}` }, cell: ({ up }) => ({ text: bytes(up) }) };
const DOWN: Field = { column: { title: 'down', align: 'right', word: (value) => `down ${value}` }, cell: ({ down }) => ({ text: bytes(down) }) };
const ENTRY: Field = { column: { title: 'entry', min: 8, cut: 'end', from: 120 }, cell: ({ verdict }, look) => ({ text: shown(look, verdict.entry ?? '-') }) };
const KNOWN_BY: Field = { column: { title: 'known by', word: (value) => `known by ${value}` }, cell: (destination) => ({ ...knownBy(destination), ...(destination.confidence === 'low' ? { role: 'warn' as const } : {}) }) };
const KNOWN_BY_WIDE: Field = { column: { title: 'known by', from: 140 }, cell: knownBy };
const COMPONENT: Field = { column: { title: 'component', min: 8, cut: 'end', from: 120 }, cell: ({ component }, look) => ({ text: shown(look, component ?? '-') }) };
const PROGRAM: Field = { column: { title: 'program', min: 8, cut: 'end', from: 140 }, cell: ({ programs = [] }, look) => ({ text: programs.length === 0 ? '-' : shown(look, fileName(programs[0] ?? '')) + (programs.length > 1 ? ` +${count(programs.length - 1)}` : '') }) };
const ADDRESS: Field = {
  column: { title: 'address', min: 10, cut: 'end', from: 150 },
  cell: ({ addresses, addressCount, port, via }, look) => ({
    text: shown(look, via === undefined ? (addresses[0] ?? '-') + (addressCount > 1 ? ` +${count(addressCount - 1)}` : '') : `via ${via === '' ? formatEndpoint(addresses[0] ?? '', port) : via}`),
  }),
};
const SCOPE: Field = { column: { title: 'scope', align: 'right', word: (value) => `scope ${value}` }, cell: ({ scope }) => ({ text: String(scope + 1) }) };

const BELOW_LIMIT = 600;
/** Peers behind a relay that the page names; an agent that found its way has one. */
const PEERS_SHOWN = 3;
/** From this width on the page shows components, addresses and what names rest on. */
const WIDE = 120;
/** Verdicts whose reason says more than their word. */
const REASONED: ReadonlySet<VerdictKind> = new Set(['cannot-judge', 'wrong-port', 'wrong-transport', 'wrong-component', 'wrong-phase', 'used-outside-phase', 'outlives-phase', 'feature-off']);
const HOW_WORDS: Readonly<Record<NameEvidence, string>> = {
  connect: 'connect', sni: 'sni', 'quic-sni': 'quic sni', 'http-host': 'host', dns: 'dns', 'dns-stale': 'stale dns', 'ech-outer': 'outer sni',
};
/** Ways to end before anything was said, shown instead of how far it got. */
const REFUSALS: ReadonlySet<string> = new Set(['refused', 'unreachable', 'timeout', 'abandoned', 'rejected-by-client', 'rejected-by-server', 'reset', 'sent-only']);

const VERDICT_ROLES: Readonly<Record<VerdictKind, Role>> = {
  declared: 'good', 'wrong-port': 'bad', 'wrong-transport': 'bad', 'wrong-component': 'bad', 'feature-off': 'bad', 'wrong-phase': 'bad', 'used-outside-phase': 'bad', 'outlives-phase': 'bad', undeclared: 'bad', forbidden: 'bad',
  environment: 'dim', local: 'dim', 'undeclared-local': 'warn', lan: 'dim', 'webrtc-peer': 'note', infrastructure: 'dim', inbound: 'bad', unjudged: 'dim', 'cannot-judge': 'warn',
};
