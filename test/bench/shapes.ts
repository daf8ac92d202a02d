/**
 * What the captures of the benchmark hold: how many flows of each sort, on how
 * many hosts, over how much capture time. Numbers come from design §10.
 */
export interface Shape {
  readonly name: string;
  readonly text: string;
  /** Flows by sort. Every sort but lookups and noise goes to a named host that a lookup named before. */
  readonly flows: { readonly [sort in Sort]?: number };
  readonly hosts: number;
  readonly seconds: number;
  /** Bytes a TLS or HTTP server sends after the request: low and high end of most, then of the few long ones. */
  readonly down: { readonly usual: readonly [number, number]; readonly long: readonly [number, number]; readonly longShare: number };
  /** Short-header packets of a QUIC flow at most. */
  readonly quicPackets: number;
  /** Most CPU that the audit may take, as a multiple of a peer's; undefined where none is promised. */
  readonly targets: { readonly loop?: number; readonly tshark?: number; readonly ndpi?: number; readonly argus?: number; readonly megabytes?: number };
}

export type Sort = 'lookup' | 'tls13' | 'tls12' | 'shortTls' | 'http' | 'quic' | 'refused' | 'silent' | 'noise';

const MIXED: Shape = {
  name: 'mixed',
  text: '1.5 M packets, 160 k flows: TLS, DNS, QUIC, HTTP, failures',
  flows: { lookup: 62_000, tls13: 52_000, tls12: 6000, http: 6000, quic: 12_000, refused: 10_000, silent: 6000, noise: 6000 },
  hosts: 3000,
  seconds: 3600,
  down: { usual: [200, 3000], long: [15_000, 60_000], longShare: 0.03 },
  quicPackets: 14,
  targets: { loop: 2, tshark: 1 / 30 },
};

export const SHAPES: readonly Shape[] = [
  MIXED,
  {
    ...MIXED, name: 'mixed-twice', text: 'the same twice as long: 1 GB, 320 k flows', seconds: MIXED.seconds * 2,
    flows: Object.fromEntries(Object.entries(MIXED.flows).map(([sort, count]) => [sort, count * 2])),
    targets: { loop: 2, megabytes: 200 },
  },
  {
    name: 'short', text: '300 k flows, 100 k of them a hello and little more', hosts: 5000, seconds: 1800,
    flows: { lookup: 110_000, shortTls: 100_000, refused: 50_000, silent: 40_000 },
    down: { usual: [0, 0], long: [0, 0], longShare: 0 }, quicPackets: 0,
    targets: { loop: 2, ndpi: 1 / 15, argus: 1 / 4, megabytes: 200 },
  },
  {
    name: 'bulk', text: 'few flows that carry everything', hosts: 20, seconds: 120,
    flows: { lookup: 24, tls13: 30, tls12: 4, http: 6 },
    down: { usual: [13_000_000, 15_000_000], long: [13_000_000, 15_000_000], longShare: 0 }, quicPackets: 0,
    targets: { loop: 1.5 },
  },
  {
    name: 'datagrams', text: 'QUIC with real Initials, DNS, unknown UDP', hosts: 3000, seconds: 1800,
    flows: { lookup: 40_000, quic: 55_000, noise: 15_000 },
    down: { usual: [0, 0], long: [0, 0], longShare: 0 }, quicPackets: 12,
    targets: {},
  },
  {
    name: 'quic', text: '60 k QUIC connections: 150 k Initials and little else', hosts: 3000, seconds: 1800,
    flows: { lookup: 3000, quic: 60_000 },
    down: { usual: [0, 0], long: [0, 0], longShare: 0 }, quicPackets: 3,
    targets: {},
  },
  {
    name: 'tiny', text: 'one connection: what starting and reading the policy cost', hosts: 1, seconds: 1,
    flows: { lookup: 1, tls13: 1 },
    down: { usual: [500, 500], long: [500, 500], longShare: 0 }, quicPackets: 0,
    targets: {},
  },
];

/** The same shape with a twentieth of its flows, or of its bytes where flows are few. */
export function smaller(shape: Shape): Shape {
  if (shape.name === 'bulk') {
    const [low, high] = shape.down.usual;
    return { ...shape, down: { ...shape.down, usual: [low / SMALL, high / SMALL] } };
  }
  return {
    ...shape,
    flows: Object.fromEntries(Object.entries(shape.flows).map(([sort, count]) => [sort, Math.max(1, Math.round(count / SMALL))])),
    hosts: Math.ceil(shape.hosts / 4),
    seconds: shape.seconds / SMALL,
  };
}

const SMALL = 20;
