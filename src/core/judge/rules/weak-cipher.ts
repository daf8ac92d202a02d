/** Weak-cipher: a server chose a cipher suite that protects too little, or the app offers some. */
import { weaknessOf } from '../../decode/payloads/tls/tables/weak-ciphers.ts';
import type { JudgedRun } from '../context.ts';
import { EVIDENCE_CAP, type Destination } from '../destination.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import { aboutSighting, plural, sayList, seenSighting } from '../tell.ts';

export const weakCipher: TrafficRule = {
  reads: 'run',
  id: 'weak-cipher',
  severity: 'warning',
  title: 'A cipher suite that protects too little',
  why: 'Others on the path can read or take over what such a suite protects (RFC 9325 §4.1, RFC 7465), whatever the version of TLS.',
  breaks: [],
  since: '0.1.0',
  *check(run) {
    for (const sighting of sightings(run, (destination) => counts(destination) && destination.tls?.weakChosen !== undefined)) yield chosen(run, sighting);
    yield* offered(run);
  },
};

function chosen(run: JudgedRun, sighting: Sighting): Draft {
  const suites = tellSuites(sighting.destinations.flatMap(({ tls }) => tls?.weakChosen ?? []));
  return {
    about: aboutSighting(sighting),
    confidence: 'high',
    seen: `${seenSighting(run, sighting)} The server chose ${suites}.`,
    do: 'Ask who runs the server to switch such suites off, and the vendor to offer them no more; an inspection device on the path may be the one that chose.',
    sure: 'high: the suite stands in the ServerHello, which is in clear; who sent that ServerHello is not proven.',
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
  };
}

/** One finding for each component: what a client offers lies in the program, and not in whom it speaks to. */
function* offered(run: JudgedRun): Iterable<Draft> {
  const clients = new Map<string, Destination[]>();
  for (const destination of run.destinations) {
    if (!counts(destination) || destination.inbound || destination.tls?.weakOffered === undefined) continue;
    const key = destination.component ?? '';
    clients.set(key, [...(clients.get(key) ?? []), destination]);
  }
  for (const [component, destinations] of clients) {
    const suites = tellSuites(destinations.flatMap(({ tls }) => tls?.weakOffered ?? []));
    const connections = destinations.reduce((sum, { count }) => sum + count, 0);
    const isMachine = run.scopes.some(({ scope, kind }) => kind === 'machine' && destinations.some((each) => each.scope === scope));
    const who = component === '' ? (isMachine ? 'a program of the machine' : 'the app') : component;
    yield {
      about: { subject: who, ...(component === '' ? {} : { component }), detail: 'offered' },
      severity: 'note',
      confidence: 'high',
      seen: `${component === '' ? `${who[0]?.toUpperCase() ?? ''}${who.slice(1)}` : who} offered ${suites} in hellos to ${plural(destinations.length, 'destination')}, ${plural(connections, 'connection')} in all.`,
      why: 'A server, or a device on the path, can choose what is offered; what is not offered cannot be chosen.',
      do: 'Ask the vendor to offer these suites no more: no server that speaks TLS 1.2 as it should needs them.',
      sure: 'high: the suites stand in the ClientHello, which is in clear.',
      evidence: destinations.flatMap(({ evidence }) => evidence).slice(0, EVIDENCE_CAP),
      evidenceCount: connections,
    };
  }
}

/** Off the own machine, and not the operating system's. */
function counts({ addressClass, verdict }: Destination): boolean {
  return addressClass !== 'loopback' && verdict.kind !== 'environment';
}

/** `0x000a (3DES), 0x0005 (RC4)`: the registry's number finds the suite's name anywhere. */
function tellSuites(suites: readonly number[]): string {
  const words = [...new Set(suites)].sort((one, other) => one - other).map((suite) => `0x${suite.toString(16).padStart(4, '0')} (${weaknessOf(suite) ?? 'weak'})`);
  return `${words.length === 1 ? 'the suite' : 'the suites'} ${sayList(words)}`;
}
