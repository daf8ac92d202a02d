/** Addresses of the language: single, blocks, and ends such as `10.0.0.2:41234/tcp` or `127.0.0.1/tcp`. */
import { canonicalAddress, formatEndpoint, parseCidr } from '../../base/address.ts';
import type { Cidr } from '../../base/address.ts';
import type { PolicyTransport } from '../policy.ts';
import { quote } from '../tree.ts';
import { accepted, refused } from './reading.ts';
import type { Reading } from './reading.ts';

/** One address in canonical text. */
export function readAddress(text: string): Reading<string> {
  const canonical = canonicalAddress(text);
  if (canonical === undefined) return refused(`${quote(text)} is no IP address`, 'write an address such as 192.0.2.7 or 2001:db8::7');
  return canonical === text ? accepted(text) : refused(`${quote(text)} is not the usual spelling of this address`, `write ${canonical}`);
}

/** A block `10.0.0.0/8`, or one address as the block of itself. */
export function readCidr(text: string): Reading<Cidr> {
  const cidr = parseCidr(text);
  if (cidr !== undefined) return accepted(cidr);
  const slash = text.indexOf('/');
  const base = canonicalAddress(slash < 0 ? text : text.slice(0, slash));
  if (base === undefined || slash < 0 || !/^\d{1,3}$/.test(text.slice(slash + 1))) return refused(`${quote(text)} is no address block`, 'write a block such as 10.0.0.0/8 or 2001:db8::/32');
  return refused(`${quote(text)} has bits set below its prefix, or a prefix too long`, 'give the first address of the block: 10.0.0.0/8, not 10.1.2.3/8');
}

/** The local end of a socket; the port may be left out where any will do. */
export interface EndWord {
  readonly address: string;
  readonly port?: number;
  readonly transport: PolicyTransport;
}

/** `127.0.0.1/tcp`, `127.0.0.1:18789/tcp`, `[::1]:18789/tcp`. */
export function readEnd(text: string): Reading<EndWord> {
  const match = END.exec(text);
  const address = canonicalAddress(match?.[1] ?? match?.[2] ?? '');
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  if (match === null || address === undefined || (port !== undefined && (port < 1 || port > MAX_PORT))) {
    return refused(`${quote(text)} is no local end`, 'write address/transport or address:port/transport: 127.0.0.1/tcp, [::1]:8080/tcp');
  }
  const end: EndWord = { address, ...(port === undefined ? {} : { port }), transport: match[4] === 'udp' ? 'udp' : 'tcp' };
  return accepted(end);
}

/** The spelling under which ends are compared: `10.0.0.2:41234/tcp`, `[::1]/udp`. */
export function formatEnd(end: EndWord): string {
  const bracketed = end.address.includes(':') ? `[${end.address}]` : end.address;
  return `${end.port === undefined ? bracketed : formatEndpoint(end.address, end.port)}/${end.transport}`;
}

export const END_PATTERN = '^(\\[[0-9a-fA-F:.]+\\]|[0-9.]+)(:\\d{1,5})?/(tcp|udp)$';
const END = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::(\d{1,5}))?\/(tcp|udp)$/;
const MAX_PORT = 65_535;
