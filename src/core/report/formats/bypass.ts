/**
 * The ready-made list for the inspection device: one host pattern a line, as the
 * policy writes it, with comments behind `#` that say whose it is and why, and
 * below, as comments, how common devices want it written. Only what the policy
 * marks `must-bypass` is listed; no name from the wire ever is a line.
 */
import type { BypassHost } from '../../judge/inspected-hosts.ts';
import { count, counted, listed } from '../layout/amounts.ts';
import { PLAIN_LOOK, SENTENCE_LIMIT, shown } from '../layout/look.ts';
import type { Report } from '../report.ts';
import type { ReportFormat } from './format.ts';

export const bypass: ReportFormat = {
  kind: 'report',
  name: 'bypass',
  description: 'hosts that TLS inspection must leave alone, for the device\'s list',
  needsPolicy: true,
  *render(report) {
    yield* head(report);
    const rows = report.bypass.filter(({ host }) => PATTERN.test(host));
    for (const [index, row] of rows.entries()) {
      if (row.entry !== rows[index - 1]?.entry) yield* about(row);
      yield `${row.host}\n`;
    }
    for (const { host, entry } of report.bypass.filter((row) => !rows.includes(row))) yield comment(`left out, because no device could read it: ${host} (${entry})`);
    for (const notation of NOTATIONS) yield* rewritten(notation, rows);
  },
};

function* head({ policy, bypass: rows }: Report): Iterable<string> {
  yield comment(`TLS inspection bypass, made by egret from ${policy?.path ?? 'a policy'} (${policy?.name ?? ''}), sha256 ${policy?.sha256 ?? ''}`);
  const proven = rows.filter(({ interception }) => interception === 'proven').length;
  if (rows.length === 0) yield comment('The policy marks no entry `inspection: must-bypass`, so there is nothing to list.');
  else yield comment(`${counted(rows.length, 'line')}; ${proven === 0 ? 'none was proven re-signed in this recording, which does not say that none is' : `${count(proven)} of entries that were proven re-signed in this recording`}`);
}

/** The entry above its lines: why it must be left alone, what was seen of it. */
function* about({ entry, because, interception, seen }: BypassHost): Iterable<string> {
  yield '\n';
  yield comment(`${entry}${because.length === 0 ? '' : `: ${because.join(', ')}`}${interception === 'not-seen' ? '' : `; re-signing is ${interception}`}`);
  if (seen.length > 0) yield comment(`seen under the wildcard: ${listed(seen, SEEN_CAP)}`);
}

interface Notation {
  readonly title: string;
  /** The pattern as the device wants it; undefined: it takes no such line there. */
  readonly write: (row: BypassHost) => string | undefined;
}

/** As comments, so that the file stays a list of plain patterns. */
function* rewritten({ title, write }: Notation, rows: readonly BypassHost[]): Iterable<string> {
  const lines = rows.flatMap((row) => write(row) ?? []);
  if (lines.length === 0) return;
  yield '\n';
  yield comment(title);
  for (const line of lines) yield comment(`  ${line}`);
}

/** What stands behind `#` is one line whatever it holds. */
function comment(text: string): string {
  return `# ${shown(PLAIN_LOOK, text, SENTENCE_LIMIT)}\n`;
}

/** A dot in front means the name itself too, in these products: a wildcard gets one name wider. */
const NOTATIONS: readonly Notation[] = [
  {
    title: 'Dot-prefixed (Squid, Zscaler, AWS Network Firewall); a leading dot also covers the name itself, one name more than the policy says:',
    write: ({ host, kind }) => (kind === 'address' ? undefined : kind === 'wildcard' ? host.slice(1) : host),
  },
  { title: 'With a closing slash (Palo Alto URL lists, where a pattern without it also matches longer names):', write: ({ host, kind }) => (kind === 'address' ? undefined : `${host}/`) },
];

/** Hosts in normal form, wildcards; addresses and networks. */
const PATTERN = /^(?:(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|[0-9a-f.:]+(?:\/\d{1,3})?)$/;
/** Names shown under a wildcard; the report's entries hold the rest. */
const SEEN_CAP = 8;
