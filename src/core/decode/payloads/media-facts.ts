/** What shares one 5-tuple for real-time media (RFC 7983): STUN, what TURN relays, DTLS, RTP. Absent facts are keys with the value undefined. */
import type { DtlsFacts } from './dtls/facts.ts';
import type { Pair, RelayFacts, StunFacts } from './stun/facts.ts';

export interface MediaFacts {
  readonly stun?: StunFacts | undefined;
  readonly relay?: RelayFacts | undefined;
  readonly dtls?: DtlsFacts | undefined;
  readonly rtp?: RtpFacts | undefined;
  /** Kinds seen besides, that are named only: `zrtp`, `quic`, `other`. */
  readonly beside: readonly string[];
}

/** RTP and RTCP, believed only behind an answered check or a DTLS handshake of the same 5-tuple. */
export interface RtpFacts {
  /** Packets looked at. */
  readonly rtp: Pair;
  readonly rtcp: Pair;
  /** Synchronisation sources (RFC 3550 §3), both ends together. */
  readonly sources: number;
}

/** The same facts seen from the other end: among peers the client is a guess, which may be settled late. */
export function turned(media: MediaFacts): MediaFacts {
  const { stun, relay, dtls, rtp, beside } = media;
  return {
    stun: stun && {
      ...stun, requests: swap(stun.requests), answers: swap(stun.answers), indications: swap(stun.indications), failures: swap(stun.failures),
      clientSoftware: stun.serverSoftware, serverSoftware: stun.clientSoftware,
      ice: stun.ice && { ...stun.ice, checks: swap(stun.ice.checks), answered: swap(stun.ice.answered) },
    },
    relay: relay && { ...relay, bytes: swap(relay.bytes), media: swap(relay.media), peers: relay.peers.map(({ address, port, up, down }) => ({ address, port, up: down, down: up })) },
    dtls: dtls && { ...dtls, helloFrom: dtls.helloFrom && (dtls.helloFrom === 'client' ? 'server' : 'client') },
    rtp: rtp && { ...rtp, rtp: swap(rtp.rtp), rtcp: swap(rtp.rtcp) },
    beside,
  };
}

function swap([up, down]: Pair): Pair {
  return [down, up];
}
