/**
 * The fixed list of needs (design §6), each computed for one claim in one
 * scope: met or not, what took it away, and how to supply it. A blind spot
 * that lowers a need takes it away whatever else was seen.
 */
import { formatTime } from '../../base/time.ts';
import { NEEDS, type Need, type NeedState } from '../claim.ts';
import { mentions } from '../conditions.ts';
import type { CheckName } from '../../policy/checks.ts';
import type { Destination } from '../destination.ts';
import { plural, sayList } from '../tell.ts';
import { ICE_CHECK } from '../judge-peer.ts';
import { otherProxy } from '../other-proxy.ts';
import { isOpaque, mustBeEncrypted, protectionOf } from '../wire-protection.ts';
import type { Check, Exercise, Question } from './check.ts';
import { destinationsOf, destinationsUnder, entriesOf, wasReached } from './relevant.ts';

interface Lack {
  readonly why: string;
  readonly supply: string;
}

/** State of every need of the check, in the order of the fixed list; `exercised` is last. */
export function needStates(check: Check, question: Question, exercise: Exercise): readonly NeedState[] {
  return NEEDS.filter((need) => need === 'exercised' || check.needs.includes(need)).map((need) => stateOf(need, lackOf(need, check, question, exercise)));
}

/** Codes of the blind spots that take one of these needs away. */
export function blindSpotsUnder(question: Pick<Question, 'run'>, needs: readonly Need[]): readonly string[] {
  const names: ReadonlySet<string> = new Set(needs);
  return question.run.blindSpots.filter((spot) => spot.lowers.some((need) => names.has(need))).map((spot) => spot.code);
}

function stateOf(need: Need, lack: Lack | undefined): NeedState {
  return lack === undefined ? { need, met: true } : { need, met: false, why: lack.why, supply: lack.supply };
}

function lackOf(need: Need, check: Check, question: Question, exercise: Exercise): Lack | undefined {
  if (need === 'exercised') return exercise.done.length > 0 ? undefined : { why: 'nothing in this recording put it to the test', supply: exercise.supply };
  const spots = question.run.blindSpots.filter((spot) => spot.lowers.includes(need));
  if (spots.length > 0) return { why: spots.map((spot) => `${spot.text} (${spot.count})`).join('; '), supply: spots.map(({ code }) => SUPPLIED_BY_SPOT[code]).find((words) => words !== undefined) ?? SUPPLY[need] };
  const why = MISSING[need](question, check);
  return why === undefined ? undefined : { why, supply: SUPPLIED_BY_CHECK[check.name]?.[need] ?? SUPPLY[need] };
}

/** What takes each need away, besides blind spots; undefined when it is met. */
const MISSING: Readonly<Record<Exclude<Need, 'exercised'>, (question: Question, check: Check) => string | undefined>> = {
  'start-covered': ({ run }) => (run.coverage.midStream > 0 ? `${plural(run.coverage.midStream, 'connection')} began before the capture` : undefined),
  'end-covered': stillOpen,
  'wire-complete': ({ run }) => ((run.coverage.dropped ?? 0) > 0 ? `the capturing system lost ${plural(run.coverage.dropped ?? 0, 'packet')}` : undefined),
  'names-complete': unnamed,
  'dns-in-clear': ({ run }) => {
    if (run.coverage.dnsEncrypted > 0) return `${plural(run.coverage.dnsEncrypted, 'connection')} to encrypted resolvers hide lookups`;
    return run.coverage.dnsClear ? undefined : 'no lookup was seen in clear';
  },
  'scope-known': scopeUnknown,
  'process-complete': (question) => {
    const unknown = destinationsUnder(question).filter((destination) => destination.component === undefined);
    return unknown.length > 0 ? `the component of ${plural(total(unknown), 'connection')} is unknown` : undefined;
  },
  'bytes-complete': ({ run }) => (run.coverage.midStream > 0 ? `bytes sent before the capture are not counted for ${plural(run.coverage.midStream, 'connection')}` : undefined),
  'tls-visible': tlsHidden,
  'protocols-known': opaque,
  'marks-present': ({ run, scope, claim }) => {
    const tied = entriesOf(run.policy, claim).filter((entry) => mentions(entry.when, 'phase') || entry.legs.some((leg) => mentions(leg.when, 'phase')));
    if (tied.length === 0) return undefined;
    const wanting = `${sayList(tied.map(({ id }) => id))} ${tied.length === 1 ? 'depends' : 'depend'} on them`;
    if (scope.phases === undefined) return `the phases of the run are unknown, and ${wanting}`;
    return scope.phasesFrom !== undefined && scope.phasesFrom > (scope.first ?? Number.NEGATIVE_INFINITY) ? `the phases before the first mark, at ${formatTime(scope.phasesFrom)}, are unknown, and ${wanting}` : undefined;
  },
  'condition-known': conditionUnknown,
};

/** How to supply each need. */
const SUPPLY: Readonly<Record<Exclude<Need, 'exercised'>, string>> = {
  'start-covered': 'start the capture before the app',
  'end-covered': 'stop the capture after the app has ended',
  'wire-complete': 'capture again with a larger buffer (dumpcap -B 64) and without limits on size',
  'names-complete': 'capture from before the first DNS lookup, on the interface that carries DNS, so that every connection has a name',
  'dns-in-clear': 'record the lookups too: capture the interface that carries DNS, with DNS over HTTPS and TLS switched off in the app and the system',
  'scope-known': 'say in the run sheet beside the capture what it holds: `scope: app` or `scope: machine`',
  'process-complete': "list each component's local ends under `components:` in the run sheet",
  'bytes-complete': 'capture the whole run, from before the app starts, without a limit on flows',
  'tls-visible': 'open a TLS connection to the host from the same network (openssl s_client -showcerts) and look at who signed the chain',
  'protocols-known': 'find what opens them (ss -tunp while it runs) and ask the vendor which protocol it is: egret does not read it, and takes nothing for encrypted that it cannot tell',
  'marks-present': 'mark the phases: `phases:` with their times in the run sheet',
  'condition-known': 'state the whole set of features (`features:` in the run sheet, or --with A,B; --with none for none), the phases and the components of the run',
};

/** Where what supplies a need depends on what took it away. The proxy cannot see what goes around it; whoever was there before the app may do what the app asks of it. */
const SUPPLIED_BY_SPOT: Readonly<Record<string, string | undefined>> = {
  'proxy-only': 'let egret capture packets beside the proxy: run it with the right to (egret doctor says how), or capture the packets of the same run (dumpcap -w FILE) and audit them',
  'flows-of-others': 'run the app where nothing else is (a network namespace, a container, a machine of its own) and say so with --scope app',
};

/** Where what supplies a need depends on what the check reads. */
const SUPPLIED_BY_CHECK: Readonly<Partial<Record<CheckName, Partial<Record<Need, string>>>>> = {
  'credentials-in-zone': { 'tls-visible': "look at the requests where they are made, before encryption (a HAR of the app's developer tools): egret never decrypts" },
};

function stillOpen(question: Question): string | undefined {
  const closing = new Set(entriesOf(question.run.policy, question.claim).filter((entry) => entry.closesWithPhase).map((entry) => entry.id));
  const open = destinationsUnder(question).filter(({ outcome, verdict }) => outcome === 'cut' && verdict.entry !== undefined && closing.has(verdict.entry));
  return open.length > 0 ? `${plural(total(open), 'connection')} were still open when the capture ended` : undefined;
}

/** Pairs that ICE tried and did not use go to addresses, never to names: only a promise of the whole list is left open by them. */
function unnamed(question: Question, check: Check): string | undefined {
  const hidden = destinationsOf(question).filter(
    ({ verdict, how, tls, mismatch }) => (verdict.kind === 'cannot-judge' && (verdict.reason !== ICE_CHECK || check.name === 'complete-list')) || mismatch !== undefined || how === 'dns-stale' || how === 'ech-outer' || tls?.ech === 'outer',
  );
  return hidden.length > 0 ? `${plural(total(hidden), 'connection')} could not be judged by a certain name` : undefined;
}

function scopeUnknown(question: Question): string | undefined {
  if (question.scope.kind === 'assumed-app') return 'nothing says what the recording holds; it was assumed to hold only the app';
  const local = destinationsOf(question).filter(({ verdict }) => verdict.kind === 'undeclared-local');
  if (local.length > 0) return `${plural(total(local), 'loopback connection')} went to programs outside the policy, and what those send on is not seen`;
  const proxied = destinationsOf(question).filter((destination) => otherProxy(question.scope, destination) !== undefined);
  return proxied.length > 0 ? `${plural(total(proxied), 'connection')} went through ${sayList([...new Set(proxied.map(({ via = '' }) => via))].slice(0, PROXIES_SHOWN))}, which is not the proxy of the run, and what it does with them is not seen` : undefined;
}

/** Certificates are hidden by TLS 1.3 and by resumption; the version is not. */
function tlsHidden(question: Question, check: Check): string | undefined {
  if (check.name === 'credentials-in-zone') {
    const sealed = destinationsOf(question).filter((destination) => protectionOf(destination.protocol) === 'encrypted' && wasReached(destination) && mustBeEncrypted(question.run.policy, destination));
    return sealed.length > 0 ? `encryption hides what ${plural(total(sealed), 'connection')} carried, credentials included` : undefined;
  }
  if (READS_CERTIFICATES.has(check.name)) {
    const hidden = check.name === 'inspection-bypass' ? total(hiddenChains(question)) : question.run.coverage.certificatesHidden;
    return hidden > 0 ? `TLS 1.3 or resumption hides the certificates of ${plural(hidden, 'connection')}` : undefined;
  }
  const silent = destinationsOf(question).filter((destination) => destination.protocol === 'tls' && wasReached(destination) && (destination.tls?.version.length ?? 0) === 0);
  return silent.length > 0 ? `the version that the server chose was not seen for ${plural(total(silent), 'TLS connection')}` : undefined;
}

/** Connections of the claim's entries that inspection must bypass, without a chain to look at. */
function hiddenChains(question: Question): readonly Destination[] {
  const marked = new Set(question.run.policy.entries.filter((entry) => entry.inspection === 'must-bypass').map((entry) => entry.id));
  return destinationsUnder(question).filter(
    (destination) => destination.verdict.entry !== undefined && marked.has(destination.verdict.entry) && HANDSHAKES.has(destination.protocol) && wasReached(destination) && destination.tls?.chain === undefined,
  );
}

/** What nothing recognised may be in clear as well as encrypted. */
function opaque(question: Question): string | undefined {
  const silent = destinationsOf(question).filter((destination) => isOpaque(destination) && mustBeEncrypted(question.run.policy, destination));
  return silent.length > 0 ? `whether ${plural(total(silent), 'connection')} of unknown protocol went in clear cannot be told` : undefined;
}

function conditionUnknown(question: Question): string | undefined {
  const { run, scope, claim } = question;
  const entries = entriesOf(run.policy, claim);
  const restricted = new Set(entries.filter((entry) => entry.components.length > 0).map((entry) => entry.id));
  const parts = new Set<string>();
  for (const { verdict, component } of destinationsUnder(question)) {
    for (const part of verdict.conditionUnknown ?? []) parts.add(part);
    if (component === undefined && verdict.entry !== undefined && restricted.has(verdict.entry)) parts.add('component');
  }
  const gated = entries.filter((entry) => mentions(entry.when, 'feature') || entry.legs.some((leg) => mentions(leg.when, 'feature')));
  if (scope.features === undefined && gated.length > 0) parts.add(`the features that ${sayList(gated.map(({ id }) => id))} ${gated.length === 1 ? 'depends' : 'depend'} on`);
  return parts.size > 0 ? `unknown here: ${[...parts].join(', ')}` : undefined;
}

function total(destinations: readonly { readonly count: number }[]): number {
  return destinations.reduce((sum, { count }) => sum + count, 0);
}

/** Proxies named in one reason. */
const PROXIES_SHOWN = 3;
/** QUIC is TLS 1.3 inside (RFC 9001). */
const HANDSHAKES: ReadonlySet<string> = new Set(['tls', 'quic']);
const READS_CERTIFICATES: ReadonlySet<string> = new Set(['inspection-bypass', 'system-trust']);
