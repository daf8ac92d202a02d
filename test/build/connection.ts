/** Builds connections, lookups and scopes for tests of the judge: a TLS connection to a public address that came through, unless told otherwise. */
import { classOf } from '../../src/core/base/address.ts';
import { SECOND } from '../../src/core/base/time.ts';
import { wireText } from '../../src/core/base/wire-text.ts';
import type { ScopeFacts } from '../../src/core/judge/context.ts';
import type { Connection, Lookup, NameClaim, NameEvidence } from '../../src/core/observe/connection.ts';

/** Start of all test recordings. */
export const START = 1_700_000_000 * SECOND;

export interface ConnectionParts extends Partial<Omit<Connection, 'names'>> {
  /** `sni api.x.io`, `dns api.x.io`, …; a bare name is an SNI. */
  readonly names?: readonly string[];
  /** Seconds after {@link START}. */
  readonly second?: number;
}

let frames = 0;

export function connection({ names = [], second = 0, ...more }: ConnectionParts = {}): Connection {
  const opened = more.opened ?? START + Math.round(second * SECOND);
  const to = more.to ?? { address: '203.0.113.7', port: 443 };
  const frame = ++frames;
  return {
    id: `0.${frame}`,
    scope: 0,
    opened,
    last: opened + SECOND,
    transport: 'tcp',
    ipProtocol: 6,
    from: { address: '10.0.0.2', port: 50_000 },
    to,
    addressClass: classOf(to.address),
    direction: 'syn',
    inbound: false, passing: false,
    startSeen: true,
    protocol: 'tls',
    names: names.map(nameClaim),
    naming: 0,
    namedAt: opened,
    confidence: 'high',
    ech: 'none',
    outcome: 'app-data',
    up: 1000,
    down: 5000,
    packets: 20,
    evidence: { source: 0, frames: [frame, frame], at: opened },
    ...more,
  };
}

export interface LookupParts extends Partial<Omit<Lookup, 'name' | 'cnames'>> {
  readonly second?: number;
  readonly cnames?: readonly string[];
}

export function lookup(name: string, { second = 0, cnames = [], ...more }: LookupParts = {}): Lookup {
  const at = more.at ?? START + Math.round(second * SECOND);
  const frame = ++frames;
  const addresses = more.addresses ?? ((more.rcode ?? 'NOERROR') === 'NOERROR' ? ['203.0.113.7'] : []);
  return {
    scope: 0,
    at,
    name: wireText(name),
    type: 'A',
    cnames: cnames.map(wireText),
    answers: addresses.length + cnames.length,
    addresses,
    rcode: 'NOERROR',
    resolver: { address: '192.168.1.1', port: 53 },
    client: { address: '10.0.0.2', port: 40_000 },
    transport: 'udp',
    evidence: { source: 0, frames: [frame, frame], at },
    ...more,
  };
}

export function scope(more: Partial<ScopeFacts> = {}): ScopeFacts {
  return { scope: 0, kind: 'app', local: [], packets: 100, ...more };
}

function nameClaim(text: string): NameClaim {
  const [first = '', second] = text.split(' ');
  return { name: wireText(second ?? first), how: second === undefined ? 'sni' : HOW[first] ?? 'sni' };
}

const HOW: Readonly<Record<string, NameEvidence>> = {
  connect: 'connect',
  sni: 'sni',
  'quic-sni': 'quic-sni',
  host: 'http-host',
  dns: 'dns',
  stale: 'dns-stale',
  outer: 'ech-outer',
};
