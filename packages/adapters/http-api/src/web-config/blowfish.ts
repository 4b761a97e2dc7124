/**
 * The cipher inside bcrypt: Blowfish with the key schedule of Provos and Mazières ("A Future-Adaptable
 * Password Scheme", 1999). Only what bcrypt needs of it, since nothing else should use it.
 *
 * A block is two 32-bit words. Sixteen rounds mix it with eighteen subkeys and four tables of 256 words;
 * the schedule encrypts a block over and over and replaces the subkeys and tables with what comes out.
 */
import { piWords } from "./pi.ts";

const SUBKEY_COUNT = 18;
const TABLE_WORD_COUNT = 4 * 256;

export class Blowfish {
  readonly #subkeys: Int32Array;
  readonly #tables: Int32Array;
  /** The block that is worked on: left and right word. */
  readonly block: Int32Array = new Int32Array(2);

  constructor() {
    const words = piWords(SUBKEY_COUNT + TABLE_WORD_COUNT);
    this.#subkeys = words.slice(0, SUBKEY_COUNT);
    this.#tables = words.slice(SUBKEY_COUNT);
  }

  /** Mixes a key into the whole state. With `salt`, its words go into the blocks in turn. */
  expandKey(key: Uint8Array, salt?: Int32Array): void {
    const subkeys = this.#subkeys;
    let at = 0;
    for (let i = 0; i < SUBKEY_COUNT; i += 1) {
      let word = 0;
      for (let byte = 0; byte < 4; byte += 1) {
        word = (word << 8) | (key[at] as number);
        at = at + 1 === key.length ? 0 : at + 1;
      }
      subkeys[i] = (subkeys[i] as number) ^ word;
    }
    const { block } = this;
    block.fill(0);
    const saltAt = this.#replace(subkeys, salt, 0);
    this.#replace(this.#tables, salt, saltAt);
  }

  /** Encrypts `block` in place. */
  encrypt(): void {
    const { block } = this;
    const subkeys = this.#subkeys;
    const tables = this.#tables;
    // Indexes are within the tables by their masks: none of the words is undefined.
    let left = (block[0] as number) ^ (subkeys[0] as number);
    let right = block[1] as number;
    for (let round = 1; round <= 16; round += 2) {
      right ^= mix(tables, left) ^ (subkeys[round] as number);
      left ^= mix(tables, right) ^ (subkeys[round + 1] as number);
    }
    block[0] = right ^ (subkeys[17] as number);
    block[1] = left;
  }

  /** Replaces words by what the block becomes, two at a time. Returns where the salt goes on. */
  #replace(words: Int32Array, salt: Int32Array | undefined, saltStart: number): number {
    const { block } = this;
    let saltAt = saltStart;
    for (let i = 0; i < words.length; i += 2) {
      if (salt !== undefined) {
        block[0] = (block[0] as number) ^ (salt[saltAt] as number);
        block[1] = (block[1] as number) ^ (salt[saltAt + 1] as number);
        saltAt = (saltAt + 2) % salt.length;
      }
      this.encrypt();
      words[i] = block[0] as number;
      words[i + 1] = block[1] as number;
    }
    return saltAt;
  }
}

function mix(tables: Int32Array, word: number): number {
  const a = tables[word >>> 24] as number;
  const b = tables[256 + ((word >>> 16) & 0xff)] as number;
  const c = tables[512 + ((word >>> 8) & 0xff)] as number;
  const d = tables[768 + (word & 0xff)] as number;
  return (((a + b) ^ c) + d) | 0;
}
