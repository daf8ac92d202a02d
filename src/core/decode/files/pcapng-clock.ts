/**
 * Timestamps of a pcapng interface: 64-bit counts of a unit that the interface
 * declares (if_tsresol: a power of ten or of two) plus an offset in seconds
 * (if_tsoffset). Gives microseconds, rounded down, without 64-bit integers.
 */
import type { Micros } from '../../base/time.ts';

export class InterfaceClock {
  readonly #exponent: number;
  readonly #binary: boolean;
  readonly #offset: Micros;
  readonly #scale: number;

  /** `resolution` as in if_tsresol (§4.2): the top bit chooses powers of two, the rest is the negative exponent. */
  constructor(resolution = MICROSECONDS, offsetSeconds = 0) {
    this.#exponent = resolution & 0x7f;
    this.#binary = (resolution & 0x80) !== 0;
    this.#offset = offsetSeconds * 1_000_000;
    this.#scale = this.#binary ? 2 ** this.#exponent : 10 ** Math.abs(this.#exponent - MICROSECONDS);
  }

  /** Microseconds since 1970 of the count `high · 2³² + low`. */
  at(high: number, low: number): Micros {
    return this.#offset + (this.#binary ? this.#fromBinary(high, low) : this.#fromDecimal(high, low));
  }

  #fromDecimal(high: number, low: number): Micros {
    const count = high * WORD + low;
    if (this.#exponent <= MICROSECONDS) return count * this.#scale;
    // Past 2⁵³ a double cannot hold the count, so divide word by word; finer units than a picosecond span
    // so little time in 64 bits that rounding them stays below a nanosecond.
    if (this.#exponent > PICOSECONDS) return Math.floor(count / this.#scale);
    const whole = Math.floor(high / this.#scale);
    return whole * WORD + Math.floor(((high - whole * this.#scale) * WORD + low) / this.#scale);
  }

  #fromBinary(high: number, low: number): Micros {
    if (this.#exponent > 32) {
      const above = this.#scale / WORD;
      const whole = Math.floor(high / above);
      return whole * 1_000_000 + Math.floor((((high - whole * above) * WORD + low) / this.#scale) * 1_000_000);
    }
    const seconds = Math.floor(low / this.#scale);
    return (high * (WORD / this.#scale) + seconds) * 1_000_000 + Math.floor(((low - seconds * this.#scale) * 1_000_000) / this.#scale);
  }
}

const WORD = 0x1_0000_0000;
/** if_tsresol when the option is absent. */
const MICROSECONDS = 6;
const PICOSECONDS = 12;
