/**
 * Judges one connection: its direction, its names and the circumstances of its
 * opening are put to `decide`. Takes plain facts, gives a verdict, keeps
 * nothing.
 */
import { classOf } from '../base/address.ts';
import type { Connection } from '../observe/connection.ts';
import type { Asked } from '../policy/asked.ts';
import type { CompiledPolicy } from '../policy/compile.ts';
import { addressOf, decide, isLocalhost } from '../policy/decide.ts';
import type { ScopeFacts } from './context.ts';
import { judgeNames } from './judge-names.ts';
import { phasesAt } from './phases.ts';
import type { Verdict } from './verdict.ts';

/** CNAME targets of a name that matter, as the scope saw them resolved. */
export type AliasesOf = (name: string) => readonly string[] | undefined;

/** The verdict on a connection of the scope that `facts` tell of. */
export function judgeConnection(policy: CompiledPolicy, connection: Connection, facts: ScopeFacts, aliasesOf: AliasesOf): Verdict {
  if (connection.inbound) return judgeInbound(connection);
  const behind = judgeProxyLeg(connection, facts);
  if (behind) return behind;
  const asked = askedOf(connection, facts);
  if (connection.names.length === 0) return judgeNameless(policy, connection, asked);
  return judgeNames(connection.names, (name) => decide(policy, underName(asked, name, connection, aliasesOf)));
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
  return connection.up === 0 ? { kind: 'infrastructure', by: 'address', reason: 'proxy' } : { kind: 'cannot-judge', reason: 'behind-proxy' };
}

function judgeNameless(policy: CompiledPolicy, connection: Connection, asked: Asked): Verdict {
  const verdict = decide(policy, asked);
  if (verdict.kind !== 'cannot-judge') return verdict;
  return connection.startSeen ? verdict : { kind: 'cannot-judge', reason: MID_STREAM };
}

function askedOf(connection: Connection, facts: ScopeFacts): Asked {
  const { to, transport, addressClass, component } = connection;
  return {
    address: to.address,
    addressClass,
    port: to.port,
    transport,
    protocol: protocolOf(connection),
    ...(component !== undefined && { component }),
    ...(facts.features && { features: facts.features }),
    ...openingPhases(connection, facts),
  };
}

function underName(asked: Asked, name: string, connection: Connection, aliasesOf: AliasesOf): Asked {
  const aliases = aliasesOf(name);
  // Behind a proxy an address in the authority is the destination; elsewhere the packets say where it went.
  const literal = connection.via === undefined ? undefined : isLocalhost(name) ? '127.0.0.1' : addressOf(name);
  return { ...asked, name, ...(aliases && { aliases }), ...(literal !== undefined && { address: literal, addressClass: classOf(literal) }) };
}

/** A CONNECT that never got its tunnel shows only the proxy's HTTP, not what would have been spoken. */
function protocolOf({ protocol, http }: Connection): string {
  return http?.form === 'authority' && !http.switched && protocol === 'http' ? 'unknown' : protocol;
}

/** Opened before the capture: its phase is not known (design §5). */
function openingPhases(connection: Connection, facts: ScopeFacts): Pick<Asked, 'phases' | 'phaseEdges'> {
  if (!connection.startSeen) return {};
  if (facts.phases) return phasesAt(facts.phases, connection.opened);
  return connection.phasesAtOpening ? { phases: new Set(connection.phasesAtOpening) } : {};
}

function isProven(direction: Connection['direction']): boolean {
  return direction === 'syn' || direction === 'syn-ack' || direction === 'payload';
}

const MID_STREAM = 'mid-stream';
const GUESSED = 'direction-guessed';
const QUIET: ReadonlySet<string> = new Set(['private', 'link-local', 'loopback', 'carrier-nat', 'unspecified']);
