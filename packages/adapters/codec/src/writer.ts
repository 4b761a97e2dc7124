/**
 * Writes protobuf into one growing buffer, in one pass. protobufjs' own writer makes an object for each
 * value and walks them at the end: five times the time, and for a single alert the largest part of what
 * the log costs.
 *
 * The length of a nested message stands before it and is known only behind it: one byte is left free,
 * and what was written moves on by the few bytes that a longer one needs.
 */
import { assert } from "@tocsin/foundation";

const FIRST_SIZE_BYTES = 64 * 1024;
/** A larger buffer is not kept for the next message. */
const KEPT_SIZE_MAX_BYTES = 1024 * 1024;
/** Shorter texts are copied here: a call into the runtime takes longer. */
const COPIED_SIZE_MAX = 32;
const TWO_32 = 0x1_0000_0000;

export class Writer {
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE_BYTES);
  #size = 0;
  /** Where the nested messages begin that have not ended, the innermost last. */
  readonly #starts: number[] = [];

  /** A varint of up to 32 bits. */
  uint32(value: number): this {
    this.#reserve(5);
    this.#varint(value >>> 0);
    return this;
  }

  bool(value: boolean): this {
    return this.uint32(value ? 1 : 0);
  }

  /** A varint of 64 bits: the complement of two of a whole number below 2^53. */
  int64(value: number): this {
    if (value >= 0 && value < TWO_32) return this.uint32(value);
    const low = value >>> 0;
    return this.uint64((value - low) / TWO_32, low);
  }

  /** A varint of 64 bits, given by its halves. */
  uint64(high: number, low: number): this {
    this.#reserve(10);
    let [hi, lo] = [high >>> 0, low >>> 0];
    while (hi !== 0) {
      this.#bytes[this.#size++] = (lo & 0x7f) | 0x80;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    this.#varint(lo);
    return this;
  }

  fixed32(value: number): this {
    this.#reserve(4);
    this.#size = this.#bytes.writeUInt32LE(value >>> 0, this.#size);
    return this;
  }

  sfixed32(value: number): this {
    return this.fixed32(value);
  }

  double(value: number): this {
    this.#reserve(8);
    this.#size = this.#bytes.writeDoubleLE(value, this.#size);
    return this;
  }

  /** A text with its length in UTF-8. */
  string(text: string): this {
    this.#reserve(text.length * 3 + 5);
    if (text.length <= COPIED_SIZE_MAX && this.#copyAscii(text)) return this;
    const start = this.#open();
    this.#size += this.#bytes.write(text, this.#size, "utf8");
    this.#close(start);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#reserve(value.length + 5);
    this.#varint(value.length);
    this.#bytes.set(value, this.#size);
    this.#size += value.length;
    return this;
  }

  /** Begins a nested message, behind its tag. */
  fork(): this {
    this.#reserve(1);
    this.#starts.push(this.#open());
    return this;
  }

  /** Ends the nested message that was begun last. */
  ldelim(): this {
    const start = this.#starts.pop();
    assert(start !== undefined, "a nested message is begun before it ends");
    this.#reserve(4);
    this.#close(start);
    return this;
  }

  /** All that was written, where it is: good until the writer is used again. */
  view(): Uint8Array {
    assert(this.#starts.length === 0, "every nested message has ended");
    return this.#bytes.subarray(0, this.#size);
  }

  /** A copy of all that was written. The writer is empty again. */
  finish(): Uint8Array {
    const written = Buffer.from(this.view());
    this.#size = 0;
    if (this.#bytes.length > KEPT_SIZE_MAX_BYTES) {
      this.#bytes = Buffer.allocUnsafeSlow(FIRST_SIZE_BYTES);
    }
    return written;
  }

  /** Forgets what was written. */
  clear(): void {
    this.#size = 0;
    this.#starts.length = 0;
  }

  /** Leaves a byte for a length; returns where what it counts begins. */
  #open(): number {
    this.#size += 1;
    return this.#size;
  }

  #close(start: number): void {
    const end = this.#size;
    const size = end - start;
    const shift = size < 0x80 ? 0 : sizeOfVarint(size) - 1;
    if (shift > 0) this.#bytes.copyWithin(start + shift, start, end);
    this.#size = start - 1;
    this.#varint(size);
    this.#size = end + shift;
  }

  /** Writes a short text of ASCII; false, and nothing is written, for any other. */
  #copyAscii(text: string): boolean {
    const bytes = this.#bytes;
    let at = this.#size;
    bytes[at++] = text.length;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[at++] = code;
    }
    this.#size = at;
    return true;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#size++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#size++] = rest;
  }

  #reserve(sizeBytes: number): void {
    const needed = this.#size + sizeBytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) size += 1;
  return size;
}
