/**
 * All names a connection may go by, strongest first, and how sure they are
 * (design §4 "Confidence of a name"). A name the app writes itself (SNI, Host)
 * is a claim: it counts fully only when DNS or the certificate says the same.
 */
import { canonicalAddress, classOf } from '../base/address.ts';
import { isBelow, seenHost } from '../base/host-name.ts';
import type { Micros } from '../base/time.ts';
import { wireText, type WireText } from '../base/wire-text.ts';
import type { HttpPart } from '../decode/payloads/http/facts.ts';
import type { TlsFacts } from '../decode/payloads/tls/facts.ts';
import type { Confidence, Connection, NameClaim, NameMismatch } from './connection.ts';
import type { Candidates, NameBook } from './name-book.ts';
import type { Naming } from './naming.ts';
import type { Dialled, FlowObservation } from './observation.ts';

/** The names of a flow, or of one HTTP part of it with the TLS inside. `book` holds the scope's DNS answers. */
export function nameFlow(flow: FlowObservation, part: HttpPart | undefined, tls: TlsFacts | undefined, book: NameBook): Naming {
  const at = namedAt(flow);
  const candidates: Candidates = part === undefined || part.form === 'origin' ? book.candidates(flow.server.address, at) : NO_CANDIDATES;
  const written = tls?.hello?.sni ?? flow.quic?.sni;
  const { live, stale, sole } = candidates;
  const inHello = flow.quic === undefined ? 'sni' : 'quic-sni';
  // Most connections: to an address of one name, and the client says the same or nothing.
  if (sole !== undefined && part === undefined && (written === undefined || written === live[0])) return book.namings.of(sole, written === undefined ? 'not' : inHello, tls?.hello?.ech === true);
  const asked = part?.host === undefined ? undefined : hostText(part.host);
  // Lists are made whole: the first push to an empty one makes room for 17, and there is a list for every connection.
  let claims: readonly NameClaim[] = NO_CLAIMS;
  if (asked !== undefined) {
    const how = part?.form === 'authority' ? 'connect' : 'http-host';
    const wasDialled = dialledFor(flow, part)?.address !== undefined;
    claims = [{ name: asked, how, corroboratedBy: wasDialled ? 'dialled' : live.includes(asked) ? 'dns' : undefined }];
  }
  const sni = written === undefined ? undefined : hostText(written);
  let ech: Connection['ech'] = 'none';
  let mismatch: NameMismatch | undefined;
  if (sni !== undefined && sni !== asked) {
    const corroboratedBy = live.includes(sni) ? ('dns' as const) : tls !== undefined && chainNames(tls, sni) ? ('chain' as const) : undefined;
    const isHidden = tls?.hello?.ech === true;
    // ECH real or GREASE look alike; the visible name is the outer one only where DNS of the scope names another host.
    if (isHidden) ech = corroboratedBy !== undefined || live.length === 0 ? 'corroborated' : 'outer';
    if (corroboratedBy === undefined && !isHidden && flow.startSeen) mismatch = mismatchOf(sni, part?.form === 'authority' ? asked : undefined, flow, book);
    const claim: NameClaim = { name: sni, how: ech === 'outer' ? 'ech-outer' : inHello, corroboratedBy };
    claims = claims.length === 0 ? [claim] : [...claims, claim];
  }
  if (!isSettled(claims)) {
    if (live.length > 0) claims = withCandidates(claims, live);
    else if (claims.length === 0 && stale !== undefined) claims = [{ name: stale, how: 'dns-stale', corroboratedBy: undefined }];
  }
  if (ech === 'outer') claims = claims.toSorted((one, other) => Number(one.how === 'ech-outer') - Number(other.how === 'ech-outer'));
  return { names: claims, confidence: confidenceOf(claims), ech, mismatch, number: 0 };
}

/** When its names were what they are called: a connection that moved to another path had opened on the one before. */
export function namedAt(flow: FlowObservation): Micros {
  return flow.quic?.continues?.opened ?? flow.opened;
}

/** What egret's proxy did for this part of a flow: what runs inside a tunnel asks somebody else. */
export function dialledFor(flow: FlowObservation, part: HttpPart | undefined): Dialled | undefined {
  const { dialled } = flow;
  if (dialled === undefined || part?.form === 'origin') return undefined;
  // Turned away before anybody was asked for: whatever the request seems to name, nobody was contacted.
  if (dialled.name === '') return dialled;
  if (part?.host === undefined) return undefined;
  return part.port === dialled.port && hostText(part.host) === hostText(dialled.name) ? dialled : undefined;
}

function withCandidates(claims: readonly NameClaim[], live: readonly WireText[]): readonly NameClaim[] {
  const [only] = live;
  if (claims.length === 0 && only !== undefined && live.length === 1) return [{ name: only, how: 'dns', corroboratedBy: undefined }];
  return [...claims, ...live.map((name): NameClaim => ({ name, how: 'dns', corroboratedBy: undefined }))];
}

function isSettled(claims: readonly NameClaim[]): boolean {
  for (const claim of claims) if (claim.corroboratedBy !== undefined || claim.how === 'connect') return true;
  return false;
}

/** What speaks against a name that nothing corroborates; ECH is left out, since its outer name is meant to differ. */
function mismatchOf(sni: WireText, asked: WireText | undefined, flow: FlowObservation, book: NameBook): NameMismatch | undefined {
  const address = asked === undefined ? flow.server.address : canonicalAddress(asked);
  // Two names on one connection; an address in CONNECT is compared with what DNS gave the name.
  if (address === undefined) return { sni, asked, addresses: [] };
  const addresses = classOf(address) === 'loopback' ? undefined : book.elsewhere(sni, address, flow.opened);
  return addresses === undefined ? undefined : { sni, addresses };
}

/** Seen form of a host; addresses in canonical text so that they are recognised as such. */
function hostText(host: WireText): WireText {
  const seen = seenHost(host);
  return wireText(canonicalAddress(seen) ?? seen);
}

function chainNames(tls: TlsFacts, host: string): boolean {
  const leaf = tls.chain?.[0];
  return leaf !== undefined && leaf.dnsNames.some((pattern) => matchesCertificateName(pattern.toLowerCase(), host));
}

/** RFC 6125 §6.4.3: the wildcard is the whole left-most label and stands for one label. */
function matchesCertificateName(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === host;
  const parent = pattern.slice(2);
  return isBelow(host, parent) && !host.slice(0, -parent.length - 1).includes('.');
}

function confidenceOf(claims: readonly NameClaim[]): Confidence {
  const best = claims[0];
  if (best === undefined) return 'low';
  if (best.corroboratedBy !== undefined) return 'high';
  if (best.how === 'dns') return claims.filter((claim) => claim.how === 'dns').length === 1 ? 'medium' : 'low';
  return best.how === 'dns-stale' || best.how === 'ech-outer' ? 'low' : 'medium';
}

const NO_CLAIMS: readonly NameClaim[] = [];
const NO_CANDIDATES: Candidates = { live: [] };
