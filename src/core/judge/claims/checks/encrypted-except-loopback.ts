/** Encrypted-except-loopback: no application protocol goes in clear off loopback. */
import type { Check } from '../check.ts';
import { byTraffic } from '../exercises.ts';

export const encryptedExceptLoopback: Check = {
  name: 'encrypted-except-loopback',
  asks: 'Is everything that leaves the machine encrypted?',
  needs: ['start-covered', 'wire-complete', 'scope-known'],
  exercise: byTraffic,
};
