/** Credentials-in-zone: no credential goes in clear off loopback. What goes inside TLS nobody on the wire can say, so that only traffic in clear settles it. */
import type { Check } from '../check.ts';
import { byTraffic } from '../exercises.ts';

export const credentialsInZone: Check = {
  name: 'credentials-in-zone',
  needs: ['start-covered', 'wire-complete', 'bytes-complete', 'scope-known', 'tls-visible', 'protocols-known'],
  exercise: byTraffic,
};
