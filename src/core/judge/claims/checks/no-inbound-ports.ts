/** No-inbound-ports: nothing of the app listens where others can reach it. */
import type { Check } from '../check.ts';
import { byTraffic } from '../exercises.ts';

export const noInboundPorts: Check = {
  name: 'no-inbound-ports',
  needs: ['scope-known', 'process-complete'],
  exercise: byTraffic,
};
