/**
 * Observations without what is nobody else's business: every address in them,
 * wherever it stands, is another one; of processes the name is left and where
 * their program lies without the user's own folder. Names of hosts stay: they
 * are what is judged. Pure; what it does not know it treats like the rest.
 */
import { canonicalAddress } from '../base/address.ts';
import type { Observation } from '../observe/observation.ts';
import { OBSERVATIONS } from '../observe/recording-shapes.ts';
import type { RecordedSheet, RecordedSource } from '../observe/recording.ts';
import type { AddressMap } from './address-map.ts';

/** The observation as it may be shown. */
export function redactObservation(observation: Observation, map: AddressMap): Observation {
  const plain = observation.kind === 'blind-spot' && observation.detail !== undefined && !PLAIN.test(observation.detail) ? { ...observation, detail: '…' } : observation;
  const made = redacted(plain, map);
  const shape = OBSERVATIONS.get(observation.kind);
  if (shape === undefined || !shape(made)) throw new Error(`a redacted ${observation.kind} keeps its shape`);
  return made;
}

/** A source as it may be shown: hashes stay, which say that it was this file. */
export function redactSource(source: RecordedSource, map: AddressMap): RecordedSource {
  const { path, sheet, witness } = source;
  return { ...source, path: witness === 'proxy' ? 'proxy' : lastOf(path), sheet: redactSheet(sheet, map) };
}

function redactSheet(sheet: RecordedSheet, map: AddressMap): RecordedSheet {
  const { file: _file, local, roots, resolvers, components, proxy, variables, ...rest } = sheet;
  return {
    ...rest,
    local: local.map((cidr) => map.network(cidr)),
    roots: roots.map(lastOf),
    components: components.map(({ component, local: ends }) => ({ component, local: ends.map((end) => textWithEnd(end, map)) })),
    variables: Object.fromEntries(Object.entries(variables).map(([name, values]) => [name, values.map((value) => textWithEnd(value, map))])),
    ...(resolvers === undefined ? {} : { resolvers: resolvers.map((one) => text(one, map)) }),
    ...(proxy === undefined ? {} : { proxy: { ...proxy, address: text(proxy.address, map), ...(proxy.noProxy === undefined ? {} : { noProxy: proxy.noProxy.map((item) => (item.includes('/') ? map.network(item) : text(item, map))) }) } }),
  };
}

/** Any plain value, all the way down. */
function redacted(value: unknown, map: AddressMap): unknown {
  if (typeof value === 'string') return text(value, map);
  if (Array.isArray(value)) return value.map((item) => redacted(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    if (PRIVATE.has(key) || item === undefined) return [];
    return [[key, key === 'exe' && typeof item === 'string' ? withoutUser(item) : redacted(item, map)]];
  }));
}

/** An address, or a name that is made of one (RFC 1035 §3.5, RFC 3596 §2.5); anything else as it is. */
function text(value: string, map: AddressMap): string {
  const address = canonicalAddress(value);
  if (address !== undefined) return map.of(address);
  const bare = /^\[(.+)\]$/.exec(value)?.[1];
  if (bare !== undefined && canonicalAddress(bare) !== undefined) return `[${text(bare, map)}]`;
  const [, four, six] = REVERSE.exec(value) ?? [];
  if (four !== undefined) {
    const found = canonicalAddress(four.split('.').toReversed().join('.'));
    return found === undefined ? value : `${map.of(found).split('.').toReversed().join('.')}.in-addr.arpa`;
  }
  // Nibbles of a network alone name nobody; those of an address do, and are left out whole.
  return six === undefined ? value : `${'0.'.repeat(six.split('.').length)}ip6.arpa`;
}

/** `address:port/transport`, `[address]:port`. */
function textWithEnd(value: string, map: AddressMap): string {
  const [, host = '', rest = ''] = /^(\[[^\]]+\]|[^:/]+)(:.*|\/.*|)$/.exec(value) ?? [];
  return host === '' ? text(value, map) : `${text(host, map)}${rest}`;
}

/** `/home/alice/app` is somebody's. */
function withoutUser(path: string): string {
  return path.replace(/^(\/(?:home|Users)\/|[A-Za-z]:\\Users\\)[^/\\]+/, '$1user');
}

function lastOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? '';
}

/** Words of a command may hold keys and names of files; a user's number is a user. */
const PRIVATE: ReadonlySet<string> = new Set(['args', 'uid']);
/** Details without a path or an address. */
const PLAIN = /^[a-zA-Z ,;()0-9-]*$/;
const REVERSE = /^(?:((?:\d{1,3}\.){3}\d{1,3})\.in-addr|((?:[0-9a-f]\.){31}[0-9a-f])\.ip6)\.arpa\.?$/i;
