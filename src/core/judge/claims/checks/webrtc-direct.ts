/** Webrtc-direct: media goes directly to an ICE peer where possible, through the relay otherwise. */
import type { Check } from '../check.ts';
import { byDestinations } from '../exercises.ts';

export const webrtcDirect: Check = {
  name: 'webrtc-direct',
  needs: ['start-covered', 'wire-complete', 'marks-present', 'bytes-complete'],
  exercise: (question) => byDestinations(question, ({ verdict }) => verdict.kind === 'webrtc-peer', 'connection to an ICE peer', 'record a run with a WebRTC session'),
};
