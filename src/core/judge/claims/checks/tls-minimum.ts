/** Tls-minimum: every TLS connection is negotiated at the least version or above. */
import type { Check } from '../check.ts';
import { byDestinations } from '../exercises.ts';

export const tlsMinimum: Check = {
  name: 'tls-minimum',
  needs: ['start-covered', 'wire-complete', 'tls-visible'],
  exercise: (question) =>
    byDestinations(question, ({ tls, addressClass }) => addressClass !== 'loopback' && (tls?.version.length ?? 0) > 0, 'TLS handshake with a visible version', 'record a run in which the app opens TLS connections'),
};
