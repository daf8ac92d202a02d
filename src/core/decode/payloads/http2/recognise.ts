/** Whether bytes begin an HTTP/2 connection in clear: the client's preface, or the server's first SETTINGS frame (RFC 9113 §3.4). */
import type { Recognition } from '../session.ts';
import { PREFACE } from './frames.ts';

/** A client is told by `PRI * HTTP/2.0` and what follows; a server that speaks first by a frame that can only be SETTINGS. */
export function recogniseHttp2(data: Uint8Array): Recognition {
  const client = beginsPreface(data);
  if (client) return data.length < PREFACE.length ? 'more' : 'client';
  return isSettings(data);
}

function beginsPreface(data: Uint8Array): boolean {
  for (let at = 0; at < Math.min(data.length, PREFACE.length); at++) if (data[at] !== PREFACE.charCodeAt(at)) return false;
  return true;
}

/** Length a multiple of six, type 4, no flags, stream 0; behind it the first setting is one that is registered or greased. */
function isSettings(data: Uint8Array): Recognition {
  const [a = 0, b = 0, length = 0] = data;
  if (a !== 0 || b !== 0 || length % SETTING !== 0 || length > SETTINGS_LONGEST) return 'no';
  for (let at = 3; at < Math.min(data.length, HEADER); at++) if (data[at] !== (at === 3 ? SETTINGS : 0)) return 'no';
  if (data.length < HEADER + 2) return length === 0 && data.length === HEADER ? 'server' : 'more';
  const identifier = ((data[HEADER] ?? 0) << 8) | (data[HEADER + 1] ?? 0);
  if (length === 0) return data[HEADER] === 0 ? 'server' : 'no';
  return (identifier > 0 && identifier <= IDENTIFIER_MAX) || (identifier & 0x0f0f) === 0x0a0a ? 'server' : 'no';
}

const HEADER = 9;
const SETTING = 6;
const SETTINGS = 4;
/** Settings that a server sends at first: real ones have up to eight. */
const SETTINGS_LONGEST = 120;
/** IANA's "HTTP/2 Settings" ends at 16. */
const IDENTIFIER_MAX = 16;
