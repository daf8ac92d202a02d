/**
 * Judges media between peers (design §6): a nameless 5-tuple on which an ICE
 * check was answered and media or data followed is a WebRTC peer, where the
 * policy allows one. Checks alone, or media without them, make no peer. Nobody
 * can verify a check without its password, so peers are listed with their bytes.
 */
import type { Draft } from '../base/draft.ts';
import type { Connection } from '../observe/connection.ts';
import type { Asked } from '../policy/asked.ts';
import { weigh } from '../policy/condition.ts';
import type { Policy, WebRtc } from '../policy/policy.ts';
import type { Verdict } from '../policy/verdict.ts';

/**
 * The verdict on an ICE peer, or on checks of a pair that was not used; undefined
 * for anything else, and for a neighbour where the policy says nothing of WebRTC.
 */
export function judgePeer({ webrtc }: Policy, connection: Connection, asked: Asked): Verdict | undefined {
  const allowed = webrtc === undefined ? undefined : allowedBy(webrtc, asked);
  if (isPeer(connection)) return allowed ?? (webrtc === undefined && NEIGHBOURS.has(asked.addressClass) ? undefined : UNEXPECTED);
  return allowed !== undefined && asked.addressClass === 'public' && isCheckOnly(connection) ? UNUSED_PAIR : undefined;
}

function allowedBy(webrtc: WebRtc, asked: Asked): Verdict | undefined {
  if (webrtc.peers === 'none' || (webrtc.peers === 'lan' && !NEIGHBOURS.has(asked.addressClass))) return undefined;
  if (asked.component !== undefined && webrtc.components.length > 0 && !webrtc.components.includes(asked.component)) return undefined;
  const phase = weigh({ kind: 'phase', anyOf: webrtc.phases }, asked);
  if (webrtc.phases.length > 0 && phase.truth === 'no') return undefined;
  const unknown = unknownOf(webrtc, asked, phase.unknown);
  const verdict: Draft<Verdict> = { kind: 'webrtc-peer', by: 'address' };
  if (unknown.length > 0) verdict.conditionUnknown = unknown;
  return verdict;
}

/** Checks of a candidate pair and nothing else: an agent tries every pair, and uses one. */
function isCheckOnly({ transport, protocol, media, up, down }: Connection): boolean {
  return transport === 'udp' && protocol === 'stun' && media?.stun?.ice !== undefined && media.beside.length === 0 && up + down <= CHECKS_MOST;
}

/** An answered check on this very 5-tuple, and DTLS or RTP behind it. */
function isPeer({ transport, protocol, media }: Pick<Connection, 'transport' | 'protocol' | 'media'>): boolean {
  return transport === 'udp' && media?.stun?.ice?.since !== undefined && CARRIED.has(protocol);
}

function unknownOf({ components, phases }: WebRtc, { component }: Asked, phase: readonly string[]): readonly string[] {
  return [...(component === undefined ? components.map((id) => `component:${id}`) : []), ...(phases.length > 0 ? phase : [])];
}

/** By its reason the rule unexpected-peer knows these, and undeclared-host leaves them to it. */
export const UNEXPECTED_PEER = 'unexpected-peer';
/** What a candidate pair that was not used is called: it carried no media, and nothing says whose address it is. */
export const ICE_CHECK = 'ice-check';
const UNUSED_PAIR: Verdict = { kind: 'cannot-judge', reason: ICE_CHECK };
const UNEXPECTED: Verdict = { kind: 'undeclared', by: 'address', reason: UNEXPECTED_PEER };
const CARRIED: ReadonlySet<string> = new Set(['dtls', 'rtp']);
/** Bytes of the checks of one unused pair: some 100 each, seven tries a pair (RFC 8489 §6.2.1), and some pairs are tried again. More may carry something else. */
const CHECKS_MOST = 16_384;
/** Where a peer of the local network lives. */
const NEIGHBOURS: ReadonlySet<Asked['addressClass']> = new Set(['private', 'link-local', 'carrier-nat']);
