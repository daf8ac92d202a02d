/** System-trust: certificates are verified against the operating system's trust store, without pinning. */
import type { Check } from '../check.ts';
import { byDestinations } from '../exercises.ts';

export const systemTrust: Check = {
  name: 'system-trust',
  needs: ['tls-visible'],
  exercise: (question) =>
    byDestinations(question, ({ tls, outcome }) => tls?.chain !== undefined || outcome === 'rejected-by-client', 'handshake with a visible chain or a refusal', 'record a run behind a device whose re-signing root the system trusts'),
};
