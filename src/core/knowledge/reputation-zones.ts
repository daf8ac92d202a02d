/**
 * Zones that are asked about files, mails, addresses and hosts by encoding what
 * is meant into a name: reputation services of security products and block
 * lists. Their questions look like data on its way out and are none: whoever
 * asks cannot choose who answers. Data only.
 */
export interface ReputationZone {
  /** In normal form; everything below it counts. */
  readonly zone: string;
  readonly organisation: string;
  readonly source: string;
  /** ISO date on which the source was read. */
  readonly date: string;
}

const READ = '2026-11-23';
const DIARY = 'https://isc.sans.edu/diary/24844';

export const REPUTATION_ZONES: readonly ReputationZone[] = [
  zone('sophosxl.net', 'Sophos', DIARY),
  zone('avqs.mcafee.com', 'McAfee (Trellix)', 'https://www.sonicwall.com/support/knowledge-base/170505800955318'),
  zone('avts.mcafee.com', 'McAfee (Trellix)', 'https://www.sonicwall.com/support/knowledge-base/170505800955318'),
  zone('ts.ciphertrust.net', 'McAfee (Trellix)', 'https://lists.dns-oarc.net/pipermail/dns-operations/2009-June/004016.html'),
  zone('e5.sk', 'ESET', 'https://support.eset.com/en/kb332'),
  zone('hash.cymru.com', 'Team Cymru', 'https://hash.cymru.com/docs_dns'),
  zone('spamhaus.org', 'Spamhaus', 'https://www.spamhaus.org/blocklists/'),
  zone('dq.spamhaus.net', 'Spamhaus', 'https://docs.spamhaus.com/datasets/docs/source/10-data-type-documentation/datasets/030-datasets.html'),
  zone('surbl.org', 'SURBL', 'https://www.surbl.org/guidelines'),
  zone('uribl.com', 'URIBL', 'https://uribl.com/usage.shtml'),
  zone('dnswl.org', 'dnswl.org', 'https://www.dnswl.org/'),
  zone('ebl.msbl.org', 'MSBL', 'https://www.msbl.org/ebl.html'),
  zone('rspamd.com', 'Rspamd', 'https://rspamd.com/'),
  zone('barracudacentral.org', 'Barracuda', 'https://www.barracudacentral.org/rbl'),
  zone('senderbase.org', 'Cisco', 'https://www.senderbase.org/'),
];

function zone(name: string, organisation: string, source: string): ReputationZone {
  return { zone: name, organisation, source, date: READ };
}
