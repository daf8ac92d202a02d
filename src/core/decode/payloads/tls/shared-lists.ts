/**
 * One array for equal short lists: clients of one program offer the same groups
 * in every hello, and facts live as long as the capture is read. Takes a list,
 * gives it or an earlier one that equals it; never changes either.
 */

/** The list itself, or an equal one that was given not long ago. Short ones only: comparing long ones costs more than it saves. */
export function shared(list: readonly number[]): readonly number[] {
  if (list.length > LONGEST_SHARED) return list;
  for (const known of recent) if (isSameList(known, list)) return known;
  recent[next] = list;
  next = (next + 1) % RECENT;
  return list;
}

export function isSameList(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** Groups that a real client offers: Node 20 offers the most, ten. */
const LONGEST_SHARED = 32;
/** Groups and key shares of some four kinds of clients at a time. */
const RECENT = 8;
const recent: (readonly number[])[] = [];
let next = 0;
