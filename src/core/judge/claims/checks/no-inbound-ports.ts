/** No-inbound-ports: nothing of the app listens where others can reach it. */
import type { Check } from '../check.ts';
import { byTraffic } from '../exercises.ts';

export const noInboundPorts: Check = {
  name: 'no-inbound-ports',
  asks: 'Do all listeners of the app stand on loopback?',
  needs: ['scope-known', 'process-complete'],
  exercise: byTraffic,
};
