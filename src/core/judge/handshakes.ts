/**
 * Counts what handshakes of one destination showed besides their version: ALPN
 * that was answered otherwise, downgrade marks, certificates that the client
 * refused, certificate timestamps, connections that were over at once. Takes connections one by one;
 * counts only, says nothing of what they mean (inspection-signals.ts does).
 */
import type { Connection } from '../observe/connection.ts';
import { BRIEF_LIFE, type HandshakeCounts } from './destination.ts';

export type GrowingHandshakes = { -readonly [Key in keyof HandshakeCounts]: HandshakeCounts[Key] };

/** Counts of a destination that nothing was seen of yet. */
export function noHandshakes(): GrowingHandshakes {
  return { h2Chosen: 0, h2Dropped: 0, downgraded: 0, certificateAlerts: 0, hiddenAlerts: 0, brief: 0, unused: 0, withSct: 0, withoutSct: 0 };
}

/** Adds one connection. */
export function countHandshake(counts: GrowingHandshakes, connection: Connection): void {
  const { tls, opened, closed, outcome } = connection;
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
  if (isUnused(connection)) counts.unused++;
  if (tls.scts !== undefined) counts[tls.scts.length > 0 ? 'withSct' : 'withoutSct']++;
}

/** TLS 1.3 hides whether data followed the handshake: its Finished looks like data. */
function isUnused({ tls, opened, closed, outcome }: Connection): boolean {
  const isOver = outcome === 'reset' || outcome === 'tls-started';
  const isOlder = tls?.server !== undefined && tls.server.version !== 'TLS1.3';
  return isOver && isOlder && tls.applicationData === 'none' && closed !== undefined && closed - opened <= BRIEF_LIFE;
}

/** The member of a destination; none where nothing was counted. */
export function handshakesOf(counts: HandshakeCounts): { readonly handshakes?: HandshakeCounts } {
  return Object.values(counts).some((count) => count > 0) ? { handshakes: { ...counts } } : {};
}

/** bad_, unsupported_, revoked, expired, unknown certificate and unknown_ca (RFC 8446 §6.2); 47 is illegal_parameter and speaks of the hello. */
const CERTIFICATE_ALERTS: ReadonlySet<number> = new Set([42, 43, 44, 45, 46, 48]);
