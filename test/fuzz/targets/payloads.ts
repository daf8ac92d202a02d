/**
 * Every payload decoder of the index, new ones included: passages of both ends
 * and gaps, mutated. A piece is one passage: a byte that says whose it is (and
 * whether it is missing), then the bytes.
 */
import { DECODERS, recognise } from '../../../src/core/decode/payloads/index.ts';
import { type Decoder, type PayloadFacts, RECOGNISE_LIMIT, type Side } from '../../../src/core/decode/payloads/session.ts';
import type { LookupFacts } from '../../../src/core/decode/payloads/dns/facts.ts';
import type { FlowObservation, LookupObservation } from '../../../src/core/observe/observation.ts';
import { playSession, type Passage } from '../../build/play-session.ts';
import type { Talk } from '../corpus.ts';
import { observationWrong } from '../check-facts.ts';
import { type Outcome, outcomeOf, type Pieces, sizeOf, type Target } from '../target.ts';

export function payloadTargets(talks: readonly Talk[]): Target[] {
  return [
    ...DECODERS.map((decoder): Target => {
      const known = talks.filter((talk) => decoderFor(talk)?.decoder === decoder).map((talk) => piecesOf(talk, decoderFor(talk)?.sender !== 'server'));
      // A decoder of which nothing is at hand meets what others say.
      const seeds = known.length > 0 ? known : talks.filter(({ transport }) => transport === decoder.transport).slice(0, 12).map((talk) => piecesOf(talk, true));
      return { name: `payload:${decoder.transport}:${decoder.protocol}`, kind: 'bytes', seeds: capped(seeds), run: (input) => runDecoder(decoder, input) };
    }),
    { name: 'payload:recognise', kind: 'bytes', seeds: capped(talks.map((talk) => piecesOf(talk, true).slice(0, 1))), run: runRecognise },
  ];
}

function decoderFor({ transport, ports, passages }: Talk): { decoder: Decoder; sender: 'client' | 'server' } | undefined {
  const first = passages[0]?.data ?? new Uint8Array(0);
  const found = recognise(transport, transport === 'tcp' ? first.subarray(0, RECOGNISE_LIMIT) : first, ports);
  return typeof found === 'string' ? undefined : found;
}

function piecesOf(talk: Talk, clientFirst: boolean): Pieces {
  return talk.passages.map(({ fromFirst, data }) => Buffer.concat([Uint8Array.of(fromFirst === clientFirst ? 0 : 1), data]));
}

/** Enough of each kind; hundreds of hellos of one client teach nothing. */
function capped(seeds: readonly Pieces[]): Pieces[] {
  const step = Math.max(1, Math.floor(seeds.length / MOST_SEEDS));
  return seeds.filter((_, index) => index % step === 0);
}

function passagesOf(input: Pieces, transport: Decoder['transport']): Passage[] {
  return input.map((piece, index) => {
    const [head = 0] = piece;
    const side: Side = (head & 1) === 0 ? 'up' : 'down';
    const isGap = transport === 'tcp' && (head & 0xf8) === 0xf8;
    return { side, data: isGap ? piece.length * 7 : piece.subarray(1), at: index + 1, frame: index + 1 };
  });
}

function runDecoder(decoder: Decoder, input: Pieces): Outcome {
  const passages = passagesOf(input, decoder.transport);
  const { facts, problems, lookups } = playSession(decoder, passages);
  const size = sizeOf(input) + input.length;
  const wrong = factsWrong(facts, lookups)
    ?? (lookups.length > size ? `${lookups.length} lookups from ${size} bytes` : undefined)
    ?? (problems.length > size ? `${problems.length} problems from ${size} bytes` : undefined);
  return outcomeOf(wrong, traitOf(facts, problems.map(({ code }) => code), lookups));
}

/** The facts as observations, which is where they end. */
function factsWrong(facts: PayloadFacts, lookups: readonly LookupFacts[]): string | undefined {
  const flow: FlowObservation = { ...FLOW, ...facts };
  return observationWrong(flow) ?? lookups.map((lookup) => observationWrong({ ...LOOKUP, ...lookup } satisfies LookupObservation)).find((wrong) => wrong !== undefined);
}

function traitOf(facts: PayloadFacts, problems: readonly string[], lookups: readonly LookupFacts[]): string {
  return [shapeOf(facts), ...new Set(problems), Math.min(3, lookups.length), ...new Set(lookups.map(({ rcode, truncated }) => `${rcode} ${truncated}`))].join(' ');
}

/** Which facts there are, and how many up to three. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.slice(0, 2).map(shapeOf).join()}${Math.min(3, value.length)}]`;
  if (typeof value !== 'object' || value === null) return value === undefined ? '' : typeof value === 'boolean' ? String(value) : typeof value;
  return `{${Object.entries(value).map(([key, part]) => (part === undefined ? '' : `${key}:${shapeOf(part)}`)).join()}}`;
}

/** Any first bytes on any port have an answer, and at the limit a decided one. */
function runRecognise([piece = new Uint8Array(0)]: Pieces): Outcome {
  const port = ((piece[0] ?? 0) << 8) | (piece[1] ?? 0);
  const seen: string[] = [];
  for (const transport of ['tcp', 'udp'] as const) {
    for (const length of [0, 1, 2, 5, 11, 40, RECOGNISE_LIMIT]) {
      const data = piece.slice(1, 1 + length);
      const found = recognise(transport, data, (piece[0] ?? 0) % 2 === 0 ? [40_000, port] : [port, 40_000]);
      if (found === 'more' && data.length >= RECOGNISE_LIMIT) return { wrong: 'asks for more at the limit' };
      seen.push(typeof found === 'string' ? found : `${found.decoder.protocol} ${found.sender}`);
    }
  }
  return { trait: seen.join() };
}

const FLOW: FlowObservation = {
  kind: 'flow', at: 0, seq: 0, from: [0, 1], flow: 1, transport: 'tcp', ipProtocol: 6, client: { address: '10.0.0.2', port: 40_000 }, server: { address: '203.0.113.1', port: 443 },
  direction: 'syn', opened: 0, last: 0, lastFrame: 1, startSeen: true, outcome: 'established', up: 0, down: 0, packetsUp: 0, packetsDown: 0, duplicates: 0, protocol: 'unknown',
};
const LOOKUP = { kind: 'lookup', at: 0, seq: 0, from: [0, 1], client: FLOW.client, resolver: FLOW.server, transport: 'udp' } as const;
const MOST_SEEDS = 40;
