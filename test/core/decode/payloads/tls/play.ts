/** Plays recorded bytes into a TLS session, in the pieces asked for, and gives what it understood. */
import type { Problem } from '../../../../../src/core/base/problem.ts';
import type { Session } from '../../../../../src/core/decode/payloads/session.ts';
import type { TlsFacts } from '../../../../../src/core/decode/payloads/tls/facts.ts';
import { tlsDecoder } from '../../../../../src/core/decode/payloads/tls/session.ts';
import type { Passage } from '../../../../build/tls-handshake.ts';

export interface Played {
  readonly facts: TlsFacts;
  readonly problems: Problem[];
  /** The session still wanted bytes at the end. */
  readonly wanting: boolean;
}

export function openSession(): { session: Session; problems: Problem[] } {
  const problems: Problem[] = [];
  const session = tlsDecoder.open({ lookup: () => undefined, problem: (problem) => void problems.push(problem) }, 0);
  return { session, problems };
}

/** `sizes` are the lengths of the pieces, used round and round; the pieces are overwritten after use, as a reader's buffer is. */
export function play(passages: readonly Passage[], sizes: readonly number[] = [Number.MAX_SAFE_INTEGER]): Played {
  const { session, problems } = openSession();
  let wanting = true;
  let turn = 0;
  for (const { side, data } of passages) {
    for (let at = 0; at < data.length && wanting;) {
      const piece = data.slice(at, at + Math.max(1, sizes[turn++ % sizes.length] ?? 1));
      at += piece.length;
      wanting = session.push(side, piece, 0, 1);
      piece.fill(0xee);
    }
  }
  return { facts: session.facts().tls ?? { applicationData: 'none' }, problems, wanting };
}
