/** The HTTP decoder of the index, which recognises what runs inside tunnels. */
import type { HttpPart } from '../../../../../src/core/decode/payloads/http/facts.ts';
import { DECODERS } from '../../../../../src/core/decode/payloads/index.ts';
import type { Decoder } from '../../../../../src/core/decode/payloads/session.ts';
import { playSession, type Passage, type Played } from '../../../../build/play-session.ts';

export function httpOf(): Decoder {
  const decoder = DECODERS.find((each) => each.protocol === 'http');
  if (decoder === undefined) throw new Error('the index has no HTTP decoder');
  return decoder;
}

export function play(...passages: readonly Passage[]): Played & { readonly parts: readonly HttpPart[] } {
  const played = playSession(httpOf(), passages);
  return { ...played, parts: played.facts.http?.parts ?? [] };
}

/** `GET example.com:80 ×2 200`: form, methods, host, port, number of requests, status. */
function line(part: HttpPart): string {
  const host = `${part.host ?? '-'}${part.port === undefined ? '' : `:${part.port}`}`;
  return `${part.form} ${part.methods.join('+')} ${host} ×${part.requests} ${part.status ?? '-'}${part.switched ? ' switched' : ''}`;
}

export function lines(parts: readonly HttpPart[]): string[] {
  return parts.map(line);
}
