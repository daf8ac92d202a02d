/** No-inbound-connections: nobody outside opens a connection to the app and is answered. */
import type { Check } from '../check.ts';
import { byTraffic } from '../exercises.ts';

export const noInboundConnections: Check = {
  name: 'no-inbound-connections',
  needs: ['start-covered', 'wire-complete', 'scope-known'],
  exercise: byTraffic,
};
