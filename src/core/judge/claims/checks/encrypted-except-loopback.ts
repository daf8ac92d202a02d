/** Encrypted-except-loopback: no application protocol goes in clear off loopback. What nobody recognised is not taken for encrypted. */
import { mustBeEncrypted, protectionOf } from '../../wire-protection.ts';
import type { Check } from '../check.ts';
import { byDestinations } from '../exercises.ts';

export const encryptedExceptLoopback: Check = {
  name: 'encrypted-except-loopback',
  needs: ['start-covered', 'wire-complete', 'scope-known', 'protocols-known'],
  exercise: (question) =>
    byDestinations(
      question,
      (destination) => protectionOf(destination.protocol) === 'encrypted' && mustBeEncrypted(question.run.policy, destination),
      'encrypted connection off loopback',
      'record a run in which the app connects to its hosts',
    ),
};
