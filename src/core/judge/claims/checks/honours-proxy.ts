/** Honours-proxy: with the proxy variables set, web connections go through the proxy. */
import type { Check } from '../check.ts';
import { otherProxy } from '../../other-proxy.ts';
import { byDestinations } from '../exercises.ts';

export const honoursProxy: Check = {
  name: 'honours-proxy',
  needs: ['start-covered', 'wire-complete', 'scope-known'],
  exercise: (question) =>
    byDestinations(question, (destination) => destination.via !== undefined && question.scope.proxyVariables !== undefined && otherProxy(question.scope, destination) === undefined, 'connection through the proxy', 'record a run with HTTP_PROXY and HTTPS_PROXY set, and say so in the run sheet (`proxy:` with `variables-set: true`)'),
};
