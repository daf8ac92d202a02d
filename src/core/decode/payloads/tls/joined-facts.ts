/**
 * What several messages of one handshake say together: two hellos of a client,
 * a server's hello and what followed it. Takes readings, gives facts; keeps nothing.
 */
import type { Problem } from '../../../base/problem.ts';
import type { ClientHelloReading } from './client-hello.ts';
import type { TlsFacts } from './facts.ts';
import type { SealedContext } from './sealed-records.ts';
import type { ServerHelloReading } from './server-hello.ts';

/** RFC 8446 §4.1.2: the second hello after a retry request repeats the first but for its key shares; RFC 6347 §4.2.1, RFC 9147 §5.1: and its cookie. */
export function joinHellos(first: ClientHelloReading, second: ClientHelloReading, tell: (problem: Problem) => void, code: 'tls-damaged' | 'dtls-damaged'): ClientHelloReading {
  if (first.facts.sni !== second.facts.sni) tell({ code, detail: 'the second ClientHello names another host' });
  const groups = new Set([...first.facts.keyShareGroups, ...second.facts.keyShareGroups]);
  return { ...first, facts: { ...first.facts, keyShareGroups: [...groups] } };
}

/** What lengths of sealed records are read by. Without a ServerHello, TLS 1.3 is assumed where the client offered it: that reading claims less. */
export function contextOf(hello: ClientHelloReading | undefined, server: ServerHelloReading | undefined): SealedContext {
  return {
    tls13: server === undefined ? hello === undefined || hello.facts.offered.includes('TLS1.3') : server.tls13,
    cipher: server?.facts.cipher ?? 0,
    earlyData: hello?.earlyData ?? false,
    ticketsWelcome: hello?.ticketsWelcome ?? true,
  };
}

/** The server's hello with what TLS ≤ 1.2 says behind it: the group of its key exchange, and whether a certificate followed. */
export function serverFactsOf(server: ServerHelloReading | undefined, group: number | undefined, resumed: boolean | undefined): TlsFacts['server'] {
  // TLS 1.3 says all in its hello.
  if (server === undefined || (server.tls13 && server.facts.resumed === undefined)) return server?.facts;
  const { version, cipher, alpn, extensions, helloRetry, downgradeMark } = server.facts;
  return {
    version,
    cipher,
    alpn,
    group: server.tls13 ? server.facts.group : (group ?? server.facts.group),
    extensions,
    helloRetry,
    downgradeMark,
    resumed: server.tls13 ? server.facts.resumed : resumed,
  };
}
