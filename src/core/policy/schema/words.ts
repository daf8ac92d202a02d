/** The words of the language as schema parts: what an editor completes and a message explains. */
import * as z from 'zod';
import { END_PATTERN, readAddress, readCidr, readEnd } from '../words/address-word.ts';
import { DATE_PATTERN, readDate, readSize, SIZE_PATTERN } from '../words/amount-word.ts';
import { HOST_PATTERN, readHost, readHostPattern } from '../words/host-word.ts';
import { PORT_PATTERN, portHelp, readPort } from '../words/port-word.ts';
import { accepted } from '../words/reading.ts';
import type { Reading } from '../words/reading.ts';
import { carry, oneOrMany, word } from './strict.ts';

export const host = word(readHost, 'api.example.com', HOST_PATTERN);
export const hostPattern = word(readHostPattern, '*.example.com', HOST_PATTERN);
/** `$name` stands for the hosts of a variable; whether it exists is checked with the other references. */
export const hostPatternOrVariable = word((text) => (VARIABLE.test(text) ? accepted(text) : readHostPattern(text)), '$mcp_hosts');
export const address = word(readAddress, '192.0.2.7');
export const cidr = word(readCidr, '10.0.0.0/8');
export const end = word(readEnd, '127.0.0.1/tcp', END_PATTERN);
export const date = word(readDate, '2027-01-31', DATE_PATTERN);
export const size = word(readSize, '16KiB', SIZE_PATTERN);
export const mode = word(readMode, '"0700"', '^0[0-7]{3}$');

/** A bare number is the commonest mistake of all, so it gets its fix. */
const port = z
  .string({ error: (issue) => (typeof issue.input === 'number' ? carry('a port without its transport', portHelp(String(issue.input))) : carry('a port such as 443/tcp', '')) })
  .check((context) => {
    const reading = readPort(context.value);
    if (!reading.ok) context.issues.push({ code: 'custom', input: context.value, message: carry(reading.message, reading.help) });
  })
  .meta({ examples: ['443/tcp', '3478-3481/udp'], pattern: PORT_PATTERN });

export const ports = oneOrMany(port);
export const protocol = z.enum(['https', 'wss', 'http', 'ws', 'tls', 'turn', 'turns', 'stun', 'stuns', 'quic', 'dns', 'any']);
export const telemetryClass = z.enum(['analytics', 'crash', 'apm', 'flags', 'replay', 'ads']);
export const judgement = z.enum(['violation', 'review', 'allow']);
export const inspection = z.enum(['must-bypass', 'tolerates', 'unknown']);
export const severity = z.enum(['error', 'warning', 'note']);
export const tlsVersion = z.enum(['1.0', '1.1', '1.2', '1.3']);

function readMode(text: string): Reading<string> {
  if (/^0[0-7]{3}$/.test(text)) return accepted(text);
  return { ok: false, message: `the mode ${JSON.stringify(text.slice(0, MODE_SHOWN))} is not octal`, help: 'write four octal digits in quotes: "0700"' };
}

const VARIABLE = /^\$[A-Za-z][A-Za-z0-9_-]*$/;
const MODE_SHOWN = 12;
