/**
 * The interfaces of a pcapng section: reads Interface Description Blocks and
 * keeps, for the current section only, what later blocks need of them. Numbers
 * them over the whole file, up to a cap.
 */
import { latin1 } from '../../base/bytes.ts';
import { wireText } from '../../base/wire-text.ts';
import { u16be, u16le, u32be, u32le } from '../numbers.ts';
import type { InterfaceFacts } from './frame.ts';
import { OPTION_IF_NAME, OPTION_IF_TSOFFSET, OPTION_IF_TSRESOL } from './pcapng-blocks.ts';
import { InterfaceClock } from './pcapng-clock.ts';
import { findOption, optionLength } from './pcapng-options.ts';

export interface CaptureInterface {
  readonly facts: InterfaceFacts;
  readonly clock: InterfaceClock;
  /** Frames that blocks of single packets said were lost before them, so far. */
  lost: number;
  /** The largest loss figure told to the sink. */
  told: number;
}

export class InterfaceTable {
  #section: (CaptureInterface | undefined)[] = [];
  #count = 0;

  /** Interface ids start again at zero (§4.1). */
  newSection(): void {
    this.#section = [];
  }

  get(id: number): CaptureInterface | undefined {
    return this.#section[id];
  }

  /**
   * Takes the body of an Interface Description Block (§4.2); gives its facts, or undefined when it is too short or
   * the cap is reached. A refused block keeps its number, so that later ids still point where the writer meant.
   */
  add(bytes: Uint8Array, at: number, end: number, big: boolean): InterfaceFacts | undefined {
    if (this.#count >= MAX_INTERFACES) return undefined;
    const id = this.#count++;
    if (end - at < FIXED_PART) {
      this.#section.push(undefined);
      return undefined;
    }
    const link = big ? u16be(bytes, at) : u16le(bytes, at);
    const snapLength = big ? u32be(bytes, at + 4) : u32le(bytes, at + 4);
    const name = nameIn(bytes, at + FIXED_PART, end, big);
    const facts = { id, link, ...(name === '' ? {} : { name: wireText(name) }), ...(snapLength === 0 ? {} : { snapLength }) };
    this.#section.push({ facts, clock: clockIn(bytes, at + FIXED_PART, end, big), lost: 0, told: 0 });
    return facts;
  }
}

function nameIn(bytes: Uint8Array, at: number, end: number, big: boolean): string {
  const value = findOption(bytes, at, end, big, OPTION_IF_NAME, 1);
  return value < 0 ? '' : latin1(bytes, value, value + Math.min(optionLength(bytes, value, big), MAX_NAME));
}

function clockIn(bytes: Uint8Array, at: number, end: number, big: boolean): InterfaceClock {
  const resolution = findOption(bytes, at, end, big, OPTION_IF_TSRESOL, 1);
  const offset = findOption(bytes, at, end, big, OPTION_IF_TSOFFSET, 8);
  return new InterfaceClock(resolution < 0 ? undefined : bytes[resolution], offset < 0 ? 0 : signed64(bytes, offset, big));
}

function signed64(bytes: Uint8Array, at: number, big: boolean): number {
  const high = big ? u32be(bytes, at) : u32le(bytes, at + 4);
  const low = big ? u32be(bytes, at + 4) : u32le(bytes, at);
  return (high | 0) * 0x1_0000_0000 + low;
}

/** Link type, reserved, snap length. */
const FIXED_PART = 8;

/** Interfaces of one file, all sections together: far above any host's, far below what would fill the memory. */
export const MAX_INTERFACES = 16_384;

/** Bytes kept of an interface's name: several times any system's limit. */
const MAX_NAME = 256;
