/**
 * Counts what handshakes of one destination showed besides their version: ALPN
 * that was answered otherwise, downgrade marks, certificates that the client
 * refused, connections that were over at once. Takes connections one by one;
 * counts only, says nothing of what they mean (inspection-signals.ts does).
 */
import type { Connection } from '../observe/connection.ts';
import { BRIEF_LIFE, type HandshakeCounts } from './destination.ts';

export type GrowingHandshakes = { -readonly [Key in keyof HandshakeCounts]: HandshakeCounts[Key] };

/** Counts of a destination that nothing was seen of yet. */
export function noHandshakes(): GrowingHandshakes {
  return { h2Chosen: 0, h2Dropped: 0, downgraded: 0, certificateAlerts: 0, hiddenAlerts: 0, brief: 0 };
}

/** Adds one connection. */
export function countHandshake(counts: GrowingHandshakes, { tls, opened, closed, outcome }: Connection): void {
  if (tls === undefined) return;
  const { hello, server, alert } = tls;
  if (server !== undefined && hello !== undefined && server.version !== 'TLS1.3' && !server.helloRetry) {
    // TLS 1.3 answers ALPN inside its encryption (RFC 8446 §4.3.1).
    if (hello.alpn.some((protocol) => protocol === 'h2')) {
      if (server.alpn === 'h2') counts.h2Chosen++;
      else counts.h2Dropped++;
    }
    if (server.downgradeMark !== undefined && hello.offered.includes('TLS1.3')) counts.downgraded++;
  }
  if (outcome === 'rejected-by-client') {
    if (alert === undefined) counts.hiddenAlerts++;
    else if (alert.from === 'client' && CERTIFICATE_ALERTS.has(alert.code)) counts.certificateAlerts++;
  }
  if (outcome === 'app-data' && closed !== undefined && closed - opened <= BRIEF_LIFE) counts.brief++;
}

/** The member of a destination; none where nothing was counted. */
export function handshakesOf(counts: HandshakeCounts): { readonly handshakes?: HandshakeCounts } {
  return Object.values(counts).some((count) => count > 0) ? { handshakes: { ...counts } } : {};
}

/** bad_, unsupported_, revoked, expired, unknown certificate and unknown_ca (RFC 8446 §6.2); 47 is illegal_parameter and speaks of the hello. */
const CERTIFICATE_ALERTS: ReadonlySet<number> = new Set([42, 43, 44, 45, 46, 48]);
