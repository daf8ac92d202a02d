/** Always the last section: what was looked at, what could not be seen and what that lowers, and the exit code with its reason. */
import { formatDuration } from '../../../base/time.ts';
import { count, counted, listed, percent } from '../../layout/amounts.ts';
import { type Look, shown } from '../../layout/look.ts';
import type { Coverage } from '../../../observe/coverage.ts';
import type { Input, Report } from '../../report.ts';
import { dotted, heading, labelled, paragraph } from './page.ts';

/** Coverage, blind spots, exit. "Nothing found" means no more than these lines say. */
export function* coverageLines(report: Report, look: Look): Iterable<string> {
  yield* heading(look, 'Looked at', lookedAt(report));
  for (const [label, facts] of coverageFacts(report.coverage, report.inputs.some(({ witness }) => witness === undefined))) yield* labelled(look, label, facts, 2, LABEL);
  yield '';
  yield* blindSpotLines(report, look);
  yield '';
  const { exit, because } = report.summary;
  const style = exit === 0 ? 'good' : exit === 1 ? 'bad' : 'warn';
  const lines = [...paragraph(look, `Exit ${exit}: ${because}.`)];
  for (const [at, line] of lines.entries()) yield at === 0 ? line.replace(`Exit ${exit}`, (head) => look.style(style, head)) : line;
}

/** Packets, time, connections, destinations and lookups in one phrase. */
export function lookedAt(report: Report): string {
  const { inputs, summary, lookups } = report;
  const isLive = inputs.length > 0 && inputs.every(({ witness }) => witness !== undefined);
  // What a proxy tells of itself are connections; beside packets these speak.
  const packets = inputs.reduce((sum, input) => sum + (isLive || input.witness === undefined ? input.packets : 0), 0);
  const length = Math.max(lengthOf(inputs.filter(({ witness }) => witness === undefined)), lengthOf(inputs.filter(({ witness }) => witness !== undefined)));
  const names = new Set(lookups.map((lookup) => lookup.name)).size;
  return `${isLive ? `${counted(packets, 'connection')} to the proxy` : counted(packets, 'packet')} over ${formatDuration(length)}: ${amongst(summary.connections, 'connection', ` to ${counted(summary.destinations, 'destination')}`)}, ${amongst(summary.lookups, 'lookup', ` of ${counted(names, 'name')}`)}`;
}

/** Where there is none, nobody asks of what. */
function amongst(amount: number, noun: string, of: string): string {
  return counted(amount, noun) + (amount === 0 ? '' : of);
}

/** Of one source after the other, in µs; a proxy and the packets beside it last as long together as the longer of them. */
function lengthOf(inputs: readonly Input[]): number {
  return inputs.reduce((sum, { first, last }) => sum + (first === undefined || last === undefined ? 0 : last - first), 0);
}

/** What was looked at, by kind; empty when nothing was. */
export function coverageFacts(coverage: Coverage, hasPackets = true): readonly (readonly [label: string, facts: string])[] {
  const { connections, nameable, named, confidence, dnsClear, dnsEncrypted, tls, certificatesHidden, processesKnown, midStream, duplicates, dropped, joined } = coverage;
  if (connections === 0) return [];
  const sure = `${count(confidence.high)} high, ${count(confidence.medium)} medium, ${count(confidence.low)} low confidence`;
  const dns = `${dnsClear ? 'seen in clear' : 'none seen in clear'}${dnsEncrypted > 0 ? `; ${counted(dnsEncrypted, 'connection')} to encrypted resolvers` : ''}`;
  const extras = [
    midStream > 0 ? `${counted(midStream, 'connection')} began before the recording` : '',
    duplicates > 0 ? `${counted(duplicates, 'packet')} captured twice, counted once` : '',
    joined === undefined ? '' : `${dotted([joined.flows > 0 ? counted(joined.flows, 'captured flow') : '', joined.lookups > 0 ? counted(joined.lookups, 'lookup') : ''])} of egret's own proxy, counted with its tunnels`,
    !hasPackets ? '' : dropped === undefined ? 'the files do not say how many packets were lost' : `${counted(dropped, 'packet')} lost while capturing`,
  ];
  return [
    ['names', nameable === 0 ? 'no connection that ought to have one' : `known for ${count(named)} of ${counted(nameable, 'connection')} to public addresses (${percent(named, nameable)}); of all, ${sure}`],
    ['DNS', dns],
    ['TLS', tls === 0 ? 'no TLS connection' : `${counted(tls, 'connection')}; certificates hidden in ${certificatesHidden === tls ? 'all of them' : count(certificatesHidden)} (TLS 1.3 or resumed)`],
    ['processes', processesKnown === 0 ? 'none known: who sent what cannot be told' : `known for ${count(processesKnown)} of ${count(connections)} connections`],
    ['capture', extras.filter((extra) => extra !== '').join('; ') || 'no packets: the proxy told what was asked of it'],
  ];
}

function* blindSpotLines(report: Report, look: Look): Iterable<string> {
  const { blindSpots } = report;
  if (blindSpots.length === 0) {
    yield* heading(look, 'Could not see', 'no blind spot was counted; paths, bodies and credentials inside TLS are never visible to egret');
    return;
  }
  yield* heading(look, 'Could not see', `${counted(blindSpots.length, 'blind spot')}, besides what TLS encrypts`);
  const width = Math.max(...blindSpots.map((spot) => count(spot.count).length)) + 2;
  for (const spot of blindSpots.slice(0, SPOT_CAP)) {
    const lowers = spot.lowers.length === 0 ? '' : ` (lowers ${listed(spot.lowers, 8)})`;
    yield* labelled(look, count(spot.count).padStart(width - 2), `${spot.text}${lowers}`, 2, width);
  }
  if (blindSpots.length > SPOT_CAP) yield look.style('dim', shown(look, `  … and ${count(blindSpots.length - SPOT_CAP)} more (--format json lists all)`));
}

const LABEL = 11;
/** More kinds of blind spots than this do not exist today; the cap holds for hand-made recordings. */
const SPOT_CAP = 40;
