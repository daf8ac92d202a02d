/**
 * Facts as plain JSON values with a fixed key order, shared by the report and
 * the connection lines: times as RFC 3339 with microseconds, absent rather than
 * null, and nothing that a reader of the schema would not know.
 */
import type { Endpoint } from '../../base/address.ts';
import { formatTime, type Micros } from '../../base/time.ts';
import type { MediaFacts } from '../../decode/payloads/media-facts.ts';
import type { RelayPeer } from '../../decode/payloads/stun/facts.ts';
import type { CertificateFacts, TlsFacts } from '../../decode/payloads/tls/facts.ts';
import type { QuicFacts } from '../../decode/payloads/quic/facts.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { Evidence } from '../../observe/connection.ts';

/** A value that `JSON.stringify` writes as it stands; keys whose value is undefined are left out by it. */
export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

export function timeJson(at: Micros | undefined): string | undefined {
  return at === undefined ? undefined : formatTime(at);
}

export function evidenceJson(evidence: Evidence): Json {
  return { source: evidence.source, frames: [evidence.frames[0], evidence.frames[1]], at: formatTime(evidence.at) };
}

/** The verdict's kind stands under its own key, where readers look for it; the rest is its reasons. */
export function verdictJson(verdict: Verdict): { readonly [key: string]: Json | undefined } {
  const { telemetry } = verdict;
  return {
    verdict: verdict.kind,
    entry: verdict.entry,
    leg: verdict.leg,
    by: verdict.by,
    judgedName: verdict.name,
    shadowed: verdict.shadowed,
    ambiguousEntry: verdict.ambiguousEntry,
    conditionUnknown: verdict.conditionUnknown,
    reason: verdict.reason,
    telemetry:
      telemetry === undefined
        ? undefined
        : { matched: telemetry.matched, pattern: telemetry.pattern, class: telemetry.class, organisation: telemetry.organisation, source: telemetry.source, date: telemetry.date },
  };
}

export function certificateJson(certificate: CertificateFacts): Json {
  return {
    subject: attributes(certificate.subject),
    issuer: attributes(certificate.issuer),
    sha256: certificate.sha256,
    spki: certificate.spki,
    notBefore: timeJson(certificate.notBefore),
    notAfter: timeJson(certificate.notAfter),
    dnsNames: certificate.dnsNames,
    selfSigned: certificate.selfSigned,
    signedByNext: certificate.signedByNext,
    scts: certificate.scts,
  };
}

/** `CN=Lab CA, O=Lab`, attributes in a fixed order. */
export function distinguishedName(name: Readonly<Record<string, string>>): string {
  return Object.keys(name)
    .sort()
    .map((key) => `${key}=${name[key] ?? ''}`)
    .join(', ');
}

export function tlsJson(tls: TlsFacts): Json {
  const { hello, server, alert } = tls;
  return {
    version: server?.version,
    offered: hello?.offered,
    sni: hello?.sni,
    alpn: hello?.alpn,
    alpnChosen: server?.alpn,
    ja4: hello?.ja4,
    echOffered: hello?.ech,
    groups: hello?.groups,
    keyShareGroups: hello?.keyShareGroups,
    weakCiphers: hello?.weakCiphers,
    resumptionOffered: hello?.resumptionOffered,
    resumption: hello?.resumption,
    earlyData: hello?.earlyData,
    resumed: server?.resumed,
    cipher: server?.cipher,
    group: server?.group,
    helloRetry: server?.helloRetry,
    downgradeMark: server?.downgradeMark,
    chain: tls.chain?.map(certificateJson),
    scts: tls.scts,
    alert: alert === undefined ? undefined : { from: alert.from, level: alert.level, code: alert.code },
    encryptedAlert: tls.encryptedAlert,
    applicationData: tls.applicationData,
    startedIn: tls.startedIn,
  };
}

/** What STUN, TURN and DTLS showed beside `tls`; pairs are [up, down]. */
export function mediaJson({ stun, relay, dtls, rtp }: MediaFacts): Json {
  return {
    stun: stun === undefined ? undefined : { classic: stun.classic, methods: stun.methods, errors: stun.errors, clientSoftware: stun.clientSoftware, serverSoftware: stun.serverSoftware, mapped: stun.mapped.map(endJson) },
    ice: stun?.ice === undefined ? undefined : { checks: stun.ice.checks, answered: stun.ice.answered, since: timeJson(stun.ice.since?.at), nominated: stun.ice.nominated },
    relay: relay === undefined ? undefined : { relayed: relay.relayed.map(endJson), permitted: relay.permitted, bytes: relay.bytes, media: relay.media, carries: relay.carries, peers: relay.peers.map(peerJson), morePeers: relay.morePeers },
    dtls: dtls === undefined ? undefined : { helloFrom: dtls.helloFrom, verified: dtls.verified, srtp: dtls.srtp, srtpChosen: dtls.srtpChosen },
    rtp: rtp === undefined ? undefined : { rtp: rtp.rtp, rtcp: rtp.rtcp, sources: rtp.sources },
  };
}

/** Somebody behind a relay. */
export function peerJson({ address, port, up, down }: RelayPeer): Json {
  return { address, port, up, down };
}

function endJson({ address, port }: Endpoint): Json {
  return { address, port };
}

export function quicJson(quic: QuicFacts): Json {
  const { close, continues } = quic;
  return {
    version: quic.version,
    asked: quic.asked,
    serverVersions: quic.serverVersions,
    retry: quic.retry,
    close: close === undefined ? undefined : { from: close.from, code: close.code },
    continues: continues?.flow,
  };
}

/** Attribute types come from the certificate: own keys only, sorted. */
function attributes(name: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.keys(name).sort().map((key) => [key, name[key]]));
}
