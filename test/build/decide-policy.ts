/** Builds policies and what is judged against them, for tests: give what matters, the rest is plain. */
import { parseCidr, type Cidr } from '../../src/core/base/address.ts';
import type { Position } from '../../src/core/base/errors.ts';
import type { Condition, Denial, Entry, HostPattern, Leg, LocalLeg, Policy, PortRange } from '../../src/core/policy/policy.ts';

const AT: Position = { file: 'policy.yaml', line: 1, column: 1 };
const ALWAYS: Condition = { kind: 'always' };

/** `443/tcp`, `3478-3481/udp`. */
function port(text: string): PortRange {
  const match = /^(\d+)(?:-(\d+))?\/(tcp|udp)$/.exec(text);
  if (!match) throw new Error(`not a port: ${text}`);
  const from = Number(match[1]);
  return { from, to: match[2] === undefined ? from : Number(match[2]), transport: match[3] === 'udp' ? 'udp' : 'tcp' };
}

/** `api.x.io`, `*.x.io`. */
export function host(text: string, ports?: string): HostPattern {
  const wildcard = text.startsWith('*.');
  return { text, wildcard, host: wildcard ? text.slice(2) : text, at: AT, ...(ports !== undefined && { port: port(ports) }) };
}

export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`not a block: ${text}`);
  return parsed;
}

export function leg(ports: string, more: Partial<Leg> = {}): Leg {
  return { ports: ports.split(' ').map(port), protocols: ['https'], when: ALWAYS, at: AT, ...more };
}

export interface EntryParts extends Partial<Omit<Entry, 'hosts' | 'addresses'>> {
  readonly id: string;
  readonly hosts?: readonly (string | HostPattern)[];
  readonly addresses?: readonly string[];
}

export function entry({ hosts = [], addresses = [], ...more }: EntryParts): Entry {
  return {
    name: more.id,
    at: AT,
    withName: false,
    legs: [leg('443/tcp')],
    components: [],
    when: ALWAYS,
    required: false,
    inspection: 'unknown',
    because: [],
    not: [],
    closesWithPhase: false,
    paths: [],
    classes: [],
    ...more,
    hosts: hosts.map((one) => (typeof one === 'string' ? host(one) : one)),
    addresses: addresses.map(cidr),
  };
}

export function deny(more: { readonly hosts?: readonly string[]; readonly classes?: Denial['classes']; readonly because?: string }): Denial {
  return { hosts: (more.hosts ?? []).map((text) => host(text)), classes: more.classes ?? [], because: more.because ?? 'not wanted', at: AT };
}

export function localLeg(more: Partial<LocalLeg> = {}): LocalLeg {
  return { component: 'desktop', to: 'gateway', address: '127.0.0.1', protocol: 'http', at: AT, ...more };
}

export function policy(entries: readonly Entry[], more: Partial<Policy> = {}): Policy {
  return {
    version: 1,
    name: 'test',
    file: AT.file,
    sha256: '0'.repeat(64),
    sources: new Map(),
    components: new Map(),
    features: new Map(),
    phases: [],
    variables: new Map(),
    defaults: { unlisted: 'violation', lan: 'review', tls: { min: '1.2' }, inspection: 'unknown' },
    dns: { resolvers: 'system', encrypted: 'violation' },
    proxy: 'unknown',
    entries,
    published: [],
    mustNot: [],
    listen: new Map(),
    inbound: 'none',
    local: [],
    files: [],
    claims: [],
    accept: [],
    rules: new Map(),
    ...more,
  };
}

export const feature = (...anyOf: string[]): Condition => ({ kind: 'feature', anyOf });
export const phase = (...anyOf: string[]): Condition => ({ kind: 'phase', anyOf });
export const running = (...anyOf: string[]): Condition => ({ kind: 'running', anyOf });
export const not = (inner: Condition): Condition => ({ kind: 'not', inner });
