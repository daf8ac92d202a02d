/**
 * The payload decoders and the one place that asks them whose bytes these are.
 * To add a protocol: its file, its line here, its test. TCP decoders with a
 * longer signature stand before those that accept more.
 */
import { dnsTcpDecoder, dnsUdpDecoder, llmnrDecoder, mdnsDecoder } from './dns/session.ts';
import { httpDecoder } from './http/session.ts';
import { RECOGNISE_LIMIT, type Decoder, type Recognised } from './session.ts';
import { tlsDecoder } from './tls/session.ts';

export const DECODERS: readonly Decoder[] = [
  tlsDecoder,
  httpDecoder(recognise),
  dnsTcpDecoder,
  dnsUdpDecoder,
  mdnsDecoder,
  llmnrDecoder,
];

/**
 * Whose the first bytes of one sender are; `ports` are the sender's and the
 * receiver's. `more` only while a decoder asks for bytes and fewer than
 * {@link RECOGNISE_LIMIT} were given.
 */
export function recognise(transport: Decoder['transport'], data: Uint8Array, ports: readonly [from: number, to: number]): Recognised | 'more' | 'none' {
  let undecided = false;
  for (const decoder of DECODERS) {
    if (decoder.transport !== transport) continue;
    const sender = decoder.recognise(data, ports);
    if (sender === 'client' || sender === 'server') return { decoder, sender };
    if (sender === 'more') undecided = true;
  }
  return undecided && data.length < RECOGNISE_LIMIT ? 'more' : 'none';
}
