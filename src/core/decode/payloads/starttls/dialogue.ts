/**
 * What an application protocol says before it turns to TLS. A dialogue takes
 * the bytes of both ends in order and tells from which byte on the rest is TLS.
 * Nothing of what is said is kept, passwords least of all.
 */
import type { Recognition, Side } from '../session.ts';

export interface Dialogue {
  /**
   * The next bytes of one side. Gives the offset in `data` from which TLS runs on both sides (`data.length`: from the
   * next byte on), `undefined` while the protocol speaks in clear, `over` when it can no longer turn to TLS.
   */
  read(side: Side, data: Uint8Array): number | 'over' | undefined;
  /** How the client said in clear who it is, in a word of egret's own. */
  readonly credential?: string | undefined;
}

export interface Grammar {
  readonly protocol: string;
  recognise(data: Uint8Array, ports: readonly [from: number, to: number]): Recognition;
  open(): Dialogue;
}
