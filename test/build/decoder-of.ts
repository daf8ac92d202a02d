/** The decoder of the index for a protocol, which recognises what runs inside, too. */
import { DECODERS } from '../../src/core/decode/payloads/index.ts';
import type { Decoder } from '../../src/core/decode/payloads/session.ts';

export function decoderOf(protocol: string, transport: Decoder['transport'] = 'tcp'): Decoder {
  const decoder = DECODERS.find((each) => each.protocol === protocol && each.transport === transport);
  if (decoder === undefined) throw new Error(`the index has no decoder for ${protocol} over ${transport}`);
  return decoder;
}
