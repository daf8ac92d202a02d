import { dnsTcpDecoder, dnsUdpDecoder } from './dns/session.ts';
import type { Decoder } from './session.ts';
import { tlsDecoder } from './tls/session.ts';

export const DECODERS: readonly Decoder[] = [tlsDecoder, dnsUdpDecoder, dnsTcpDecoder];

export function recognise(transport: 'tcp' | 'udp', data: Uint8Array, ports: readonly [number, number]): { decoder: Decoder; sender: 'client' | 'server' } | 'more' | 'none' {
  let more = false;
  for (const decoder of DECODERS) {
    if (decoder.transport !== transport) continue;
    const found = decoder.recognise(data, ports);
    if (found === 'client' || found === 'server') return { decoder, sender: found };
    if (found === 'more') more = true;
  }
  return more && data.length < 64 ? 'more' : 'none';
}
