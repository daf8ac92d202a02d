/**
 * Judges one connection: its direction, its names and the circumstances of its
 * opening are put to `decide`. Takes plain facts, gives a verdict, keeps
 * nothing.
 */
import { classOf } from '../base/address.ts';
import type { Draft } from '../base/draft.ts';
import type { Connection } from '../observe/connection.ts';
import type { Asked } from '../policy/asked.ts';
import type { CompiledPolicy } from '../policy/compile.ts';
import { addressOf, decide, isLocalhost } from '../policy/decide.ts';
import type { ScopeFacts } from './context.ts';
import { asEnvironment } from './environment.ts';
import { judgeNames } from './judge-names.ts';
import { judgePeer } from './judge-peer.ts';
import type { PhaseTimelines } from './phases.ts';
import type { Verdict } from '../policy/verdict.ts';

/** What the scope of a connection adds to it. */
export interface Surroundings {
  readonly facts: ScopeFacts;
  readonly timelines: PhaseTimelines;
  /** Names that lead by CNAME to telemetry hosts, as the scope saw them resolved. */
  readonly aliases: ReadonlyMap<string, readonly string[]> | undefined;
}

/** The verdict on a connection. */
export function judgeConnection(policy: CompiledPolicy, connection: Connection, around: Surroundings): Verdict {
  if (connection.inbound) return judgeInbound(connection);
  if (connection.passing) return { kind: 'infrastructure', by: 'address', reason: 'carrier' };
  const behind = judgeProxyLeg(connection, around.facts);
  if (behind) return behind;
  const asked = askedOf(connection, around);
  if (connection.names.length === 0) return judgeNameless(policy, connection, asked);
  return judgeNames(connection.names, (name) => asEnvironment(decide(policy, underName(asked, name, connection, around)), connection, around.facts));
}

function judgeInbound(connection: Connection): Verdict {
  if (isProven(connection.direction)) return { kind: 'inbound' };
  // A guessed direction must not accuse (design §4).
  if (QUIET.has(classOf(connection.from.address))) return { kind: 'lan', reason: GUESSED };
  return { kind: 'cannot-judge', reason: GUESSED };
}

/** A connection to the set proxy itself, nothing asked of it understood. */
function judgeProxyLeg(connection: Connection, { proxy }: ScopeFacts): Verdict | undefined {
  if (proxy === undefined || connection.via !== undefined || connection.transport !== 'tcp') return undefined;
  if (connection.to.port !== proxy.port || connection.to.address !== proxy.address) return undefined;
  if (!connection.startSeen) return { kind: 'cannot-judge', reason: MID_STREAM };
  // egret's proxy itself tells that nobody was contacted.
  return connection.up === 0 || connection.dialled?.failure === 'not-served' ? { kind: 'infrastructure', by: 'address', reason: 'proxy' } : { kind: 'cannot-judge', reason: BEHIND_PROXY };
}

function judgeNameless(policy: CompiledPolicy, connection: Connection, asked: Asked): Verdict {
  const verdict = decide(policy, asked);
  // What the policy names by address, or runs on the own machine, needs no peer.
  const peer = verdict.kind === 'cannot-judge' || verdict.kind === 'lan' ? judgePeer(policy.policy, connection, asked) : undefined;
  if (peer !== undefined) return peer;
  if (verdict.kind !== 'cannot-judge') return verdict;
  return connection.startSeen ? verdict : { kind: 'cannot-judge', reason: MID_STREAM };
}

function askedOf(connection: Connection, { facts, timelines }: Surroundings): Draft<Asked> {
  const { to, transport, addressClass, component } = connection;
  const asked: Draft<Asked> = { address: to.address, addressClass, port: to.port, transport, protocol: connection.protocol };
  if (component !== undefined) asked.component = component;
  if (facts.features) asked.features = facts.features;
  // Opened before the capture, or before anybody marked: its phase is not known (design §5).
  if (!connection.startSeen || connection.opened < (facts.phasesFrom ?? Number.NEGATIVE_INFINITY)) return asked;
  if (facts.phases) {
    const { phases, phaseEdges } = timelines.at(facts.phases, connection.opened);
    asked.phases = phases;
    asked.phaseEdges = phaseEdges;
  } else if (connection.phasesAtOpening) asked.phases = new Set(connection.phasesAtOpening);
  return asked;
}

/** The same question under another name; `asked` is reused, since `decide` keeps nothing of it. */
function underName(asked: Draft<Asked>, name: string, connection: Connection, { aliases }: Surroundings): Asked {
  asked.name = name;
  const leads = aliases?.get(name);
  if (leads) asked.aliases = leads;
  else delete asked.aliases;
  if (connection.via === undefined) return asked;
  // Behind a proxy an address in the authority is the destination; elsewhere the packets say where it went.
  asked.address = (isLocalhost(name) ? LOOPBACK : addressOf(name)) ?? connection.to.address;
  asked.addressClass = asked.address === connection.to.address ? connection.addressClass : classOf(asked.address);
  return asked;
}

function isProven(direction: Connection['direction']): boolean {
  return direction === 'syn' || direction === 'syn-ack' || direction === 'payload';
}

/** Reasons, which rules and reports tell apart by these words. */
const MID_STREAM = 'mid-stream';
const GUESSED = 'direction-guessed';
const BEHIND_PROXY = 'behind-proxy';

const LOOPBACK = '127.0.0.1';
const QUIET: ReadonlySet<string> = new Set(['private', 'link-local', 'loopback', 'carrier-nat', 'unspecified']);
