/** Webrtc-direct: media goes directly to an ICE peer where possible, through the relay otherwise. */
import type { Destination } from '../../destination.ts';
import type { Check } from '../check.ts';
import { byDestinations } from '../exercises.ts';

export const webrtcDirect: Check = {
  name: 'webrtc-direct',
  needs: ['start-covered', 'wire-complete', 'marks-present', 'bytes-complete'],
  exercise: (question) => byDestinations(question, isSession, 'connection with media of peers', 'record a run with a WebRTC session'),
};

/** Media to a peer, or to one behind a relay. */
function isSession({ verdict, relayed }: Destination): boolean {
  return verdict.kind === 'webrtc-peer' || (verdict.kind === 'declared' && (relayed?.media ?? 0) > 0);
}
