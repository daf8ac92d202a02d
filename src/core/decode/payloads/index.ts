/**
 * All payload decoders and the one question asked of them: whose first bytes
 * are these? A new protocol is one file, one line here and one test. Order
 * matters only where two would claim the same bytes: stronger evidence first.
 */
import { llmnrDecoder, mdnsDecoder, nbnsDecoder } from './dns/local-names.ts';
import { dnsTcpDecoder, dnsUdpDecoder } from './dns/session.ts';
import { dtlsDecoder } from './dtls/session.ts';
import { httpDecoder } from './http/session.ts';
import { http2Decoder } from './http2/session.ts';
import { quicDecoder } from './quic/session.ts';
import { labelDecoders } from './labels/session.ts';
import { proxyHeaderDecoder } from './proxy-header/session.ts';
import { RECOGNISE_LIMIT, type Decoder, type Recognised } from './session.ts';
import { socksDecoder } from './socks/session.ts';
import { startTlsDecoders } from './starttls/session.ts';
import { framedDecoder } from './stun/framed.ts';
import { stunDecoders } from './stun/session.ts';
import { tlsDecoder } from './tls/session.ts';

/**
 * The decoder that knows the first bytes of one sender: of a stream at most
 * {@link RECOGNISE_LIMIT}, a datagram whole; `ports` are the sender's and the receiver's. `more`
 * only while a decoder asks for more and the limit is not reached.
 */
export function recognise(transport: Decoder['transport'], data: Uint8Array, ports: readonly [from: number, to: number]): Recognised {
  let more = false;
  for (const known of transport === 'tcp' ? STREAMS : DATAGRAMS) {
    const found = known.client.decoder.recognise(data, ports);
    if (found === 'client' || found === 'server') return known[found];
    if (found === 'more') more = true;
  }
  return more && data.length < RECOGNISE_LIMIT ? 'more' : 'none';
}

export const DECODERS: readonly Decoder[] = [
  tlsDecoder,
  httpDecoder(recognise),
  http2Decoder(recognise),
  quicDecoder,
  dnsTcpDecoder,
  dnsUdpDecoder,
  mdnsDecoder,
  llmnrDecoder,
  nbnsDecoder,
  ...stunDecoders,
  framedDecoder,
  dtlsDecoder,
  socksDecoder(recognise),
  proxyHeaderDecoder(recognise),
  ...startTlsDecoders(recognise),
  ...labelDecoders,
];

/** The two answers that name a decoder: made once, given for every flow. */
interface Known {
  readonly client: Answer;
  readonly server: Answer;
}

type Answer = Exclude<Recognised, string>;

function knownOf(transport: Decoder['transport']): readonly Known[] {
  return DECODERS.filter((decoder) => decoder.transport === transport).map((decoder) => ({ client: { decoder, sender: 'client' }, server: { decoder, sender: 'server' } }));
}

const STREAMS = knownOf('tcp');
const DATAGRAMS = knownOf('udp');
