/**
 * Bounds the bytes that a connection sent in given stretches of time, from the
 * samples that the observer kept. Gives at least and at most; never guesses
 * between them.
 */
import type { Micros } from '../base/time.ts';
import type { Connection } from '../observe/connection.ts';
import type { Stretch } from './phase-end.ts';

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Bytes up later than `grace` after the begin of each stretch and before its end. */
export function uploadWithin(connection: Connection, stretches: readonly Stretch[], grace: Micros): Bounds {
  let least = 0;
  let most = 0;
  for (const { from, to } of stretches) {
    const begin = from + grace;
    if (begin >= to || begin >= connection.last) continue;
    const before = sentBefore(connection, begin);
    const after = sentBefore(connection, to);
    least += Math.max(0, after.least - before.most);
    most += after.most - before.least;
  }
  return { least, most };
}

/** Bytes up before a moment: between the samples around it. */
function sentBefore({ upBy = [], up, last }: Connection, moment: Micros): Bounds {
  if (moment > last) return { least: up, most: up };
  let least = 0;
  for (const [at, bytes] of upBy) {
    if (at >= moment) return { least, most: bytes };
    least = bytes;
  }
  return { least, most: up };
}
