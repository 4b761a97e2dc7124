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
    const even = size & ~1;
    for (let at = 0; at < even; at += 2) {
      this.#word(value.charCodeAt(at) | (value.charCodeAt(at + 1) << 16));
    }
    if (even < size) this.#word(value.charCodeAt(even));
    this.#word(size);
  }

  finish(): RecordHash {
    return { hi: avalanche(this.#hi) >>> 0, lo: avalanche(this.#lo ^ this.#hi) >>> 0 };
  }

  #word(word: number): void {
    const hi = Math.imul(this.#hi ^ word, 0xcc9e2d51);
    const lo = Math.imul(this.#lo ^ word, 0x1b873593);
    this.#hi = ((hi << 15) | (hi >>> 17)) + 0x6b64e654;
    this.#lo = ((lo << 13) | (lo >>> 19)) + 0x561ccd1b;
  }
}

function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
