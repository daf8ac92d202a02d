/**
 * Makes the capture of a shape: starts its flows over the capture's time, each
 * behind a lookup of its host where that is due, and interleaves their packets
 * in time order. Same shape and seed, same bytes.
 */
import { renameSync } from 'node:fs';
import { CaptureFile } from './capture-file.ts';
import * as flows from './flows.ts';
import { Internet, type Host } from './internet.ts';
import { SeededRandom } from './random.ts';
import type { Shape, Sort } from './shapes.ts';

export interface Generated {
  readonly packets: number;
  readonly flows: number;
  readonly bytes: number;
}

export function generate(shape: Shape, path: string, seed: number): Generated {
  const random = new SeededRandom(seed);
  const file = new CaptureFile(`${path}.part`, random);
  const net = new Internet(file, random, shape.hosts);
  const sorts = shuffled(shape, random);
  const pace = (shape.seconds * 1_000_000) / Math.max(1, sorts.length);
  const running = new Schedule();
  let lookups = shape.flows.lookup ?? 0;
  let named = sorts.filter((sort) => sort !== 'noise').length;
  let started = 0;
  let arrival = START;
  for (const sort of sorts) {
    arrival += Math.floor(2 * pace * random.fraction());
    for (let flow = running.before(arrival, file); flow !== undefined; flow = running.before(arrival, file)) step(running, flow, file);
    file.at = arrival;
    let delay = 0;
    const host = net.anyHost();
    if (sort !== 'noise') {
      // As many lookups as asked for: each takes its chance among the flows that are left, a host's first use its due.
      if (lookups > 0 && (!host.looked || random.fraction() < lookups / named)) {
        lookups--;
        started++;
        host.looked = true;
        running.add(arrival, flows.lookup(net, host, flows.resolverEnds(net)));
        delay = AFTER_LOOKUP;
      }
      named--;
    }
    started++;
    running.add(arrival + delay, make(net, shape, sort, host));
  }
  for (let flow = running.before(Number.POSITIVE_INFINITY, file); flow !== undefined; flow = running.before(Number.POSITIVE_INFINITY, file)) step(running, flow, file);
  file.close();
  renameSync(`${path}.part`, path);
  return { packets: file.packets, flows: started, bytes: file.bytes };
}

function step(running: Schedule, flow: flows.Flow, file: CaptureFile): void {
  const { value, done } = flow.next();
  if (done !== true) running.add(file.at + value, flow);
}

function make(net: Internet, shape: Shape, sort: FlowSort, host: Host): flows.Flow {
  const { random } = net;
  const [low, high] = random.fraction() < shape.down.longShare ? shape.down.long : shape.down.usual;
  const down = random.between(Math.round(low), Math.round(high));
  const address = net.addressOf(host);
  if (sort === 'noise') return flows.noise(net, net.ends(address, random.pick(NOISE_PORTS)), random.between(1, 6));
  if (sort === 'http') return flows.http(net, host, net.ends(address, 80), down);
  const ends = net.ends(address, 443);
  if (sort === 'tls13') return flows.tls(net, host, ends, 13, down);
  if (sort === 'tls12') return flows.tls(net, host, ends, 12, down);
  if (sort === 'shortTls') return flows.shortTls(net, host, ends);
  if (sort === 'quic') return flows.quic(net, host, ends, random.between(2, shape.quicPackets));
  return sort === 'refused' ? flows.refused(net, ends) : flows.silent(net, ends);
}

function shuffled(shape: Shape, random: SeededRandom): FlowSort[] {
  const sorts = SORTS.flatMap((sort) => Array.from({ length: shape.flows[sort] ?? 0 }, () => sort));
  for (let at = sorts.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    const one = sorts[at];
    const two = sorts[other];
    if (one === undefined || two === undefined) continue;
    sorts[at] = two;
    sorts[other] = one;
  }
  return sorts;
}

/** Flows by the time of their next packet (a binary heap; equal times in order of entry). */
class Schedule {
  readonly #at: number[] = [];
  readonly #flow: flows.Flow[] = [];

  add(at: number, flow: flows.Flow): void {
    let hole = this.#at.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentAt = this.#at[parent] ?? 0;
      if (parentAt <= at) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#at[hole] = at;
    this.#flow[hole] = flow;
  }

  /** The flow whose packet comes next, taken out, with the file's clock set to it; undefined when none is due before `limit`. */
  before(limit: number, file: CaptureFile): flows.Flow | undefined {
    const [at] = this.#at;
    const [flow] = this.#flow;
    if (at === undefined || flow === undefined || at >= limit) return undefined;
    file.at = at;
    const lastAt = this.#at.pop();
    const lastFlow = this.#flow.pop();
    if (lastAt === undefined || lastFlow === undefined || this.#at.length === 0) return flow;
    let hole = 0;
    for (let child = 1; child < this.#at.length; child = hole * 2 + 1) {
      if ((this.#at[child + 1] ?? Number.POSITIVE_INFINITY) < (this.#at[child] ?? 0)) child++;
      if ((this.#at[child] ?? 0) >= lastAt) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#at[hole] = lastAt;
    this.#flow[hole] = lastFlow;
    return flow;
  }

  #move(from: number, to: number): void {
    this.#at[to] = this.#at[from] ?? 0;
    const flow = this.#flow[from];
    if (flow !== undefined) this.#flow[to] = flow;
  }
}

/** 2026-01-05 00:00:00 UTC: the captures' first second, of no other meaning. */
const START = 1_767_571_200_000_000;
/** Unregistered or of no decoder: what conferencing, games and VPNs use is as few ports. */
const NOISE_PORTS = [4500, 8801, 9000, 19_305, 27_015, 51_820];
/** The slowest answer comes 30 ms after its question. */
const AFTER_LOOKUP = 35_000;
/** All but lookups, which come with the flows that need them. */
type FlowSort = Exclude<Sort, 'lookup'>;
const SORTS: readonly FlowSort[] = ['tls13', 'tls12', 'shortTls', 'http', 'quic', 'refused', 'silent', 'noise'];
