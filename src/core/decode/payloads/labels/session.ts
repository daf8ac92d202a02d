/**
 * Protocols that egret names and reads no further: a report then rarely says
 * just "unknown". Who is talked to comes from DNS; what they say is not egret's.
 */
import type { Decoder, PayloadFacts, Recognition, Session } from '../session.ts';
import { DATAGRAM_LOOKS } from './datagrams.ts';
import { matchPrefix } from './prefix.ts';
import { STREAM_LOOKS, type Look } from './streams.ts';
import { STREAMS } from './tables/streams.ts';

class NamedSession implements Session {
  private readonly named: PayloadFacts;

  constructor(protocol: string) {
    this.named = { protocol };
  }

  push(): boolean {
    return false;
  }

  gap(): boolean {
    return false;
  }

  facts(): PayloadFacts {
    return this.named;
  }
}

function named(protocol: string, transport: Decoder['transport'], look: Look): Decoder {
  return { protocol, transport, recognise: (data, ports): Recognition => look(data, ports), open: () => new NamedSession(protocol) };
}

/** One decoder per protocol and transport. */
export const labelDecoders: readonly Decoder[] = [
  ...STREAMS.map(([protocol, beginnings]) => named(protocol, 'tcp', (data, ports) => matchPrefix(beginnings, data, ports))),
  ...STREAM_LOOKS.map(([protocol, look]) => named(protocol, 'tcp', look)),
  ...DATAGRAM_LOOKS.map(([protocol, look]) => named(protocol, 'udp', look)),
];
