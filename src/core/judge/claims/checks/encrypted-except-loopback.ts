/** Encrypted-except-loopback: no application protocol goes in clear off loopback. */
import type { Check } from '../check.ts';
import { byTraffic } from '../exercises.ts';

export const encryptedExceptLoopback: Check = {
  name: 'encrypted-except-loopback',
  needs: ['start-covered', 'wire-complete', 'scope-known'],
  exercise: byTraffic,
};
