import { hash } from 'node:crypto';

/** SHA-256 as lower-case hexadecimal. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** A stable short id (32 hexadecimal digits) of parts that may hold anything; parts cannot run into each other. */
export function fingerprint(parts: readonly string[]): string {
  return sha256Hex(JSON.stringify(parts)).slice(0, 32);
}
