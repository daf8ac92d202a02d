/** Sums what STUN and TURN showed of the connections that one destination folds; says nothing of what it means. */
import type { RelayPeer } from '../decode/payloads/stun/facts.ts';
import type { MediaFacts } from '../decode/payloads/media-facts.ts';
import { VALUE_SET_CAP, type Destination } from './destination.ts';

export interface MediaSums {
  checks: number;
  answered: number;
  up: number;
  down: number;
  media: number;
  readonly peers: Map<string, { -readonly [Key in keyof RelayPeer]: RelayPeer[Key] }>;
  morePeers: number;
  /** Connections with payload beside or within that nothing recognised. */
  unread: number;
}

/** Adds one connection; makes the sums with the first that needs them. */
export function addMedia(sums: MediaSums | undefined, facts: MediaFacts): MediaSums {
  const { stun, relay } = facts;
  const into = sums ?? { checks: 0, answered: 0, up: 0, down: 0, media: 0, peers: new Map(), morePeers: 0, unread: 0 };
  if (hasUnread(facts)) into.unread++;
  const ice = stun?.ice;
  if (ice !== undefined) {
    into.checks += ice.checks[0] + ice.checks[1];
    into.answered += ice.answered[0] + ice.answered[1];
  }
  if (relay === undefined) return into;
  into.up += relay.bytes[0];
  into.down += relay.bytes[1];
  into.media += relay.media[0] + relay.media[1];
  into.morePeers += relay.morePeers;
  for (const peer of relay.peers) addPeer(into, peer);
  return into;
}

/** The members of a destination; none where nothing was seen. */
export function mediaOf(sums: MediaSums | undefined): Pick<Destination, 'ice' | 'relayed' | 'unread'> {
  if (sums === undefined) return {};
  const { checks, answered, up, down, media, peers, morePeers, unread } = sums;
  return {
    ...(checks === 0 ? {} : { ice: { checks, answered } }),
    ...(up + down === 0 ? {} : { relayed: { up, down, media, peers: [...peers.values()], morePeers } }),
    ...(unread === 0 ? {} : { unread }),
  };
}

/** RTP counts as read only where DTLS agreed on keys for it (RFC 5764); what profile it was is not read through a relay. */
function hasUnread({ relay, dtls, rtp, beside }: MediaFacts): boolean {
  if (beside.length > 0 || (rtp !== undefined && dtls?.srtp === undefined)) return true;
  const kinds = relay?.carries ?? [];
  return kinds.some((kind) => !RELAYED_KNOWN.has(kind)) || (kinds.some((kind) => kind === 'rtp' || kind === 'rtcp') && !kinds.includes('dtls'));
}

function addPeer(into: MediaSums, { address, port, up, down }: RelayPeer): void {
  const key = `${address} ${port}`;
  const known = into.peers.get(key);
  if (known !== undefined) {
    known.up += up;
    known.down += down;
  } else if (into.peers.size < VALUE_SET_CAP) into.peers.set(key, { address, port, up, down });
  else into.morePeers++;
}

const RELAYED_KNOWN: ReadonlySet<string> = new Set(['stun', 'dtls', 'rtp', 'rtcp']);
