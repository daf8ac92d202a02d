/** Hosts whose TLS was or may have been re-signed, as a Markdown table: verdict, signals with their weight, what breaks, the policy's word. */
import { count, counted } from '../../layout/amounts.ts';
import type { Report } from '../../report.ts';
import { breakWords, policyWords } from '../text/inspected.ts';
import { code, sentence } from './escape.ts';
import { table } from './table.ts';

/** Nothing when no host has a verdict. */
export function* inspected({ inspected: hosts, bypass }: Report): Iterable<string> {
  if (hosts.length === 0) return;
  const proven = hosts.filter(({ verdict }) => verdict === 'proven').length;
  yield `\n### TLS inspection\n\n${counted(hosts.length, 'host')}, ${count(proven)} proven.\n\n`;
  yield* table(['verdict', 'host', 'signals', 'breaks', 'policy'], hosts, HOST_CAP, (host) => [
    host.verdict,
    code(host.host),
    sentence(host.signals.map(({ weight, says }) => `${weight}: ${says}`).join('; '), SIGNALS_LIMIT),
    sentence(breakWords(host)),
    sentence(policyWords(host)),
  ]);
  if (bypass.length > 0) yield `\n${counted(bypass.length, 'host pattern')} must bypass inspection by the policy; \`--format bypass\` writes them as a list for the device.\n`;
}

/** Hosts of the table: with the other tables the page stays below the 1 MiB of a job summary. */
const HOST_CAP = 40;
/** Three signals in full. */
const SIGNALS_LIMIT = 500;
