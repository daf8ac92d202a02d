/**
 * Whether the TLS of each destination was re-signed on the way (design §7):
 * not-seen, possible, likely or proven, with the signals it rests on. Takes a
 * judged run; only chains that stood in clear (TLS 1.2 and older) prove
 * anything, what else the path did to handshakes is at most likely, and what
 * TLS 1.3 hides says nothing either way.
 */
import { registrableDomain } from '../base/host-name.ts';
import { parseTime } from '../base/time.ts';
import { readChain, type Chain, type ChainReading } from './chain-state.ts';
import { inspectionProduct } from '../knowledge/issuers.ts';
import type { JudgedRun } from './context.ts';
import type { Destination } from './destination.ts';
import { failedEch, pathSignals, type FailedEch, type Signal, type SignalId, type SignalWeight } from './inspection-signals.ts';
import type { Interception } from './standing.ts';

export interface HostInterception {
  readonly verdict: Interception;
  /** Where the chain led; absent when none stood in clear. */
  readonly reading?: ChainReading;
  /** What it rests on, heaviest first where they are of one kind: chain, then path. */
  readonly signals: readonly Signal[];
}

type Seen = Pick<JudgedRun, 'policy' | 'scopes' | 'destinations'>;

interface Found {
  readonly destination: Destination;
  readonly reading: ChainReading;
  readonly chain: Chain;
}

/** Verdicts by destination key; destinations that show neither a chain nor a signal, and those on loopback, have none. */
export function interceptions(run: Seen): ReadonlyMap<string, HostInterception> {
  const known = remembered.get(run.destinations);
  if (known?.policy === run.policy && known.scopes === run.scopes) return known.verdicts;
  const verdicts = settled(run);
  remembered.set(run.destinations, { policy: run.policy, scopes: run.scopes, verdicts });
  return verdicts;
}

/** Entries, rules and the report ask the same of one run. */
const remembered = new WeakMap<Seen['destinations'], Omit<Seen, 'destinations'> & { readonly verdicts: ReadonlyMap<string, HostInterception> }>();

function settled(run: Seen): ReadonlyMap<string, HostInterception> {
  const found = new Map<string, Found>();
  for (const destination of run.destinations) {
    const [leaf, ...above] = destination.tls?.chain ?? [];
    if (leaf === undefined || !isOutward(destination)) continue;
    const added = run.scopes.find(({ scope }) => scope === destination.scope)?.roots ?? [];
    const chain: Chain = [leaf, ...above];
    found.set(destination.key, { destination, chain, reading: readChain(chain, added) });
  }
  const shared = sharedIssuers(run, [...found.values()]);
  const verdicts = new Map<string, HostInterception>([...found].map(([key, { destination, reading, chain }]) => [key, { ...verdictOf(run, destination, chain, reading, shared.get(issuerKey(destination, reading))), reading }]));
  const failed = failedEch(run.destinations);
  for (const host of hostsOf(run)) addPathSignals(run, host, failed, verdicts);
  return verdicts;
}

/** Destinations of one client and one host, whatever their port: TCP, and the UDP tried before it. Nameless ones are hosts of their own. */
export function hostsOf(run: Pick<Seen, 'destinations'>): readonly (readonly Destination[])[] {
  const hosts = new Map<string, Destination[]>();
  for (const destination of run.destinations) {
    if (!isOutward(destination)) continue;
    const { scope, component, name, addresses } = destination;
    // What strangers wrote stands last, behind what it is.
    const key = `${scope}\n${component ?? ''}\n${name === undefined ? `at ${addresses.join(' ')}` : `named ${name}`}`;
    const host = hosts.get(key);
    if (host === undefined) hosts.set(key, [destination]);
    else host.push(destination);
  }
  return [...hosts.values()];
}

/** A chain to a public or added root clears the host; where only its name says so, what the client itself objected to still counts. */
function addPathSignals(run: Seen, host: readonly Destination[], failed: FailedEch, verdicts: Map<string, HostInterception>): void {
  // Only handshakes are inspected.
  if (host.every(({ tls }) => tls === undefined)) return;
  const shown = host.flatMap(({ key }) => verdicts.get(key) ?? []);
  const cleared = shown.filter(({ verdict, reading }) => verdict === 'not-seen' && reading !== undefined);
  if (cleared.some(({ reading }) => reading?.by === 'key' || reading?.state !== 'public')) return;
  const signals = pathSignals(run.policy, host, failed).filter(({ id }) => cleared.length === 0 || OBJECTIONS.has(id));
  const heaviest = WEIGHTS.find((weight) => signals.some((signal) => signal.weight === weight));
  if (heaviest === undefined) return;
  for (const { key, tls } of host) {
    if (tls === undefined) continue;
    const own = verdicts.get(key);
    verdicts.set(key, { ...own, verdict: graver(own?.verdict ?? 'not-seen', BY_PATH[heaviest]), signals: [...(own?.signals ?? []), ...signals] });
  }
}

/** Peers prove their self-made certificates by fingerprints that they exchanged elsewhere (RFC 8827 §6.5). */
function isOutward({ addressClass, inbound, reached, protocol, name }: Destination): boolean {
  if (protocol === 'dtls' && name === undefined) return false;
  return addressClass !== 'loopback' && !inbound && reached !== 'looked-up';
}

/** The gravest verdict on the destinations of each entry. */
export function interceptionByEntry(run: Seen): ReadonlyMap<string, Interception> {
  const byEntry = new Map<string, Interception>();
  const verdicts = interceptions(run);
  for (const { key, verdict } of run.destinations) {
    const found = verdicts.get(key);
    if (found !== undefined && verdict.entry !== undefined) byEntry.set(verdict.entry, graver(byEntry.get(verdict.entry) ?? 'not-seen', found.verdict));
  }
  return byEntry;
}

/** The graver of two verdicts. */
export function graver(one: Interception, other: Interception): Interception {
  return GRAVITY.indexOf(one) < GRAVITY.indexOf(other) ? other : one;
}

type Judged = Omit<HostInterception, 'reading'>;

function verdictOf(run: Seen, destination: Destination, chain: Chain, reading: ChainReading, owners: readonly string[] | undefined): Judged {
  const own = ownVerdict(run, destination, chain, reading);
  if (owners === undefined || !isUnknown(run, destination, reading)) return own;
  const { isSent } = reading.issuer;
  const hosts = `${owners.slice(0, OWNERS_SHOWN).join(', ')}${owners.length > OWNERS_SHOWN ? ` and ${owners.length - OWNERS_SHOWN} more` : ''}`;
  const signal = `the same ${isSent ? 'issuer' : 'issuer name'} signs for unrelated owners (${hosts}) and leads to no public root`;
  return { verdict: graver(own.verdict, isSent ? 'proven' : 'likely'), signals: [...own.signals, { id: 'cert.shared-issuer', weight: isSent ? 'strong' : 'medium', says: signal }] };
}

function ownVerdict(run: Seen, destination: Destination, chain: Chain, reading: ChainReading): Judged {
  const { state, product, root, top } = reading;
  if (state === 'product') return { verdict: 'proven', signals: [strong('cert.product-issuer', `the issuer is one of ${product?.product ?? 'an inspection product'} ("${wordsOf(issuerOfProduct(chain, top))}")`)] };
  if (state === 'added') return NOTHING;
  if (state === 'public') return publicVerdict(destination, reading);
  if (isPrivateByPolicy(run, destination)) return NOTHING;
  const hints: readonly Signal[] = product === undefined ? [] : [{ id: 'cert.product-name', weight: 'medium', says: `the issuer's name hints at ${product.product}` }];
  // A private authority at a private address is how companies run their own hosts.
  const isOwnNetwork = destination.addressClass !== 'public';
  if (state === 'private') {
    const borrowed = root === undefined ? '' : `, though its name is that of a public root`;
    return { verdict: isOwnNetwork ? 'possible' : 'proven', signals: [strong('cert.private-root', `the chain ends in a self-signed root that is in no public list ("${wordsOf(top.subject)}")${borrowed}`), ...hints] };
  }
  if (state === 'leaf-only') return { verdict: isOwnNetwork ? 'possible' : 'likely', signals: [{ id: 'cert.self-signed', weight: 'medium', says: 'the certificate signed itself, which no public server does' }, ...hints] };
  return { verdict: hints.length > 0 && !isOwnNetwork ? 'likely' : 'possible', signals: [{ id: 'cert.unknown-issuer', weight: 'medium', says: `the last issuer ("${wordsOf(top.issuer)}") was not sent and is no public root` }, ...hints] };
}

/** A chain to a public root is suspect only where the root had been removed by then, or where a product's name stands below a root that was not sent. */
function publicVerdict(destination: Destination, { root, product, by }: ChainReading): Judged {
  if (by === 'name' && product?.strength === 'exact') return { verdict: 'possible', signals: [{ id: 'cert.product-name', weight: 'medium', says: `the issuer is named like one of ${product.product}, below a public root that was not sent` }] };
  const removed = root?.removed === undefined ? undefined : parseTime(`${root.removed}T00:00:00Z`);
  if (removed === undefined || destination.first < removed) return NOTHING;
  return { verdict: 'possible', signals: [{ id: 'cert.removed-root', weight: 'medium', says: `the root was in public lists and had left them by ${root?.removed ?? ''}, before this connection` }] };
}

/** Issuers that sign for hosts of more than one owner: their domains, by scope and issuer. One certificate for many names is a shared front, not a re-signer. */
function sharedIssuers(run: Seen, found: readonly Found[]): ReadonlyMap<string, readonly string[]> {
  const issuers = new Map<string, { readonly domains: Map<string, string>; readonly leaves: Set<string> }>();
  for (const { destination, reading, chain } of found) {
    const domain = destination.name === undefined ? undefined : registrableDomain(destination.name);
    if (domain === undefined || !isUnknown(run, destination, reading) || !covers(chain, destination.name)) continue;
    const key = issuerKey(destination, reading);
    const known = issuers.get(key) ?? { domains: new Map<string, string>(), leaves: new Set<string>() };
    issuers.set(key, known);
    // example.com and example.net are one owner's.
    const owner = domain.slice(0, domain.indexOf('.'));
    if (!known.domains.has(owner)) known.domains.set(owner, domain);
    known.leaves.add(chain[0].sha256);
  }
  return new Map([...issuers].flatMap(([key, { domains, leaves }]) => (domains.size > 1 && leaves.size > 1 ? [[key, [...domains.values()].sort()] as const] : [])));
}

function issuerKey(destination: Destination, { issuer }: ChainReading): string {
  return `${destination.scope}|${issuer.isSent ? 'key' : 'name'}|${issuer.id}`;
}

/** Whether the chain leads to nobody known, at a public address, and no policy says that it may. */
function isUnknown(run: Seen, destination: Destination, { state }: ChainReading): boolean {
  return (state === 'private' || state === 'incomplete') && destination.addressClass === 'public' && !isPrivateByPolicy(run, destination);
}

function isPrivateByPolicy(run: Seen, { verdict }: Destination): boolean {
  return run.policy.entries.some((entry) => entry.id === verdict.entry && entry.trust === 'private');
}

/** Whether the leaf speaks for the host; a default certificate on a shared address says nothing of the host's owner. */
function covers(chain: Chain, host: string | undefined): boolean {
  return chain[0].dnsNames.some((text) => {
    const pattern = text.toLowerCase();
    return pattern === host || (pattern.startsWith('*.') && host?.slice(host.indexOf('.')) === pattern.slice(1));
  });
}

function issuerOfProduct(chain: Chain, top: Chain[0]): Chain[0]['issuer'] {
  return chain.find(({ issuer }) => inspectionProduct(issuer) !== undefined)?.issuer ?? top.issuer;
}

function strong(id: SignalId, says: string): Signal {
  return { id, weight: 'strong', says };
}

/** The name a reader would look for: CN, else O, else OU. */
function wordsOf(name: Readonly<Record<string, string>>): string {
  return name['CN'] ?? name['O'] ?? name['OU'] ?? 'no name';
}

const GRAVITY: readonly Interception[] = ['not-seen', 'possible', 'likely', 'proven'];
const NOTHING: Judged = { verdict: 'not-seen', signals: [] };
/** What a signal without a chain is worth: never proof. */
const BY_PATH: Readonly<Record<SignalWeight, Interception>> = { strong: 'likely', medium: 'possible', weak: 'not-seen' };
const WEIGHTS: readonly SignalWeight[] = ['strong', 'medium', 'weak'];
/** Signals that a root's name, which whoever signs may write, does not answer. */
const OBJECTIONS: ReadonlySet<SignalId> = new Set(['cert.no-sct', 'tls.downgrade-mark', 'client.rejects-certificate', 'client.closes-after-server']);
/** Domains named in a sentence; the destinations hold the rest. */
const OWNERS_SHOWN = 4;
