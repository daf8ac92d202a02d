/**
 * Makes a hostile input of sound ones: bytes flipped, set to the edges of their
 * range, cut, doubled, moved, taken from another input; lengths made to lie;
 * pieces lost, doubled, split, joined and put in another order.
 */
import type { Dice } from './dice.ts';
import { mutateText } from './mutate-text.ts';
import type { Pieces, Target } from './target.ts';

/** A changed copy of `input`; `donor` is another input of the same target to take from. */
export function mutate(input: Pieces, donor: Pieces, kind: Target['kind'], dice: Dice): Pieces {
  const pieces = [...input];
  const changes = 1 + dice.few(12);
  for (let change = 0; change < changes; change++) {
    const at = dice.below(pieces.length);
    const piece = pieces[at] ?? EMPTY;
    const action = dice.below(10);
    if (action === 0 && pieces.length > 1) pieces.splice(at, 1);
    else if (action === 1 && pieces.length < MOST_PIECES && pieces.length > 1) pieces.splice(dice.below(pieces.length + 1), 0, piece);
    else if (action === 2 && pieces.length > 1) [pieces[at], pieces[0]] = [pieces[0] ?? EMPTY, piece];
    else if (action === 3 && pieces.length > 1 && donor.length > 0) pieces.splice(at, 0, dice.pick(donor));
    else pieces[at] = kind === 'lines' && dice.below(6) > 0 ? mutateText(piece, dice) : mutateBytes(piece, dice.pick(donor.length > 0 ? donor : [EMPTY]), dice);
  }
  return pieces;
}

function mutateBytes(original: Uint8Array, donor: Uint8Array, dice: Dice): Uint8Array {
  const bytes = Uint8Array.from(original);
  const at = placeIn(bytes, dice);
  const length = dice.few(80);
  switch (dice.below(11)) {
    case 0: return set(bytes, at, dice.below(256));
    case 1: return set(bytes, at, dice.pick(EDGES));
    case 2: return set(bytes, at, (bytes[at] ?? 0) ^ (1 << dice.below(8)));
    case 3: return set(bytes, at, (bytes[at] ?? 0) + dice.below(7) - 3);
    case 4: return number(bytes, at, dice);
    case 5: return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 6: return grown(bytes, at, bytes.subarray(at, at + length), dice);
    case 7: return grown(bytes, at, donor.subarray(placeIn(donor, dice)).subarray(0, length * 4), dice);
    case 8: return bytes.copyWithin(at, placeIn(bytes, dice), placeIn(bytes, dice));
    case 9: return dice.below(4) === 0 ? bytes.subarray(0, at) : set(bytes, at, dice.below(256));
    default: return bytes.fill(dice.pick(EDGES), at, at + length);
  }
}

/** Headers stand at the beginning, and most of what decides stands in headers. */
function placeIn(bytes: Uint8Array, dice: Dice): number {
  return dice.below(2) === 0 ? dice.below(Math.min(bytes.length, 96)) : dice.below(bytes.length);
}

function set(bytes: Uint8Array, at: number, value: number): Uint8Array {
  if (at < bytes.length) bytes[at] = value;
  return bytes;
}

/** A length field made to lie, in either byte order. */
function number(bytes: Uint8Array, at: number, dice: Dice): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = dice.below(2) === 0;
  const value = dice.pick(NUMBERS);
  if (dice.below(2) === 0 && at + 2 <= bytes.length) view.setUint16(at, value & 0xffff, little);
  else if (at + 4 <= bytes.length) view.setUint32(at, value, little);
  return bytes;
}

/** Some insertions are repeated, up to a size that still runs in a moment. */
function grown(bytes: Uint8Array, at: number, part: Uint8Array, dice: Dice): Uint8Array {
  const times = dice.below(12) === 0 ? 1 + dice.below(200) : 1;
  if (bytes.length + part.length * times > LARGEST) return bytes;
  return Buffer.concat([bytes.subarray(0, at), ...Array.from({ length: times }, () => part), bytes.subarray(at)]);
}

const EMPTY = new Uint8Array(0);
const EDGES = [0, 1, 0x7f, 0x80, 0xc0, 0xff, 0x0a, 0x20, 0x2e];
const NUMBERS = [0, 1, 2, 3, 4, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x1ff, 0x3fff, 0x4000, 0x7fff, 0x8000, 0xc000, 0xfffe, 0xffff, 0x1_0000, 0xff_ffff, 0x100_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
const MOST_PIECES = 4000;
const LARGEST = 4 << 20;
