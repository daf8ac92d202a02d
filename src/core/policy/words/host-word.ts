/**
 * Hosts of the language: `api.example.com` is exactly that host,
 * `*.example.com` one or more labels below it and never the apex. Only the
 * normal form is accepted (design §5), so that what a person reads is what is
 * compared.
 */
import { canonicalAddress } from '../../base/address.ts';
import { normalHost, suffixKind } from '../../base/host-name.ts';
import type { HostPattern, PortRange } from '../policy.ts';
import { quote } from '../tree.ts';
import { readPort } from './port-word.ts';
import { accepted, refused } from './reading.ts';
import type { Reading, Refusal } from './reading.ts';

/** A host pattern before it knows its line. */
export type HostWord = Pick<HostPattern, 'text' | 'wildcard' | 'host'>;

/** Reads a host or a front wildcard. */
export function readHostPattern(text: string): Reading<HostWord> {
  if (!text.includes('*')) return readHost(text);
  if (text === '*') return refused('`*` alone would admit every host', 'name the hosts; `defaults: { unlisted: allow }` turns the list off');
  const base = text.slice(2);
  if (!text.startsWith('*.') || base.includes('*')) {
    return refused(`the wildcard in ${quote(text)} is not in front`, 'only `*.` in front of a host is a wildcard: one or more whole labels');
  }
  const host = readHost(base);
  if (!host.ok) return { ...host, help: host.help.replace('write ', 'write *.') };
  if (suffixKind(base) === 'public') {
    return refused(`${quote(text)} covers a public suffix: unrelated owners register below it`, `name the registered domain: *.name.${base}`);
  }
  return accepted({ text, wildcard: true, host: base });
}

/** Reads an exact host; addresses, ports, schemes and paths are refused with where they belong. */
export function readHost(text: string): Reading<HostWord> {
  const foreign = notAHost(text);
  if (foreign !== undefined) return foreign;
  const normal = normalHost(text);
  if (normal === undefined) return refused(`${quote(text)} is no host name`, 'letters, digits, hyphens and dots; no spaces');
  return normal === text ? accepted({ text, wildcard: false, host: text }) : refused(`${quote(text)} is not in normal form`, `write ${normal}`);
}

/** `host:port/transport`, as variables of type endpoints hold them. */
export function readEndpoint(text: string): Reading<HostWord & { readonly port: PortRange }> {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return refused(`${quote(text)} has no port`, `write host:port/transport, such as ${text === '' ? 'mcp.example.com' : quote(text).slice(1, -1)}:443/tcp`);
  const host = readHostPattern(text.slice(0, colon));
  if (!host.ok) return host;
  const port = readPort(text.slice(colon + 1));
  return port.ok ? accepted({ ...host.value, port: port.value }) : port;
}

function notAHost(text: string): Refusal | undefined {
  if (text === '') return refused('the host is empty', 'name the host');
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/([^/:?#@]+)/i.exec(text);
  if (scheme !== null) return refused(`${quote(text)} is a URL, not a host`, `write ${scheme[1]?.toLowerCase()}; the port goes to \`port:\``);
  if (canonicalAddress(text.replace(/^\[(.*)\]$/, '$1')) !== undefined || /(?:^|\.)(?:0x[0-9a-f]+|\d+)$/i.test(text)) {
    return refused(`${quote(text)} is an address, not a host name`, 'write `ip:` or `cidr:`');
  }
  if (text.includes('/')) return refused(`${quote(text)} has a path`, `write ${text.slice(0, text.indexOf('/'))}; paths go to \`paths:\``);
  if (text.includes(':')) return refused(`${quote(text)} has a port`, `write ${text.slice(0, text.indexOf(':'))}; the port goes to \`port:\``);
  if (text.startsWith('.')) return refused(`${quote(text)} begins with a dot`, `write *${text} for everything below, and a second host for ${text.slice(1)} itself`);
  return undefined;
}

export const HOST_PATTERN = '^(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$';
