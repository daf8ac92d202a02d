/**
 * The destinations of a live run: takes what is asked for, what is open and
 * what is over, gives rows and totals. Each event costs the same however many
 * rows there are, and what does not fit is counted. Knows no clock and no terminal.
 */
import type { Micros } from '../core/base/time.ts';
import { seenHost } from '../core/base/host-name.ts';
import { weight, worse } from '../core/judge/worst.ts';
import type { Connection } from '../core/observe/connection.ts';
import type { Verdict } from '../core/policy/verdict.ts';
import type { Row, Sight } from './row.ts';

/** A destination that is about to be contacted, or denied, by the tunnel with this number. */
export interface Asked {
  readonly at: Micros;
  readonly flow: number;
  readonly host: string;
  readonly port: number;
  readonly address?: string | undefined;
  readonly verdict: Verdict | undefined;
  readonly isDenied: boolean;
}

export interface Totals {
  connections: number;
  open: number;
  up: number;
  down: number;
  /** Destinations that found no row. */
  left: number;
}

export class Rows {
  readonly list: Row[] = [];
  readonly totals: Totals = { connections: 0, open: 0, up: 0, down: 0, left: 0 };
  private readonly byKey = new Map<string, Row>();
  private readonly tunnels = new Map<number, OpenTunnel>();
  private changes = 0;

  /** Grows when rows came or changed their verdict: orders made before are stale then. */
  get version(): number {
    return this.changes;
  }

  /** A tunnel asked for a destination. */
  asked({ at, flow, host, port, address, verdict, isDenied }: Asked): void {
    const row = this.rowFor(seenHost(host), port, 'tcp', at);
    if (row === undefined) return;
    row.last = at;
    if (isDenied) row.denied++;
    const asked = row.asked === undefined || verdict === undefined ? (verdict ?? row.asked) : worse(row.asked, verdict);
    if (isDenied || weightOr0(asked) !== weightOr0(row.asked)) this.changes++;
    row.asked = asked;
    if (address !== undefined) noteAddress(row, address);
    if (this.tunnels.has(flow) || this.tunnels.size >= TUNNEL_CAP) return;
    this.tunnels.set(flow, { row, up: 0, down: 0, isOpen: !isDenied });
    if (!isDenied) row.open++;
  }

  /** What the open tunnels carry by now; `each` tells them all. */
  carried(each: (visit: (flow: number, up: number, down: number) => void) => void): void {
    const still = new Set<number>();
    this.totals.open = 0;
    each((flow, up, down) => {
      this.totals.open++;
      const tunnel = this.tunnels.get(flow);
      if (tunnel === undefined) return;
      still.add(flow);
      this.carry(tunnel, up, down);
    });
    for (const [flow, tunnel] of this.tunnels) {
      if (!tunnel.isOpen || still.has(flow)) continue;
      tunnel.isOpen = false;
      tunnel.row.open--;
    }
  }

  /** A connection is over and judged; `flow` is the number of its tunnel, where it had one. */
  over(connection: Connection, verdict: Verdict, flow: number | undefined): void {
    const tunnel = flow === undefined ? undefined : this.tunnels.get(flow);
    const subject = verdict.name ?? connection.names[0]?.name ?? connection.to.address;
    const row = tunnel?.row ?? this.rowFor(subject, connection.to.port, connection.transport, connection.opened);
    if (flow !== undefined && tunnel !== undefined) this.closed(flow, tunnel);
    this.totals.connections++;
    this.totals.up += connection.up;
    this.totals.down += connection.down;
    if (row === undefined) return;
    const judged = row.judged === undefined ? verdict : worse(row.judged, verdict);
    if (row.judged === undefined || weight(judged) !== weight(row.judged)) this.changes++;
    row.judged = judged;
    note(row, connection);
  }

  private rowFor(host: string, port: number, transport: string, at: Micros): Row | undefined {
    const key = `${transport} ${host} ${port}`;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    if (this.list.length >= ROW_CAP) {
      this.totals.left++;
      return undefined;
    }
    const row: Row = {
      key, order: this.list.length, host, port, transport, first: at, last: at, asked: undefined, judged: undefined, how: undefined, confidence: undefined, connections: 0, open: 0, denied: 0, failed: 0,
      up: 0, down: 0, openUp: 0, openDown: 0, addresses: NONE, process: undefined, component: undefined, recent: NONE,
    };
    this.byKey.set(key, row);
    this.list.push(row);
    this.changes++;
    return row;
  }

  private carry(tunnel: OpenTunnel, up: number, down: number): void {
    const { row } = tunnel;
    row.openUp += up - tunnel.up;
    row.openDown += down - tunnel.down;
    this.totals.up += up - tunnel.up;
    this.totals.down += down - tunnel.down;
    tunnel.up = up;
    tunnel.down = down;
  }

  /** Its bytes are counted with the connection from now on. */
  private closed(flow: number, tunnel: OpenTunnel): void {
    this.carry(tunnel, 0, 0);
    if (tunnel.isOpen) tunnel.row.open--;
    this.tunnels.delete(flow);
  }
}

interface OpenTunnel {
  readonly row: Row;
  up: number;
  down: number;
  isOpen: boolean;
}

function note(row: Row, connection: Connection): void {
  const [claim] = connection.names;
  row.connections++;
  row.up += connection.up;
  row.down += connection.down;
  row.last = Math.max(row.last, connection.last);
  row.how = claim?.how ?? row.how;
  row.confidence = connection.confidence;
  row.process = connection.process?.name ?? row.process;
  row.component = connection.component ?? row.component;
  if (connection.dialled?.failure !== undefined && connection.dialled.failure !== 'denied') row.failed++;
  const address = connection.dialled?.address ?? connection.to.address;
  if (address !== '') noteAddress(row, address);
  row.recent = [sightOf(connection, address), ...row.recent.slice(0, SIGHT_CAP - 1)];
}

function sightOf({ id, opened, outcome, protocol, up, down, tls }: Connection, address: string): Sight {
  const facts = tls === undefined ? undefined : [tls.server?.version, tls.server?.alpn, tls.hello?.ja4].filter((part) => part !== undefined && part !== '').join(' ');
  return { id, at: opened, outcome, protocol, address, up, down, tls: facts === '' ? undefined : facts };
}

function noteAddress(row: Row, address: string): void {
  if (row.addresses[0] === address) return;
  row.addresses = [address, ...row.addresses.filter((other) => other !== address).slice(0, ADDRESS_CAP - 1)];
}

function weightOr0(verdict: Verdict | undefined): number {
  return verdict === undefined ? 0 : weight(verdict) + 1;
}

const NONE: readonly never[] = [];
/** Destinations on the screen: as many as the report keeps apart. */
const ROW_CAP = 20_000;
/** Tunnels that are open, or over and not judged yet: twice what the proxy lets be open. */
const TUNNEL_CAP = 32_768;
/** Connections kept as evidence of a row: what fits its pane. */
const SIGHT_CAP = 4;
const ADDRESS_CAP = 4;
