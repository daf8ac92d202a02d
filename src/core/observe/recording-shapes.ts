/**
 * What each kind of line in a recording must hold, all the way down: a
 * recording is a file like any other, and may have been edited or made up. The
 * tables follow the types, so a fact that is added to one must be added here.
 */
import type { Endpoint } from '../base/address.ts';
import { PROBLEMS } from '../base/problem.ts';
import { count, finite, flag, listOf, matching, maybe, objectOf, oneOf, recordOf, text, tupleOf, u16, type Shape } from '../base/shape.ts';
import type { Transport } from '../base/transport.ts';
import type { LookupAddress, ServiceFacts } from '../decode/payloads/dns/facts.ts';
import type { HttpFacts, HttpPart, InsideFacts } from '../decode/payloads/http/facts.ts';
import type { DtlsFacts } from '../decode/payloads/dtls/facts.ts';
import type { MediaFacts, RtpFacts } from '../decode/payloads/media-facts.ts';
import type { IceFacts, RelayFacts, RelayPeer, StunFacts } from '../decode/payloads/stun/facts.ts';
import { MEDIA_SAMPLE_CAP } from '../decode/payloads/stun/relay.ts';
import type { QuicClose, QuicFacts } from '../decode/payloads/quic/facts.ts';
import type { AlertFacts, CertificateFacts, ClientHelloFacts, ResumptionOffer, SctPlace, ServerHelloFacts, TlsFacts } from '../decode/payloads/tls/facts.ts';
import type { AddedRoot, ComponentHint, PhaseRange, RunSheet } from '../policy/sheet.ts';
import type { Ancestor, BlindSpotObservation, Dialled, DialFailure, DirectionEvidence, FlowObservation, LookupObservation, MarkObservation, Observation, Outcome, Process, SourceObservation, TickObservation, TunnelObservation } from './observation.ts';
import { ANCESTOR_CAP, MOVED_CAP, WORD_CAP } from './observation.ts';
import { SAMPLE_CAP } from './upload-trail.ts';
import type { RecordedSheet, RecordedSource, RecordingHeader } from './recording.ts';

/** Whether a problem code is one of this version: a later one may know more. */
export function isKnownProblem(code: unknown): boolean {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code);
}

const address = matching(/^[0-9a-f:.]{2,45}$/);
const endpoint = objectOf<Endpoint>({ address, port: u16 });
const transport = oneOf<Transport>('tcp', 'udp', 'icmp', 'ip');
const ancestor = { pid: count, name: text, exe: maybe(text), args: maybe(listOf(text, WORD_CAP)), uid: maybe(count) };
const process = objectOf<Process>({ ...ancestor, parents: maybe(listOf(objectOf<Ancestor>(ancestor), ANCESTOR_CAP)) });
const moment = objectOf<HttpPart['first']>({ at: finite, frame: count });
const base = { at: finite, seq: count, from: tupleOf(count, count) };

const version = matching(/^(?:SSL[23]\.0|TLS1\.[0-3]|DTLS1\.[023]|0x[0-9a-f]{4})$/);
/** A SHA-256. */
const digest = matching(/^[0-9a-f]{64}$/);
const distinguishedName = recordOf(text);

const hello = objectOf<ClientHelloFacts>({
  version, offered: listOf(version), sni: maybe(text), alpn: listOf(text), ja4: text, ech: flag, keyShareGroups: listOf(u16), groups: maybe(listOf(u16)), weakCiphers: maybe(listOf(u16)),
  length: count, resumptionOffered: flag, resumption: maybe(listOf(oneOf<ResumptionOffer>('session-id', 'ticket', 'psk'))), earlyData: maybe(oneOf(true)), sslv2Format: maybe(oneOf(true)),
});
const server = objectOf<ServerHelloFacts>({
  version, cipher: u16, alpn: maybe(text), group: maybe(u16), extensions: listOf(u16), helloRetry: flag, downgradeMark: maybe(oneOf('TLS1.2', 'TLS1.1')), resumed: maybe(flag),
});
const certificate = objectOf<CertificateFacts>({
  subject: distinguishedName, issuer: distinguishedName, sha256: digest, spki: digest, notBefore: finite, notAfter: finite, dnsNames: listOf(text), selfSigned: flag, signedByNext: maybe(flag), scts: maybe(count),
});
const tls = objectOf<TlsFacts>({
  hello: maybe(hello), server: maybe(server), chain: maybe(listOf(certificate)), scts: maybe(listOf(oneOf<SctPlace>('certificate', 'extension', 'staple'))),
  alert: maybe(objectOf<AlertFacts>({ from: oneOf('client', 'server'), level: count, code: count })),
  encryptedAlert: maybe(flag), applicationData: oneOf<TlsFacts['applicationData']>('none', 'one-way', 'both'), startedIn: maybe(text),
});

const part = objectOf<HttpPart>({
  form: oneOf<HttpPart['form']>('origin', 'absolute', 'authority'), host: maybe(text), port: maybe(u16), methods: listOf(text), upgrade: maybe(text), switched: flag, status: maybe(count),
  requests: count, first: moment, last: moment, up: count, down: count, credentialScheme: maybe(text), refusal: maybe(text),
  inside: maybe(objectOf<InsideFacts>({ protocol: text, tls: maybe(tls) })),
});
const http = objectOf<HttpFacts>({ parts: listOf(part), moreParts: count, inner: maybe(text) });

const pair = tupleOf(count, count);
const stun = objectOf<StunFacts>({
  classic: flag, methods: listOf(text), requests: pair, answers: pair, indications: pair, failures: pair, errors: listOf(count), clientSoftware: maybe(text), serverSoftware: maybe(text), realm: maybe(text),
  integrity: flag, fingerprint: flag, mapped: listOf(endpoint),
  ice: maybe(objectOf<IceFacts>({ usernames: listOf(text), checks: pair, answered: pair, since: maybe(moment), nominated: flag })),
});
const relay = objectOf<RelayFacts>({
  allocated: flag, relayed: listOf(endpoint), permitted: listOf(address), peers: listOf(objectOf<RelayPeer>({ address, port: u16, up: count, down: count })), morePeers: count, bytes: pair, media: pair,
  mediaBy: listOf(tupleOf(finite, count), MEDIA_SAMPLE_CAP), carries: listOf(text),
});
const media = objectOf<MediaFacts>({
  stun: maybe(stun), relay: maybe(relay),
  dtls: maybe(objectOf<DtlsFacts>({ helloFrom: maybe(oneOf('client', 'server')), verified: flag, srtp: maybe(listOf(u16)), srtpChosen: maybe(u16) })),
  rtp: maybe(objectOf<RtpFacts>({ rtp: pair, rtcp: pair, sources: count })), beside: listOf(text),
});
const quic = objectOf<QuicFacts>({
  version: text, asked: maybe(text), serverVersions: maybe(listOf(text)), retry: maybe(oneOf(true)), close: maybe(objectOf<QuicClose>({ from: oneOf('client', 'server'), code: count })), sni: maybe(text),
  continues: maybe(objectOf<NonNullable<QuicFacts['continues']>>({ flow: count, opened: finite })),
});

const dialled = objectOf<Dialled>({
  name: text, port: u16, by: oneOf<Dialled['by']>('egret', 'upstream'), address: maybe(address), from: maybe(endpoint),
  failure: maybe(oneOf<DialFailure>('not-found', 'no-resolver', 'refused', 'timeout', 'unreachable', 'denied', 'not-served')),
});

const flow = objectOf<FlowObservation>({
  ...base, kind: oneOf('flow'), flow: count, transport, ipProtocol: u16, client: endpoint, server: endpoint,
  direction: oneOf<DirectionEvidence>('syn', 'syn-ack', 'payload', 'local', 'port', 'first-sender'),
  opened: finite, last: finite, closed: maybe(finite), lastFrame: count, startSeen: flag,
  outcome: oneOf<Outcome>('attempted', 'refused', 'unreachable', 'timeout', 'abandoned', 'established', 'tls-started', 'rejected-by-client', 'rejected-by-server', 'app-data', 'reset', 'cut', 'sent-only', 'answered'),
  dropped: maybe(finite), up: count, down: count, upBy: maybe(listOf(tupleOf(finite, count), SAMPLE_CAP)), packetsUp: count, packetsDown: count, duplicates: count, protocol: text,
  tls: maybe(tls), http: maybe(http), quic: maybe(quic), media: maybe(media), credentialScheme: maybe(text), icmpError: maybe(text), gap: maybe(flag), process: maybe(process), dialled: maybe(dialled),
});

const service = objectOf<ServiceFacts>({ priority: count, target: text, alpn: listOf(text), ech: flag, port: maybe(u16), hints: listOf(text), ttl: maybe(count) });
const lookup = objectOf<LookupObservation>({
  ...base, kind: oneOf('lookup'), name: text, type: text, typeNumber: u16, cnames: listOf(text), addresses: listOf(objectOf<LookupAddress>({ address, ttl: count })), services: listOf(service),
  rcode: text, answers: count, truncated: flag, unasked: flag, asked: maybe(moment), answered: maybe(moment), tries: count,
  client: endpoint, resolver: endpoint, transport, process: maybe(process),
});

/** By the value of `kind`. A Map, because a line may call itself `constructor`. */
export const OBSERVATIONS: ReadonlyMap<unknown, Shape<Observation>> = new Map<string, Shape<Observation>>([
  ['flow', flow],
  ['lookup', lookup],
  ['mark', objectOf<MarkObservation>({ ...base, kind: oneOf('mark'), phase: text, edge: oneOf('start', 'end') })],
  ['tick', objectOf<TickObservation>({ ...base, kind: oneOf('tick'), moved: maybe(listOf(tupleOf(count, count, count), MOVED_CAP)) })],
  ['tunnel', objectOf<TunnelObservation>({
    ...base, kind: oneOf('tunnel'), flow: count, client: endpoint, server: endpoint, opened: finite, form: oneOf('absolute', 'authority'), dialled, looksUp: maybe(text),
    leg: maybe(objectOf<NonNullable<TunnelObservation['leg']>>({ from: endpoint, to: endpoint })),
  })],
  ['blind-spot', objectOf<BlindSpotObservation>({ ...base, kind: oneOf('blind-spot'), code: isKnownProblem, count, detail: maybe(text) })],
  ['source', objectOf<SourceObservation>({
    ...base, kind: oneOf('source'), packets: count, first: maybe(finite), last: maybe(finite), cutAt: maybe(count), duplicates: count, midStream: count, dropped: maybe(count), snapped: count, linkTypes: listOf(count),
  })],
]);

/** What was known of a scope. */
export const SHEET: Shape<RecordedSheet> = objectOf<RecordedSheet>({
  file: maybe(text), scope: maybe(oneOf('app', 'machine')), platform: maybe(oneOf('linux', 'macos', 'windows')), features: maybe(listOf(text)), variables: recordOf(listOf(text)),
  phases: maybe(listOf(objectOf<PhaseRange>({ phase: text, from: finite, to: maybe(finite) }))), local: listOf(text),
  proxy: maybe(objectOf<NonNullable<RunSheet['proxy']>>({ address: text, port: u16, variablesSet: flag, noProxy: maybe(listOf(text)) })),
  resolvers: maybe(listOf(text)), roots: listOf(text), addedRoots: maybe(listOf(objectOf<AddedRoot>({ cn: text, o: text, ou: text, spki: text }))), components: listOf(objectOf<ComponentHint>({ component: text, local: listOf(text) })), clockOffset: finite,
});

/** Each source may open a scope of its own, so a header must not name them by the million; an audit is of some hundred files. */
const SOURCE_CAP = 4096;

/** The sources of a recording. */
export const RECORDED_SOURCES = listOf(
  objectOf<RecordedSource>({ id: count, path: text, sha256: maybe(digest), bytes: count, linkTypes: listOf(count), scope: count, sheet: SHEET, witness: maybe(oneOf('proxy')), late: maybe(oneOf(true)) }),
  SOURCE_CAP,
);

/** The first line, of this version. */
export const HEADER: Shape<RecordingHeader> = objectOf<RecordingHeader>({
  egret: oneOf('recording'), version: count, tool: objectOf<RecordingHeader['tool']>({ name: text, version: text }),
  sources: RECORDED_SOURCES,
});

interface AnyHeader {
  readonly egret: 'recording';
  readonly version: number;
}

/** What every version's first line begins with. */
export const LATER_HEADER: Shape<AnyHeader> = objectOf<AnyHeader>({ egret: oneOf('recording'), version: count });

interface AnyLine {
  readonly kind: string;
  readonly code?: unknown;
}

/** A line that says of what kind it is. */
export const ANY_KIND: Shape<AnyLine> = objectOf<AnyLine>({ kind: text, code: maybe(() => true) });
