/**
 * Frames in, observations out: follows every flow of one source, has its
 * payload read until it is understood, and tells one `flow` when it is over,
 * a `lookup` per DNS question, and at the end what it could not see. Holds all
 * state of a source; keeps no frame.
 */
import type { Cidr } from '../base/address.ts';
import type { Draft } from '../base/draft.ts';
import type { Problem, ProblemCode } from '../base/problem.ts';
import { SECOND, type Micros } from '../base/time.ts';
import type { CaptureSink, Frame, InterfaceFacts, ProcessFacts } from '../decode/files/frame.ts';
import { PacketDecoder } from '../decode/headers/decode.ts';
import { TCP } from '../decode/headers/packet.ts';
import type { LookupFacts } from '../decode/payloads/dns/facts.ts';
import type { PayloadFacts } from '../decode/payloads/session.ts';
import { FlowFollower, type FollowerSink } from './flow-follower.ts';
import type { FlowOwner, FlowOwners } from './flow-owners.ts';
import type { FlowReader } from './flow-reader.ts';
import type { Reading } from './flow-readers.ts';
import type { Observation, ObservationSink } from './observation.ts';
import { MID_STREAM } from './outcome.ts';
import type { UploadTrail } from './upload-trail.ts';
import { QuicPaths } from './quic-paths.ts';
import { describeFlow, directionOf, endpointOf, roleByPayload, type Sealing, transportOf } from './seal.ts';

export interface ObserverOptions {
  /** Seed of the hash tables; chosen by the edge, fixed in tests. */
  readonly seed: number;
  /** Networks of the scope's own hosts, for guessing directions. */
  readonly local: readonly Cidr[];
  /** Added to every frame time, in µs. */
  readonly clockOffset: Micros;
  readonly emit: ObservationSink;
  /** Flows alive at once. */
  readonly flowCap?: number;
  /** Whose the flows of a live capture are, where others may be in it. */
  readonly owners?: FlowOwners;
}

export class Observer implements CaptureSink, FollowerSink {
  private readonly options: ObserverOptions;
  private readonly follower: FlowFollower;
  private readonly decoder: PacketDecoder;
  private readonly paths = new QuicPaths();
  private readonly processes = new Map<number, ProcessFacts>();
  private readonly problems = new Map<ProblemCode, { count: number; detail: string | undefined }>();
  private readonly links = new Set<number>();
  private readonly lossByInterface = new Map<number, number>();
  /** How late it is, where packets do not say so. */
  private clockAt: Micros = Number.NEGATIVE_INFINITY;
  /** TCP flows that were there before the capture and are another's. */
  private oldOfOthers = 0;
  /** One object for every flow. */
  private readonly sealing: Draft<Sealing> = { seq: 0, first: 0, end: 0, direction: FIRST_SENDER, reading: NOTHING_READ, trail: undefined, process: undefined };
  private source = -1;
  private sequence = 0;
  private packets = 0;
  private repeatsBefore = 0;
  private midStreamBefore = 0;
  private snapped = 0;
  private cutAt: number | undefined;
  private first: Micros = Number.POSITIVE_INFINITY;
  private last: Micros = Number.NEGATIVE_INFINITY;
  private current = 0;
  private nextSweep: Micros = Number.NEGATIVE_INFINITY;

  constructor(options: ObserverOptions) {
    this.options = options;
    this.follower = new FlowFollower(this, options.seed, options.flowCap);
    this.decoder = new PacketDecoder((problem) => this.problem(problem));
  }

  /** Frames of the current source so far. */
  get seenPackets(): number {
    return this.packets;
  }

  /** Names the source whose frames come next. Parts of one rotation follow each other in time order and share all flows. */
  begin(source: number): void {
    this.source = source;
    this.packets = 0;
    this.snapped = 0;
    this.cutAt = undefined;
    this.first = Number.POSITIVE_INFINITY;
    this.repeatsBefore = this.follower.repeats;
    this.midStreamBefore = this.follower.midStream;
    this.oldOfOthers = 0;
    this.problems.clear();
    this.links.clear();
    this.lossByInterface.clear();
    this.follower.source = source;
  }

  frame(frame: Frame): void {
    frame.at += this.options.clockOffset;
    this.packets++;
    this.current = frame.index;
    if (frame.at < this.first) this.first = frame.at;
    if (frame.at > this.last) this.last = frame.at;
    if (frame.wireLength > frame.end - frame.start) this.snapped++;
    if (frame.at >= this.nextSweep) this.sweepFragments(frame.at);
    const packet = this.decoder.decode(frame);
    if (packet !== undefined) this.follower.packet(packet);
  }

  interfaceSeen(facts: InterfaceFacts): void {
    this.links.add(facts.link);
  }

  processSeen(facts: ProcessFacts): void {
    if (this.processes.size < PROCESS_CAP) this.processes.set(facts.key, facts);
  }

  dropped(interfaceId: number, count: number): void {
    this.lossByInterface.set(interfaceId, count);
  }

  problem(problem: Problem): void {
    if (problem.code === 'file-cut') this.cutAt = problem.offset;
    const known = this.problems.get(problem.code);
    if (known === undefined) this.problems.set(problem.code, { count: 1, detail: problem.detail });
    // Compressed data that end early cut a record too: one cut, known twice.
    else if (problem.code !== 'file-cut') known.count++;
  }

  /** How late it is although no frame says so (live captures): flows that are over by then are told. */
  clock(at: Micros): void {
    if (at <= this.until) return;
    this.clockAt = at;
    if (at >= this.nextSweep) this.sweepFragments(at);
    this.follower.clock(at);
  }

  opened(slot: number): void {
    const { owners } = this.options;
    if (owners === undefined) return;
    const { table } = this.follower;
    owners.opened(table.number[slot] ?? 0, endpointOf(table, slot, true), endpointOf(table, slot, false), transportOf(table.protocol(slot)));
  }

  sealed(slot: number, reading: Reading, trail: UploadTrail | undefined): void {
    const { table } = this.follower;
    const direction = directionOf(table, slot, roleByPayload(reading), this.options.local);
    const owner = this.options.owners === undefined ? undefined : this.ownerOf(slot, direction.clientIsA, this.options.owners);
    if (owner !== undefined && !this.isToTell(slot, owner)) return;
    const { sealing } = this;
    sealing.seq = this.sequence++;
    sealing.end = this.until;
    sealing.first = this.first;
    sealing.reading = reading;
    sealing.trail = trail;
    sealing.direction = direction;
    sealing.process = owner?.process ?? this.processOf(slot);
    this.emit(describeFlow(table, slot, sealing));
  }

  lookup(reader: FlowReader, facts: LookupFacts): void {
    const { clientIsA } = directionOf(this.follower.table, reader.slot, reader.roleOfA ?? 'client', NO_NETWORKS);
    const owner = this.options.owners === undefined ? undefined : this.ownerOf(reader.slot, clientIsA, this.options.owners);
    if (owner?.whose === 'others') return;
    const told = facts.answered ?? facts.asked;
    // A question given up is known only now; joins rely on times never running far behind.
    this.emit({
      kind: 'lookup',
      at: facts.answered?.at ?? this.until,
      seq: this.sequence++,
      from: [this.source, told?.frame ?? this.current],
      name: facts.name, type: facts.type, typeNumber: facts.typeNumber, cnames: facts.cnames, addresses: facts.addresses, services: facts.services,
      rcode: facts.rcode, answers: facts.answers, truncated: facts.truncated, unasked: facts.unasked, asked: facts.asked, answered: facts.answered, tries: facts.tries,
      client: endpointOf(this.follower.table, reader.slot, clientIsA),
      resolver: endpointOf(this.follower.table, reader.slot, !clientIsA),
      transport: this.follower.table.protocol(reader.slot) === TCP ? 'tcp' : 'udp',
      process: owner?.process ?? this.processOf(reader.slot),
    });
  }

  connectionId(reader: FlowReader, id: Uint8Array): void {
    const { table } = this.follower;
    const server = endpointOf(table, reader.slot, reader.roleOfA === 'server');
    this.paths.learn(server, id, { flow: table.number[reader.slot] ?? 0, opened: table.opened[reader.slot] ?? 0, known: () => reader.known() });
  }

  continued(reader: FlowReader, datagram: Uint8Array): PayloadFacts | undefined {
    return this.paths.find(endpointOf(this.follower.table, reader.slot, false), datagram);
  }

  /** Tells the totals of the current source; what is open stays open for the next part. */
  end(): void {
    const at = this.last === Number.NEGATIVE_INFINITY ? 0 : this.last;
    const from = [this.source, this.current] as const;
    if (this.snapped > 0) this.problems.set('frame-snapped', { count: this.snapped, detail: undefined });
    for (const [code, { count, detail }] of this.problems) {
      this.emit({ kind: 'blind-spot', at, seq: this.sequence++, from, code, count, ...(detail === undefined ? {} : { detail }) });
    }
    this.problems.clear();
    this.emit({
      kind: 'source', at, seq: this.sequence++, from,
      packets: this.packets, duplicates: this.follower.repeats - this.repeatsBefore, midStream: this.follower.midStream - this.midStreamBefore - this.oldOfOthers, snapped: this.snapped,
      linkTypes: [...this.links].sort((one, other) => one - other),
      ...(this.packets === 0 ? {} : { first: this.first, last: this.last }),
      ...(this.cutAt === undefined ? {} : { cutAt: this.cutAt }),
      ...(this.lossByInterface.size === 0 ? {} : { dropped: [...this.lossByInterface.values()].reduce((sum, count) => sum + count, 0) }),
    });
  }

  /** Seals what is still open; call once before the last {@link end}, so that its totals hold what sealing found. */
  finish(): void {
    this.sweepFragments(Number.POSITIVE_INFINITY);
    this.follower.finish();
  }

  /** Time of the last frame, or of the clock where that is later. */
  private get until(): Micros {
    return Math.max(this.last, this.clockAt);
  }

  private ownerOf(slot: number, clientIsA: boolean, owners: FlowOwners): FlowOwner {
    const { table } = this.follower;
    return owners.judge({ number: table.number[slot] ?? 0, client: endpointOf(table, slot, clientIsA), server: endpointOf(table, slot, !clientIsA), opened: table.opened[slot] ?? 0, isOld: this.isOld(slot) });
  }

  private isOld(slot: number): boolean {
    return ((this.follower.table.state[slot] ?? 0) & MID_STREAM) !== 0;
  }

  /** Counts what is left out and what nobody is known for. */
  private isToTell(slot: number, { whose }: FlowOwner): boolean {
    this.options.owners?.sealed(this.follower.table.number[slot] ?? 0);
    if (whose === 'unknown') this.problem({ code: 'capture-ownerless' });
    if (whose !== 'others') return true;
    this.problem({ code: 'flows-of-others' });
    if (this.isOld(slot)) this.oldOfOthers++;
    return false;
  }

  /** First fragments whose other parts never came still say who spoke to whom. */
  private sweepFragments(at: Micros): void {
    this.nextSweep = at + SECOND;
    for (let packet = this.decoder.leftover(at); packet !== undefined; packet = this.decoder.leftover(at)) this.follower.packet(packet);
  }

  private emit(observation: Observation): void {
    this.options.emit(observation);
  }

  private processOf(slot: number): Pick<ProcessFacts, 'pid' | 'name'> | undefined {
    const found = this.processes.get((this.follower.table.process[slot] ?? 0) - 1);
    return found === undefined ? undefined : { pid: found.pid, name: found.name };
  }
}

const NO_NETWORKS: readonly Cidr[] = [];
const NOTHING_READ: Reading = { facts: undefined, roleOfA: undefined, gapped: false };
const FIRST_SENDER: Sealing['direction'] = { clientIsA: true, how: 'first-sender' };
/** Processes remembered from Darwin process blocks. */
const PROCESS_CAP = 65_536;
