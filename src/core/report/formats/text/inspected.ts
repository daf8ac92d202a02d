/** Hosts whose TLS was or may have been re-signed: verdict, what it rests on, what was seen to break, and the policy's word on it. */
import { count, counted } from '../../layout/amounts.ts';
import { type Look, type Role, shown } from '../../layout/look.ts';
import type { InspectedHost } from '../../../judge/inspected-hosts.ts';
import type { Report } from '../../report.ts';
import { heading, labelled, paragraph } from './page.ts';

/** Nothing when no host has a verdict: TLS 1.3 hides chains, so that silence is said in the claims, not here. */
export function* inspectedLines(report: Report, look: Look): Iterable<string> {
  const { inspected, bypass } = report;
  if (inspected.length === 0) return;
  const counts = VERDICTS.map((verdict) => ({ verdict, number: inspected.filter((host) => host.verdict === verdict).length })).filter(({ number }) => number > 0);
  yield* heading(look, 'TLS inspection', `${counted(inspected.length, 'host')}: ${counts.map(({ verdict, number }) => `${count(number)} ${verdict}`).join(', ')}`);
  for (const host of inspected.slice(0, HOST_CAP)) yield* hostLines(host, look);
  if (inspected.length > HOST_CAP) yield* paragraph(look, `… and ${count(inspected.length - HOST_CAP)} more (--format json lists all)`, 2);
  if (bypass.length > 0) yield* paragraph(look, `${counted(bypass.length, 'host pattern')} must bypass inspection by the policy; --format bypass=FILE writes them as a list for the device.`, 2);
}

function* hostLines(host: InspectedHost, look: Look): Iterable<string> {
  yield* labelled(look, host.verdict, headOf(host, look), 2, VERDICT, ROLES[host.verdict]);
  for (const [index, { weight, says }] of host.signals.entries()) yield* labelled(look, index === 0 ? 'signals' : '', shown(look, `${weight}: ${says}`, WORDS_LIMIT), INDENT, LABEL);
  yield* labelled(look, 'breaks', shown(look, breakWords(host), WORDS_LIMIT), INDENT, LABEL);
  yield* labelled(look, 'policy', shown(look, policyWords(host), WORDS_LIMIT), INDENT, LABEL, 'dim');
}

function headOf({ host, ports, component }: InspectedHost, look: Look): string {
  return `${shown(look, host)} on ${ports.map((port) => `${port}`).join(', ')}${component === undefined ? '' : ` (${shown(look, component)})`}`;
}

/** What was seen to break; nothing seen is no promise. */
export function breakWords({ breaks }: InspectedHost): string {
  if (breaks.length === 0) return 'nothing was seen to break in this recording';
  return breaks.map(({ sure, says }) => (sure === 'hint' ? `perhaps ${says}` : says)).join('; ');
}

/** The entry's word on inspection, its reasons, and the vendor's words on the effect. */
export function policyWords({ entry, inspection, because, effect }: InspectedHost): string {
  const word = entry === undefined ? `no entry; by default ${inspection}` : `${entry}: ${inspection}`;
  return `${word}${because.length === 0 ? '' : ` (${because.join(', ')})`}${effect === undefined ? '' : `. Without it: ${effect}`}`;
}

const VERDICTS = ['proven', 'likely', 'possible'] as const;
const ROLES: Readonly<Record<InspectedHost['verdict'], Role>> = { proven: 'bad', likely: 'warn', possible: 'note' };
const VERDICT = 10;
const INDENT = 4;
const LABEL = 9;
/** Hosts told in full, four to ten lines each; one inspected network inspects most hosts alike. */
const HOST_CAP = 12;
/** Characters behind one label. */
const WORDS_LIMIT = 600;
