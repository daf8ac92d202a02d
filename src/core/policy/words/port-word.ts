/**
 * Ports of the language: `443/tcp`, `3478-3481/udp`. The transport is part of
 * the port, because "443" alone leaves open whether QUIC is meant too.
 */
import type { PortRange } from '../policy.ts';
import { quote } from '../tree.ts';
import { accepted, refused } from './reading.ts';
import type { Reading } from './reading.ts';

/** Reads one port or range; the refusal prints the spelling that was meant. */
export function readPort(text: string): Reading<PortRange> {
  const match = PORT.exec(text);
  if (match === null) return refused(`${quote(text)} is no port`, portHelp(text));
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  if (from < 1 || to > MAX_PORT) return refused(`the port ${quote(text)} is outside 1-${MAX_PORT}`, 'give the port of the server');
  if (from > to) return refused(`the range ${quote(text)} runs backwards`, `write ${to}-${from}/${match[3]}`);
  return accepted({ from, to, transport: match[3] === 'udp' ? 'udp' : 'tcp' });
}

/** `443/tcp` or `3478-3481/udp`, the inverse of {@link readPort}. */
export function formatPort(range: PortRange): string {
  return `${range.from === range.to ? range.from : `${range.from}-${range.to}`}/${range.transport}`;
}

/** What a person who wrote `443`, `443/TCP`, `tcp/443` or `3478,5349/udp` should write. */
export function portHelp(text: string): string {
  const lower = text.toLowerCase().replaceAll(' ', '');
  const bare = /^(\d{1,5}(?:-\d{1,5})?)$/.exec(lower);
  if (bare !== null) return `name the transport: write ${bare[1]}/tcp (or ${bare[1]}/udp)`;
  if (PORT.test(lower)) return `write ${lower}`;
  const turned = /^(tcp|udp)[/:]?(\d{1,5})$/.exec(lower) ?? undefined;
  if (turned !== undefined) return `write ${turned[2]}/${turned[1]}`;
  const listed = /^(\d{1,5}(?:,\d{1,5})+)\/(tcp|udp)$/.exec(lower);
  if (listed !== null) return `write [${(listed[1] ?? '').split(',').map((port) => `${port}/${listed[2]}`).join(', ')}]`;
  return 'write N/tcp, N/udp or N-M/udp, or a list of them';
}

export const PORT_PATTERN = '^\\d{1,5}(-\\d{1,5})?/(tcp|udp)$';
const PORT = /^(\d{1,5})(?:-(\d{1,5}))?\/(tcp|udp)$/;
const MAX_PORT = 65_535;
