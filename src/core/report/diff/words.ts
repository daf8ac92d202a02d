/** Sentences and facts that every format for people says the same way. Texts may hold wire text; each format escapes them. */
import { formatDuration } from '../../base/time.ts';
import { bytes, count, counted, listed } from '../layout/amounts.ts';
import type { ChangedById, Difference, Step } from '../diff.ts';
import type { DestinationRow } from './side.ts';
import type { Sight } from './sight.ts';

/** What was compared, against what. */
export function openingSentence({ a, b }: Difference): string {
  const against =
    a.policy === undefined || b.policy === undefined
      ? a.policy === undefined && b.policy === undefined ? 'both without a policy' : 'one of them without a policy'
      : a.policy.sha256 === b.policy.sha256 ? `both judged against ${b.policy.path} (${b.policy.name})` : 'judged against two policies';
  return `egret compared A, ${a.path}, with B, ${b.path}, ${against}.`;
}

/** The verdict's word and its facts: `NEW  2 new, 1 changed, 3 gone`. */
export function outcome(difference: Difference): { readonly word: string; readonly role: 'bad' | 'warn' | 'good'; readonly facts: string } {
  const { summary } = difference;
  const { new: fresh, gone, changed } = summary.counts;
  const rest = [changed > 0 ? `${count(changed)} changed` : '', gone > 0 ? `${count(gone)} gone` : ''].filter((part) => part !== '').join(', ');
  if (summary.exit === 2) return { word: 'NOTHING TO COMPARE', role: 'warn', facts: summary.because };
  if (fresh > 0) return { word: 'NEW', role: 'bad', facts: `${listed(newWords(difference))}${rest === '' ? '' : `; ${rest}`}` };
  const said = nothingNew(difference);
  return changed + gone > 0 ? { word: 'NOTHING NEW', role: 'warn', facts: `${said}; ${rest}` } : { word: 'NOTHING NEW', role: 'good', facts: `${said}; nothing changed or gone` };
}

/** What "nothing new" rests on: it is never said alone. */
function nothingNew({ b, destinations, lookups, findings, judged }: Difference): string {
  const known = [
    counted(destinations.same + destinations.changed.length, 'destination'),
    ...(lookups.same > 0 ? [counted(lookups.same, 'name only looked up', 'names only looked up')] : []),
    ...(judged ? [counted(findings.same + findings.changed.length, 'finding')] : []),
  ];
  return `all that B shows (${listed(known)}, from ${counted(b.connections, 'connection')}) is in A too, as far as both sides could see`;
}

function newWords({ destinations, lookups, summary }: Difference): string[] {
  const open = summary.counts.new - destinations.new.length - lookups.new.length;
  return [
    ...(destinations.new.length > 0 ? [counted(destinations.new.length, 'new destination')] : []),
    ...(lookups.new.length > 0 ? [counted(lookups.new.length, 'newly looked-up name')] : []),
    ...(open > 0 ? [counted(open, 'new open finding')] : []),
  ];
}

/** `verdict declared → wrong-port; TLS none → 1.2`. */
export function stepWords(steps: readonly Step[]): string {
  return steps.map(({ what, was, now }) => `${what} ${was ?? 'none'} → ${now ?? 'none'}`).join('; ');
}

/** Only one side's policy knows it, or what changed. */
export function idWords({ steps }: ChangedById): string {
  if (steps.every(({ was }) => was === undefined)) return `only in B: ${steps.map(({ now }) => now).join(', ')}`;
  if (steps.every(({ now }) => now === undefined)) return `only in A: ${steps.map(({ was }) => was).join(', ')}`;
  return stepWords(steps);
}

export function portWords({ port, transport }: Pick<DestinationRow, 'port' | 'transport'>): string {
  return transport === 'tcp' || transport === 'udp' ? `${port}/${transport}` : transport;
}

/** `tls 1.3`: the negotiated versions where any were seen. */
export function protocolWords({ protocols, versions }: DestinationRow): string {
  return [protocols.join('+'), versions.map((version) => version.replace(/^D?TLS/, '')).join('+')].filter((part) => part !== '').join(' ');
}

/** What one side was: recordings, traffic, time. */
export function sightWords(sight: Sight): string {
  const of = sight.kind === 'report' ? `report of ${listed(sight.inputs, INPUT_CAP)}` : 'recording audited now';
  return `${sight.path}: ${of}; ${counted(sight.packets, 'packet')} over ${formatDuration(sight.length)}, ${counted(sight.connections, 'connection')}, ${counted(sight.lookups, 'lookup')}`;
}

/** What one side could not see; a difference may hide there. */
export function blindWords({ coverage, blindSpots, connections }: Sight): string {
  if (connections === 0) return 'saw no connection';
  const { nameable, named, dnsClear, dnsEncrypted, tls, certificatesHidden, processesKnown } = coverage;
  return [
    named < nameable ? `${count(nameable - named)} of ${counted(nameable, 'connection')} to public addresses without a sure name` : '',
    dnsClear ? '' : 'no DNS in clear',
    dnsEncrypted > 0 ? `${counted(dnsEncrypted, 'connection')} to encrypted resolvers` : '',
    certificatesHidden > 0 ? `certificates of ${count(certificatesHidden)} of ${counted(tls, 'TLS connection')}` : '',
    processesKnown < connections ? `who sent ${count(connections - processesKnown)} of ${counted(connections, 'connection')}` : '',
    ...blindSpots.map((spot) => `${count(spot.count)} × ${spot.text}`),
    'what TLS encrypts',
  ].filter((part) => part !== '').join('; ');
}

export function trafficWords({ count: times, up, down }: DestinationRow): string {
  return `${counted(times, 'connection')}, ${bytes(up)} up, ${bytes(down)} down`;
}

/** Recordings of one report named in a line. */
const INPUT_CAP = 3;
