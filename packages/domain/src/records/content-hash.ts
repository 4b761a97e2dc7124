/**
 * A fast hash of a record's content, for digests between owners that trust each other. Two lanes of a
 * 32-bit multiply-and-rotate mix with different constants, so that a sum of many hashes (see
 * `digest.ts`) misses a difference about once in 2^64. Not for untrusted keys and not for storage: it
 * may change between versions only together with the protocol.
 */

/** Two unsigned 32-bit halves. */
export interface RecordHash {
  readonly hi: number;
  readonly lo: number;
}

const TWO_TO_32 = 0x1_0000_0000;

/** Takes values one by one; the order matters, and every value closes itself off from the next. */
export class ContentHash {
  // Always signed 32-bit integers: a larger number would be boxed at every step.
  #hi = 0x2c1b3c6d;
  #lo = 0x297a2d39;

  /** A whole number, positive or negative, up to 2^53. */
  number(value: number): void {
    this.#word(Math.floor(value / TWO_TO_32));
    this.#word(value);
  }

  flag(value: boolean): void {
    this.#word(value ? 1 : 2);
  }

  /** A text by its UTF-16 units, two at a time, and its length. */
  text(value: string): void {
    const size = value.length;
    let hi = this.#hi;
    let lo = this.#lo;
    for (let at = 0; at < size; at += 2) {
      // Past the end there is NaN, which counts as 0 here; the length tells it from a real zero.
      const word = value.charCodeAt(at) | (value.charCodeAt(at + 1) << 16);
      hi = mixHi(hi, word);
      lo = mixLo(lo, word);
    }
    this.#hi = hi;
    this.#lo = lo;
    this.#word(size);
  }

  finish(): RecordHash {
    return { hi: avalanche(this.#hi) >>> 0, lo: avalanche(this.#lo ^ this.#hi) >>> 0 };
  }

  #word(word: number): void {
    this.#hi = mixHi(this.#hi, word);
    this.#lo = mixLo(this.#lo, word);
  }
}

function mixHi(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0xcc9e2d51);
  return (((mixed << 15) | (mixed >>> 17)) + 0x6b64e654) | 0;
}

function mixLo(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x1b873593);
  return (((mixed << 13) | (mixed >>> 19)) + 0x561ccd1b) | 0;
}

function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
