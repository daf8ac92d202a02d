/**
 * Which way out a request takes: straight, or through the proxy that the user's
 * own environment names. Takes the variables as they were before egret replaced
 * them for the app; gives routes. A password is kept only in the route and is
 * never part of a message.
 */
import { canonicalAddress, contains, parseCidr } from '../../core/base/address.ts';
import { isBelow, seenHost } from '../../core/base/host-name.ts';

/** A proxy beyond this one. */
export interface Upstream {
  /** `https`: HTTP inside TLS with the proxy itself. */
  readonly scheme: 'http' | 'https' | 'socks5' | 'socks4';
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
}

export interface Routes {
  /** For tunnels, http:// and everything that has no variable of its own. */
  readonly forTunnels?: Upstream;
  readonly forHttp?: Upstream;
  readonly noProxy: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The routes of an environment. Lower case goes before upper case, as curl and
 * Go have it; `mistakes` name what stands in a variable and cannot be used,
 * without its value, which may hold a password.
 */
export function readRoutes(env: Environment): { readonly routes: Routes; readonly mistakes: readonly string[] } {
  const mistakes: string[] = [];
  const read = (...names: readonly string[]): Upstream | undefined => {
    const name = names.flatMap((one) => [one.toLowerCase(), one]).find((one) => (env[one] ?? '') !== '');
    if (name === undefined) return undefined;
    const found = readUpstream(env[name] ?? '');
    if (typeof found === 'object') return found;
    mistakes.push(`${name} ${found}`);
    return undefined;
  };
  const forTunnels = read('HTTPS_PROXY', 'ALL_PROXY');
  const forHttp = read('HTTP_PROXY', 'ALL_PROXY');
  const noProxy = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(/[,\s]+/).filter((item) => item !== '');
  return { routes: { noProxy, ...(forTunnels === undefined ? {} : { forTunnels }), ...(forHttp === undefined ? {} : { forHttp }) }, mistakes: [...new Set(mistakes)] };
}

/** The proxy for this request; undefined: straight. */
export function routeFor(routes: Routes, kind: 'tunnel' | 'forward', host: string, port: number): Upstream | undefined {
  // A tunnel to port 80 is http:// in the clear: fetch of Node 22 and 24 asks for it so.
  const upstream = kind === 'forward' || port === 80 ? routes.forHttp : routes.forTunnels;
  if (upstream === undefined || isExempt(routes.noProxy, host, port)) return undefined;
  return upstream;
}

/**
 * NO_PROXY as most clients together read it: `*`; a name and all below it, with
 * or without a leading dot or `*.`; an address or network; any with a port.
 * This machine is always exempt, as no proxy elsewhere can reach it.
 */
function isExempt(items: readonly string[], host: string, port: number): boolean {
  const name = seenHost(host);
  const address = canonicalAddress(name);
  if (name === 'localhost' || name.endsWith('.localhost') || address === '::1' || address?.startsWith('127.') === true) return true;
  return items.some((item) => {
    if (item === '*') return true;
    const cidr = parseCidr(item.replace(/^\[(.*)\]$/, '$1'));
    if (cidr !== undefined) return address !== undefined && contains(cidr, address);
    const [, written = '', wantedPort] = /^(.+?)(?::(\d{1,5}))?$/.exec(item) ?? [];
    if (wantedPort !== undefined && Number(wantedPort) !== port) return false;
    const wanted = seenHost(written.replace(/^\*?\./, '').replace(/^\[(.*)\]$/, '$1'));
    return address === undefined ? name === wanted || isBelow(name, wanted) : canonicalAddress(wanted) === address;
  });
}

/** A proxy as a variable names it: URL or bare `host:port`; else what is wrong with it. */
function readUpstream(text: string): Upstream | string {
  const [, scheme = 'http', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text.trim()) ?? [];
  const known = SCHEMES.get(scheme.toLowerCase());
  if (known === undefined) return `names a proxy with the scheme ${/^[a-z0-9+.-]{1,16}$/i.test(scheme) ? scheme : 'of another kind'}://, which egret does not speak (http, https, socks4, socks4a, socks5 and socks5h it does)`;
  const [authority = ''] = rest.split(/[/?#]/, 1);
  const at = authority.lastIndexOf('@');
  const place = /^(?:\[([0-9a-f:.]+)\]|([^\s:@[\]]+))(?::(\d{1,5}))?$/i.exec(authority.slice(at + 1));
  const host = place?.[1] ?? place?.[2];
  const port = Number(place?.[3] ?? known.port);
  if (host === undefined || port < 1 || port > 65_535) return 'does not name a proxy as http://HOST:PORT';
  const upstream = { scheme: known.scheme, host, port };
  if (at < 0) return upstream;
  const [user = '', ...password] = authority.slice(0, at).split(':');
  return { ...upstream, user: decoded(user), password: decoded(password.join(':')) };
}

/** Percent signs that are none are taken as they stand, as clients do. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const SCHEMES: ReadonlyMap<string, { readonly scheme: Upstream['scheme']; readonly port: number }> = new Map([
  ['http', { scheme: 'http', port: 80 }],
  ['https', { scheme: 'https', port: 443 }],
  ['socks5', { scheme: 'socks5', port: 1080 }],
  ['socks5h', { scheme: 'socks5', port: 1080 }],
  ['socks', { scheme: 'socks5', port: 1080 }],
  ['socks4', { scheme: 'socks4', port: 1080 }],
  ['socks4a', { scheme: 'socks4', port: 1080 }],
]);
