/**
 * Which QUIC connection a datagram flow carries on after its client changed
 * address or port (RFC 9000 §9): known by an identifier that the server gave
 * out, sent to the same address and port of it. A client that takes a fresh
 * identifier for the new path cannot be followed; then nothing is said.
 */
import { formatEndpoint, type Endpoint } from '../base/address.ts';
import { latin1 } from '../base/bytes.ts';
import type { Micros } from '../base/time.ts';
import type { PayloadFacts } from '../decode/payloads/session.ts';

/** A connection that may move. */
export interface QuicPath {
  readonly flow: number;
  readonly opened: Micros;
  /** What is known of it by now; undefined for nothing. */
  known(): PayloadFacts | undefined;
}

export class QuicPaths {
  private readonly paths = new Map<string, QuicPath>();
  private readonly lengths = new Set<number>();

  /** The server gave out an identifier. */
  learn(server: Endpoint, id: Uint8Array, path: QuicPath): void {
    if (id.length < SHORTEST_ID) return;
    const key = keyOf(server, id, 0, id.length);
    this.paths.delete(key);
    this.paths.set(key, path);
    this.lengths.add(id.length);
    if (this.paths.size <= PATH_CAP) return;
    for (const oldest of this.paths.keys()) {
      this.paths.delete(oldest);
      return;
    }
  }

  /** The facts of the connection that a first datagram to `server` belongs to, marked as carried on; undefined for none. */
  find(server: Endpoint, datagram: Uint8Array): PayloadFacts | undefined {
    for (const length of this.lengths) {
      const path = datagram.length > length ? this.paths.get(keyOf(server, datagram, 1, 1 + length)) : undefined;
      const known = path?.known();
      if (path === undefined || known?.quic === undefined || known.isGuessed === true) continue;
      return { ...known, quic: { ...known.quic, continues: { flow: path.flow, opened: path.opened } } };
    }
    return undefined;
  }
}

function keyOf(server: Endpoint, data: Uint8Array, from: number, to: number): string {
  return `${formatEndpoint(server.address, server.port)} ${latin1(data, from, to)}`;
}

/** Shorter ones would be met by chance. */
const SHORTEST_ID = 4;
/** Connections remembered, some 2 KB each: clients hold dozens at a time, and move rarely. */
const PATH_CAP = 4096;
