/** Flow and lookup observations for tests of what comes after the observer: a TLS-less TCP flow to a public address that came through, unless told otherwise. */
import { SECOND } from '../../src/core/base/time.ts';
import { wireText } from '../../src/core/base/wire-text.ts';
import type { HttpPart } from '../../src/core/decode/payloads/http/facts.ts';
import type { CertificateFacts, ClientHelloFacts, TlsFacts } from '../../src/core/decode/payloads/tls/facts.ts';
import type { FlowObservation, LookupObservation } from '../../src/core/observe/observation.ts';

export const BEGIN = 1_767_225_600 * SECOND;

export function flowOf(more: Partial<FlowObservation> = {}): FlowObservation {
  const opened = more.opened ?? BEGIN;
  return {
    kind: 'flow', at: opened + 2 * SECOND, seq: 1, from: [0, 10], flow: 1, transport: 'tcp', ipProtocol: 6,
    client: { address: '10.0.0.2', port: 40_000 }, server: { address: '203.0.113.7', port: 443 }, direction: 'syn',
    opened, last: opened + SECOND, lastFrame: 20, startSeen: true, outcome: 'app-data', up: 100, down: 200, packetsUp: 3, packetsDown: 4, duplicates: 0, protocol: 'unknown',
    ...more,
  };
}

/** `name` answered with the address at so many µs. */
export function answerOf(name: string, address: string, at: number, more: Partial<LookupObservation> = {}): LookupObservation {
  return {
    kind: 'lookup', at, seq: 0, from: [0, 1], name: wireText(name), type: 'A', typeNumber: 1, cnames: [], addresses: [{ address, ttl: 60 }], services: [], rcode: 'NOERROR', answers: 1,
    truncated: false, unasked: false, asked: { at: at - 1000, frame: 1 }, answered: { at, frame: 2 }, tries: 1,
    client: { address: '10.0.0.2', port: 50_000 }, resolver: { address: '10.0.0.1', port: 53 }, transport: 'udp',
    ...more,
  };
}

/** What a hello with this name shows; `certificate` is the leaf's DNS names. */
export function tlsOf(sni: string | undefined, more: { readonly ech?: boolean; readonly certificate?: readonly string[] } = {}): TlsFacts {
  const hello: ClientHelloFacts = {
    version: 'TLS1.3', offered: ['TLS1.3'], alpn: [], ja4: 't13d', ech: more.ech ?? false, keyShareGroups: [29], length: 500, resumptionOffered: false,
    ...(sni === undefined ? {} : { sni: wireText(sni) }),
  };
  const leaf: CertificateFacts = { subject: {}, issuer: {}, sha256: 'ab', spki: 'cd', notBefore: 0, notAfter: 1, dnsNames: (more.certificate ?? []).map(wireText), selfSigned: false };
  return { hello, applicationData: 'both', ...(more.certificate === undefined ? {} : { chain: [leaf] }) };
}

export function partOf(host: string | undefined, more: Partial<HttpPart> = {}): HttpPart {
  const moment = { at: BEGIN + 5000, frame: 12 };
  return { form: 'origin', methods: ['GET'], switched: false, requests: 1, first: moment, last: { at: BEGIN + 9000, frame: 18 }, up: 10, down: 20, ...(host === undefined ? {} : { host: wireText(host) }), ...more };
}
