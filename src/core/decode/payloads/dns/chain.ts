/**
 * What an answer section says about the name that was asked: the CNAME chain
 * from it, and only the addresses and services that the chain's end owns. A
 * record of any other owner names nothing, whoever put it there.
 */
import type { WireText } from '../../../base/wire-text.ts';
import type { LookupAddress, ServiceFacts } from './facts.ts';
import type { DnsName } from './name.ts';
import type { DnsRecord } from './record.ts';

export interface Answered {
  readonly cnames: readonly WireText[];
  readonly addresses: readonly LookupAddress[];
  readonly services: readonly ServiceFacts[];
}

/** Follows RFC 1034 §3.6.2 from `name`, whatever the order of the records. A loop or a chain past {@link CHAIN_CAP} is cut and owns nothing. */
export function followChain(name: DnsName, answers: readonly DnsRecord[]): Answered {
  if (answers.length === 0) return NOTHING;
  const [only] = answers;
  // Most answers are one record of the name itself.
  if (answers.length === 1 && only?.kind === 'address') return only.owner.key === name.key ? { cnames: NONE, addresses: [{ address: only.address, ttl: only.ttl }], services: NONE } : NOTHING;
  const aliases = aliasesOf(answers);
  const cnames: WireText[] = [];
  const seen = new Set<string>();
  let end = name.key;
  for (let alias = aliases.get(end); alias !== undefined; alias = aliases.get(end)) {
    if (seen.has(end) || cnames.length >= CHAIN_CAP) return { cnames, addresses: [], services: [] };
    seen.add(end);
    cnames.push(alias.text);
    end = alias.key;
  }
  const addresses: LookupAddress[] = [];
  const services: ServiceFacts[] = [];
  for (const record of answers) {
    if (record.kind === 'address' && record.owner.key === end) addresses.push({ address: record.address, ttl: record.ttl });
    if (record.kind === 'service' && record.owner.key === end) services.push(record.service);
  }
  return { cnames, addresses, services };
}

/** RFC 2181 §10.1 allows one CNAME per name; of several the first counts, as it does for stub resolvers. */
function aliasesOf(answers: readonly DnsRecord[]): ReadonlyMap<string, DnsName> {
  if (!answers.some(isAlias)) return NO_ALIASES;
  const aliases = new Map<string, DnsName>();
  for (const record of answers) {
    if (record.kind !== 'cname') continue;
    const owner = record.owner.key;
    if (!aliases.has(owner)) aliases.set(owner, record.target);
  }
  return aliases;
}

function isAlias({ kind }: DnsRecord): boolean {
  return kind === 'cname';
}

/** Resolvers give up between 8 (Unbound) and 16 (BIND) links. */
export const CHAIN_CAP = 16;
const NO_ALIASES: ReadonlyMap<string, DnsName> = new Map();
const NONE: readonly never[] = [];
const NOTHING: Answered = { cnames: NONE, addresses: NONE, services: NONE };
