/**
 * Which end of a flow is the client when neither SYN nor payload say so
 * (design §4): local networks, then registered ports, then who sent first.
 * All three are guesses and never give an inbound finding.
 */
import type { DirectionEvidence } from './observation.ts';

export interface Ends {
  readonly localA: boolean;
  readonly localB: boolean;
  readonly portA: number;
  readonly portB: number;
}

/** Whether end A (sender of the first packet seen) is the client, and how well that is known. */
export function guessDirection(ends: Ends): { readonly clientIsA: boolean; readonly how: DirectionEvidence } {
  if (ends.localA !== ends.localB) return { clientIsA: ends.localA, how: 'local' };
  const servedA = isServerPort(ends.portA);
  const servedB = isServerPort(ends.portB);
  if (servedA !== servedB) return { clientIsA: servedB, how: 'port' };
  return { clientIsA: true, how: 'first-sender' };
}

/** System ports (RFC 6335 §6) and the registered ones that applications of today listen on. */
function isServerPort(port: number): boolean {
  return (port > 0 && port < 1024) || SERVER_PORTS.has(port);
}

const SERVER_PORTS: ReadonlySet<number> = new Set([
  1080, 1194, 1433, 1521, 1883, 3128, 3306, 3389, 3478, 3479, 4317, 4318, 4433, 5060, 5061, 5222, 5223, 5228, 5349, 5353, 5355, 5432, 5671, 5672, 5900, 6379, 6667, 6881,
  8000, 8008, 8080, 8081, 8443, 8883, 8888, 9000, 9092, 9200, 9443, 11211, 19302, 27017, 51820,
]);
