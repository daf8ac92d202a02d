/**
 * The made-up internet of the generated captures: host names with their
 * addresses, the clients and their ports, prepared TLS records. Everything
 * comes from the seed; nothing is ever resolved or sent.
 */
import { ByteWriter } from './byte-writer.ts';
import type { CaptureFile, Ends } from './capture-file.ts';
import { helloKinds, type HelloKind } from './client-hellos.ts';
import type { SeededRandom } from './random.ts';
import { APPLICATION_DATA, chainFor, record } from './server-flights.ts';

export interface Host {
  readonly name: string;
  readonly v4: readonly Uint8Array[];
  readonly v6: readonly Uint8Array[];
  readonly alias: string | undefined;
  /** Whether an answer of the capture has named it already. */
  looked: boolean;
  chain: readonly Uint8Array[] | undefined;
}

export class Internet {
  readonly file: CaptureFile;
  readonly random: SeededRandom;
  readonly hellos: { modern: HelloKind[]; old: HelloKind[] };
  /** Full records one behind the other: where a long transfer is copied from. */
  readonly train: Uint8Array;
  /** Single short records. */
  readonly shortRecords: readonly Uint8Array[];
  readonly hosts: readonly Host[];
  readonly #ports = new Map<number, number>();
  #turn = 0;

  constructor(file: CaptureFile, random: SeededRandom, hostCount: number) {
    this.file = file;
    this.random = random;
    this.hellos = helloKinds();
    this.hosts = Array.from({ length: hostCount }, (_, index) => makeHost(index, random));
    this.train = makeRecords(random, TRAIN_RECORDS, () => FULL_RECORD - RECORD_HEADER);
    this.shortRecords = Array.from({ length: SHORT_RECORDS }, () => makeRecords(random, 1, () => random.between(40, 1100)));
  }

  /** Both ends of a new flow to `server`; no two flows have the same. */
  ends(server: Uint8Array, serverPort: number): Ends {
    const client = this.#turn++ % CLIENTS;
    const port = this.#ports.get(client) ?? FIRST_PORT;
    this.#ports.set(client, port + 1 > LAST_PORT ? FIRST_PORT : port + 1);
    return {
      client: server.length === 16 ? v6(0x10, client) : Uint8Array.of(10, 20, 0, 10 + client),
      server, clientPort: port, serverPort, clientSequence: this.random.word(), serverSequence: this.random.word(),
    };
  }

  /** Some host, a few of them far more often than the rest. */
  anyHost(): Host {
    const host = this.hosts[this.random.skewed(this.hosts.length)];
    if (host === undefined) throw new RangeError('an internet without hosts');
    return host;
  }

  /** The address to use for `host`, of the family that most would take. */
  addressOf(host: Host): Uint8Array {
    return this.random.pick(host.v6.length > 0 && this.random.fraction() < V6_SHARE ? host.v6 : host.v4);
  }

  chainOf(host: Host): readonly Uint8Array[] {
    host.chain ??= chainFor(host.name, this.random);
    return host.chain;
  }
}

function makeHost(index: number, random: SeededRandom): Host {
  const known = POLICY_HOSTS[index];
  const owner = `shop-${String(index >> 1).padStart(4, '0')}.example`;
  const name = known ?? `${random.pick(PREFIXES)}${index % 2}.${owner}`;
  const count = random.between(1, 3);
  return {
    name,
    v4: Array.from({ length: count }, (_, turn) => Uint8Array.of(V4_NETS[index % V4_NETS.length] ?? 0, (index >> 8) & 0xff, index & 0xff, 10 + turn)),
    v6: random.fraction() < V6_HOSTS ? Array.from({ length: count }, (_, turn) => v6(0x1000 + index, turn)) : [],
    alias: random.fraction() < ALIAS_SHARE ? `e${index}.edge.example` : undefined,
    looked: false,
    chain: undefined,
  };
}

function v6(network: number, host: number): Uint8Array {
  return Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, network >>> 8, network & 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 + host);
}

function makeRecords(random: SeededRandom, count: number, size: () => number): Uint8Array {
  const out = new ByteWriter();
  for (let turn = 0; turn < count; turn++) record(out, APPLICATION_DATA, () => out.raw(random.bytes(size())));
  return out.take();
}

/** Address of the resolver that all clients ask. */
export const RESOLVER: Uint8Array = Uint8Array.of(10, 20, 0, 1);
/** A whole record of 2^14 bytes, content type and tag behind its header: what servers send in a long transfer. */
export const FULL_RECORD: number = 5 + 16_384 + 17;
const RECORD_HEADER = 5;
const TRAIN_RECORDS = 32;
const SHORT_RECORDS = 512;
const CLIENTS = 16;
/** The ephemeral range of Linux: 28,232 ports times 16 clients is more than any shape's flows. */
const FIRST_PORT = 32_768;
const LAST_PORT = 60_999;
const V6_SHARE = 0.5;
const V6_HOSTS = 0.4;
const ALIAS_SHARE = 0.5;
const V4_NETS = [23, 34, 52, 104, 151, 185, 199];
const PREFIXES = ['www', 'api', 'static', 'img', 'edge', 'login'];
/** Hosts of policies/multiclaw.yaml, so that part of the traffic is declared. */
const POLICY_HOSTS = ['api.multiclaw.io', 'ws.multiclaw.io', 'cdn.multiclaw.io', 'turn.multiclaw.io', 'api.openai.com', 'api.anthropic.com'];
