/**
 * Signals of TLS inspection beside where a chain leads (design §7): what a device
 * on the path does to handshakes beside signing. Takes the destinations of one
 * host; gives each signal with its weight. None of them proves anything: other
 * devices, servers and settings do the same, and each sentence is only what was seen.
 */
import type { Micros } from '../base/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Destination } from './destination.ts';
import { plural } from './tell.ts';
import { rankOf, rulesOfTls, tellVersion } from './tls-version.ts';

/** `strong`: hardly anything else does this; `medium`: little else does; `weak`: ordinary networks do it too, so that it never makes a verdict by itself. */
export type SignalWeight = 'strong' | 'medium' | 'weak';

export interface Signal {
  readonly id: SignalId;
  readonly weight: SignalWeight;
  /** A sentence without its full stop. May hold wire text. */
  readonly says: string;
}

export type SignalId =
  | 'cert.product-issuer' | 'cert.private-root' | 'cert.shared-issuer' | 'cert.self-signed' | 'cert.unknown-issuer' | 'cert.product-name' | 'cert.removed-root'
  | 'cert.no-sct' | 'tls.downgrade-mark' | 'tls.version-drop' | 'tls.alpn-drop' | 'quic.blocked' | 'ech.retry' | 'client.rejects-certificate' | 'client.closes-after-server';

/** Connections with an encrypted hello that came to nothing, by client and address: one look for each host, however many there are. */
export type FailedEch = ReadonlyMap<string, { readonly count: number; readonly first: Micros }>;

/** What the destinations of one host show beside chains. */
export function pathSignals(policy: Policy, host: readonly Destination[], failed: FailedEch): readonly Signal[] {
  return [...downgraded(host), ...refused(host), ...unlogged(host), ...alpnDropped(host), ...versionDropped(policy, host), ...quicBlocked(host), ...echRetried(host, failed)];
}

/** Of all destinations of a run; the name of such a hello is its outer one. */
export function failedEch(destinations: readonly Destination[]): FailedEch {
  const failed = new Map<string, { count: number; first: Micros }>();
  for (const outer of destinations) {
    if (outer.tls?.ech !== 'outer' || outer.reached === 'sent') continue;
    for (const address of outer.addresses) {
      const known = failed.get(clientAt(outer, address));
      if (known === undefined) failed.set(clientAt(outer, address), { count: outer.count, first: outer.first });
      else {
        known.count += outer.count;
        known.first = Math.min(known.first, outer.first);
      }
    }
  }
  return failed;
}

/** A client that gets the mark must give up (RFC 8446 §4.1.3): its offer did not reach a server that speaks 1.3, or the server would not. */
function* downgraded(host: readonly Destination[]): Iterable<Signal> {
  const count = sum(host, ({ handshakes }) => handshakes?.downgraded);
  if (count === 0) return;
  yield { id: 'tls.downgrade-mark', weight: 'strong', says: `TLS 1.3 was offered, and ${plural(count, 'answer')} in an older version bore the mark of a server that speaks it, as if the offer had been altered on the way` };
}

function* refused(host: readonly Destination[]): Iterable<Signal> {
  const clear = sum(host, ({ handshakes }) => handshakes?.certificateAlerts);
  if (clear > 0) yield { id: 'client.rejects-certificate', weight: 'medium', says: `the client refused the certificate in ${plural(clear, 'connection')}, with an alert in clear` };
  const hidden = sum(host, ({ handshakes }) => handshakes?.hiddenAlerts);
  if (hidden > 0) yield { id: 'client.closes-after-server', weight: 'medium', says: `the client gave up right after the server's flight in ${plural(hidden, 'connection')}; what it objected to is encrypted` };
}

/**
 * Browsers refuse public certificates of this age without timestamps of public logs, so public authorities put them in; who
 * re-signs has none. Timestamps that are there say nothing: nobody checked their signatures, and they can be copied.
 */
function* unlogged(host: readonly Destination[]): Iterable<Signal> {
  const young = host.filter(({ addressClass, tls }) => addressClass === 'public' && (tls?.chain?.[0]?.notBefore ?? 0) >= LOGGED_SINCE && tls?.chain?.[0]?.selfSigned === false);
  const count = sum(young, ({ handshakes }) => handshakes?.withoutSct);
  if (count === 0 || sum(young, ({ handshakes }) => handshakes?.withSct) > 0) return;
  yield { id: 'cert.no-sct', weight: 'medium', says: `the certificate came without timestamps of public logs in ${plural(count, 'connection')}, and browsers refuse public ones without them` };
}

function* alpnDropped(host: readonly Destination[]): Iterable<Signal> {
  const dropped = sum(host, ({ handshakes }) => handshakes?.h2Dropped);
  const chosen = sum(host, ({ handshakes }) => handshakes?.h2Chosen);
  if (dropped === 0 || chosen === 0) return;
  const places = new Set(host.filter(({ handshakes }) => handshakes !== undefined).flatMap(({ addresses }) => addresses)).size;
  yield { id: 'tls.alpn-drop', weight: places === 1 ? 'medium' : 'weak', says: `HTTP/2 was offered and not chosen in ${plural(dropped, 'connection')}, though the same ${places === 1 ? 'address' : 'host'} chose it in ${chosen}` };
}

/** Little where other servers of the host answered, or only the policy expects more: servers of one name are often set up differently. */
function* versionDropped(policy: Policy, host: readonly Destination[]): Iterable<Signal> {
  const older = host.filter(({ tls }) => tls?.offered.includes('TLS1.3') === true && tls.version.some((version) => (rankOf(version) ?? Infinity) < (rankOf('TLS1.3') ?? 0)));
  const [first] = older;
  if (first === undefined) return;
  const versions = [...new Set(older.flatMap(({ tls }) => tls?.version.filter((version) => version !== 'TLS1.3') ?? []))].map(tellVersion).join(', ');
  const newer = host.filter(({ tls, transport }) => transport === 'tcp' && tls?.version.includes('TLS1.3') === true);
  if (newer.length > 0) {
    const places = new Set(newer.flatMap(({ addresses }) => addresses));
    const isOnePlace = older.some(({ addresses }) => addresses.some((address) => places.has(address)));
    yield { id: 'tls.version-drop', weight: isOnePlace ? 'medium' : 'weak', says: `TLS 1.3 was offered and ${versions} chosen, though the same ${isOnePlace ? 'address' : 'host'} chose TLS 1.3 in other connections` };
  } else if (rankOf(rulesOfTls(policy, first).prefer ?? '') === rankOf('TLS1.3')) {
    yield { id: 'tls.version-drop', weight: 'weak', says: `TLS 1.3 was offered and ${versions} chosen, where the policy expects TLS 1.3` };
  }
}

/** QUIC that nobody answered, then TCP to the same name. Firewalls without any inspection do the same. */
function* quicBlocked(host: readonly Destination[]): Iterable<Signal> {
  const silent = silentQuic(host);
  if (silent.length === 0) return;
  const icmp = [...new Set(silent.flatMap(({ icmpErrors }) => icmpErrors))];
  const how = icmp.length === 0 ? 'nobody answered' : `answered by ICMP ${icmp.join(', ')}`;
  yield { id: 'quic.blocked', weight: 'weak', says: `${plural(sum(silent, ({ count }) => count), 'flow')} to 443/udp came to nothing (${how}), and TCP to the same host followed` };
}

/** A hello with an outer name only that got no data, then a name in clear at the same address. ECH in clear hellos may be a decoy, so it is no more than a hint. */
function* echRetried(host: readonly Destination[], failed: FailedEch): Iterable<Signal> {
  const before = new Map<string, number>();
  for (const plain of host) {
    if (plain.transport !== 'tcp' || plain.tls?.ech !== 'none') continue;
    for (const address of plain.addresses) {
      const outer = failed.get(clientAt(plain, address));
      if (outer !== undefined && plain.last >= outer.first) before.set(address, outer.count);
    }
  }
  const count = [...before.values()].reduce((total, one) => total + one, 0);
  if (count > 0) yield { id: 'ech.retry', weight: 'weak', says: `${plural(count, 'connection')} with an encrypted hello came to nothing at the same address before this name was sent in clear` };
}

function clientAt({ scope, component }: Destination, address: string): string {
  return `${scope}|${component ?? ''}|${address}`;
}

/** Flows to 443/udp of a host that nobody answered, where TCP 443 of the same host was reached at the same time or later. */
export function silentQuic(host: readonly Destination[]): readonly Destination[] {
  const udp = host.filter(({ transport, port, protocol }) => transport === 'udp' && port === 443 && MAY_BE_QUIC.has(protocol));
  if (udp.some(({ down }) => down > 0)) return [];
  return udp.filter((silent) => silent.up > 0 && host.some((other) => other.transport === 'tcp' && other.port === 443 && (other.reached === 'established' || other.reached === 'sent') && other.last >= silent.first));
}

/** Adds up one count of destinations. */
export function sum(host: readonly Destination[], of: (destination: Destination) => number | undefined): number {
  return host.reduce((total, destination) => total + (of(destination) ?? 0), 0);
}

/** 2018-05-01: Chrome asks for timestamps of certificates issued after the day before, Safari since October of that year. */
const LOGGED_SINCE: Micros = 1_525_132_800_000_000;
/** Media relays use 443/udp too, and show themselves by their protocol. */
const MAY_BE_QUIC: ReadonlySet<string> = new Set(['quic', 'unknown']);
