/**
 * The variables by which programs find their proxy, pointed at egret's, for
 * the app under test only. Takes its environment, gives what to set and what
 * of the user's own that replaces. Pure.
 */
import { formatEndpoint, type Endpoint } from '../../core/base/address.ts';
import type { Environment } from './upstream.ts';

export interface ChildVariables {
  /** To be laid over the environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** What NO_PROXY then says. */
  readonly noProxy: readonly string[];
  /** Names of variables that had another value, in order. */
  readonly replaced: readonly string[];
}

/** Both cases of each name: curl reads http_proxy only in lower case, others only upper case. */
export function childVariables(env: Environment, proxy: Endpoint): ChildVariables {
  const http = `http://${formatEndpoint(proxy.address, proxy.port)}`;
  const wanted: Readonly<Record<string, string>> = {
    HTTP_PROXY: http, HTTPS_PROXY: http, ALL_PROXY: http, http_proxy: http, https_proxy: http, all_proxy: http,
    // Empty, not absent: what the user exempts would go around the witness.
    NO_PROXY: '', no_proxy: '',
    NODE_USE_ENV_PROXY: '1',
  };
  const replaced = Object.keys(wanted).filter((name) => (env[name] ?? '') !== '' && env[name] !== wanted[name]);
  return { variables: wanted, noProxy: [], replaced };
}
