/** The HTTP/2 decoder of the index, frames as RFC 9113 writes them, and parts as one line each. */
import type { HttpPart } from '../../../../../src/core/decode/payloads/http/facts.ts';
import { PREFACE } from '../../../../../src/core/decode/payloads/http2/frames.ts';
import { bytes } from '../../../../build/bytes.ts';
import { decoderOf } from '../../../../build/decoder-of.ts';
import { playSession, rechunked, type Passage, type Played } from '../../../../build/play-session.ts';

export function play(...passages: readonly Passage[]): Played & { readonly parts: readonly HttpPart[] } {
  const played = playSession(decoderOf('h2c'), passages);
  return { ...played, parts: played.facts.http?.parts ?? [] };
}

export function frame(type: number, flags: number, stream: number, ...payload: readonly (string | number | Uint8Array)[]): Uint8Array {
  const content = bytes(...payload);
  const { length } = content;
  return bytes(length >> 16, (length >> 8) & 255, length & 255, type, flags, (stream >>> 24) & 255, (stream >> 16) & 255, (stream >> 8) & 255, stream & 255, content);
}

/** Fields as literals that are never indexed (RFC 7541 §6.2.3), names as text. */
export function block(fields: Readonly<Record<string, string>>): Uint8Array {
  return bytes(...Object.entries(fields).flatMap(([name, value]) => [0x10, name.length, name, value.length, value]));
}

export function request(stream: number, fields: Readonly<Record<string, string>>, flags = 0x05): Uint8Array {
  return frame(1, flags, stream, block(fields));
}

export const OPENING: Passage = { side: 'up', data: bytes(PREFACE, frame(4, 0, 0)) };
export const SETTINGS: Passage = { side: 'down', data: frame(4, 0, 0) };

/** Parts and problems, which do not depend on how the bytes were cut; all readings when they do. */
export function shown(flow: readonly Passage[], protocol = 'h2c'): readonly unknown[] {
  const readings = [[1_000_000], [1], [7, 1, 100], [64, 3]].map((sizes) => {
    const played = playSession(decoderOf(protocol), rechunked(flow, sizes));
    return { facts: played.facts, shown: [...(played.facts.http?.parts ?? []).map(line), ...played.problems] as unknown[] };
  });
  return new Set(readings.map((each) => JSON.stringify(each))).size === 1 ? (readings[0]?.shown ?? []) : readings;
}

function line(part: HttpPart): string {
  const host = `${part.host ?? '-'}${part.port === undefined ? '' : `:${part.port}`}`;
  const inside = part.inside === undefined ? '' : ` inside ${part.inside.protocol} ${part.inside.tls?.hello?.sni ?? '-'}`;
  return `${part.form} ${part.methods.join('+')} ${host} ×${part.requests} ${part.status ?? '-'}${part.switched ? ' switched' : ''}${part.upgrade === undefined ? '' : ` ${part.upgrade}`}${part.credentialScheme === undefined ? '' : ` (${part.credentialScheme})`}${inside}`;
}
