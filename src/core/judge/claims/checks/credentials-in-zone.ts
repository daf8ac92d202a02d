/** Credentials-in-zone: no credential is readable off loopback. */
import type { Check } from '../check.ts';
import { byTraffic } from '../exercises.ts';

export const credentialsInZone: Check = {
  name: 'credentials-in-zone',
  needs: ['start-covered', 'wire-complete', 'bytes-complete', 'scope-known'],
  exercise: byTraffic,
};
