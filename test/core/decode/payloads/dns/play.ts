/** DNS flows for tests: messages by dns-packet, sessions of the two decoders. */
import * as dns from 'dns-packet';
import { dnsTcpDecoder, dnsUdpDecoder } from '../../../../../src/core/decode/payloads/dns/session.ts';
import type { LookupFacts } from '../../../../../src/core/decode/payloads/dns/facts.ts';
import { playSession, type Passage, type Played } from '../../../../build/play-session.ts';

export function query(id: number, of: string, type: dns.RecordType = 'A'): Passage {
  return { side: 'up', data: Uint8Array.from(dns.encode({ type: 'query', id, flags: dns.RECURSION_DESIRED, questions: [{ name: of, type }] })) };
}

/** `rcode` is the low four bits of the flags. */
export function answer(id: number, of: string, answers: dns.Answer[], { type = 'A', flags = 0, rcode = 0 }: { type?: dns.RecordType; flags?: number; rcode?: number } = {}): Passage {
  return { side: 'down', data: Uint8Array.from(dns.encode({ type: 'response', id, flags: flags | rcode, questions: [{ name: of, type }], answers })) };
}

export function playUdp(...passages: readonly Passage[]): Played {
  return playSession(dnsUdpDecoder, passages);
}

export function playTcp(...passages: readonly Passage[]): Played {
  return playSession(dnsTcpDecoder, passages);
}

/** `a.example A NOERROR > b.example = 192.0.2.1 ×1 2..3`: chain, addresses, tries, frames of question and answer. */
export function line(lookup: LookupFacts): string {
  const chain = lookup.cnames.map((each) => ` > ${each}`).join('');
  const addresses = lookup.addresses.map((each) => each.address).join(',');
  return `${lookup.name} ${lookup.type} ${lookup.rcode}${chain} = ${addresses} ×${lookup.tries} ${lookup.asked?.frame ?? '-'}..${lookup.answered?.frame ?? '-'}`;
}
