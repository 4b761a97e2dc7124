/**
 * The hash by which the notification log knows alerts: xxhash64, seed 0, of the labels (S-42).
 *
 * The 64-bit words are pairs of 32-bit halves that the steps change in place: a BigInt for each step would
 * cost more than the arithmetic. A product is put together from 16-bit parts, because only those have
 * products that 32 bits hold.
 */
import type { LabelSet } from "../model/index.ts";
import { formatFingerprint } from "./fingerprint.ts";
import { labelBytes } from "./label-bytes.ts";

type Halves = { readonly hi: number; readonly lo: number };

const PRIME_1: Halves = { hi: 0x9e3779b1 | 0, lo: 0x85ebca87 | 0 };
const PRIME_2: Halves = { hi: 0xc2b2ae3d | 0, lo: 0x27d4eb4f };
const PRIME_3: Halves = { hi: 0x165667b1, lo: 0x9e3779f9 | 0 };
const PRIME_4: Halves = { hi: 0x85ebca77 | 0, lo: 0xc2b2ae63 | 0 };
const PRIME_5: Halves = { hi: 0x27d4eb2f, lo: 0x165667c5 };
const ZERO: Halves = { hi: 0, lo: 0 };

/** The hash of labels whose names are sorted, 16 lowercase hex digits. */
export function alertHash(labels: LabelSet): string {
  return xxhash64(labelBytes(labels));
}

/** xxhash64 with seed 0, as 16 lowercase hex digits. */
export function xxhash64(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stripesEnd = bytes.length - (bytes.length % 32);
  const hash = stripesEnd > 0 ? hashStripes(view, stripesEnd) : new Word(PRIME_5);
  hash.add({ hi: 0, lo: bytes.length });
  hashTail(hash, view, stripesEnd);
  hash.shiftXor(33);
  hash.multiply(PRIME_2);
  hash.shiftXor(29);
  hash.multiply(PRIME_3);
  hash.shiftXor(32);
  return formatFingerprint(hash.hi, hash.lo);
}

/** An unsigned 64-bit number that changes in place. Its halves are 32-bit integers of either sign. */
class Word implements Halves {
  hi: number;
  lo: number;

  constructor({ hi, lo }: Halves) {
    this.hi = hi;
    this.lo = lo;
  }

  add({ hi, lo }: Halves): void {
    const sum = (this.lo + lo) | 0;
    const carry = sum >>> 0 < lo >>> 0 ? 1 : 0;
    this.hi = (this.hi + hi + carry) | 0;
    this.lo = sum;
  }

  multiply({ hi, lo }: Halves): void {
    const a0 = this.lo & 0xffff;
    const a1 = this.lo >>> 16;
    const b0 = lo & 0xffff;
    const b1 = lo >>> 16;
    // As unsigned numbers each sum below stays under 2^32: (2^16 - 1)^2 + 2^16 - 1.
    const low = Math.imul(a0, b0);
    const middle = (Math.imul(a1, b0) + (low >>> 16)) | 0;
    const cross = (Math.imul(a0, b1) + (middle & 0xffff)) | 0;
    const carry = (Math.imul(a1, b1) + (middle >>> 16) + (cross >>> 16)) | 0;
    this.hi = (Math.imul(this.hi, lo) + Math.imul(this.lo, hi) + carry) | 0;
    this.lo = (cross << 16) | (low & 0xffff);
  }

  /** Rotates to the left by 1 to 31 bits. */
  rotate(bits: number): void {
    const { hi, lo } = this;
    this.hi = (hi << bits) | (lo >>> (32 - bits));
    this.lo = (lo << bits) | (hi >>> (32 - bits));
  }

  xor({ hi, lo }: Halves): void {
    this.hi ^= hi;
    this.lo ^= lo;
  }

  /** Combines the number with itself moved to the right by 29, 32 or 33 bits. */
  shiftXor(bits: number): void {
    const { hi, lo } = this;
    if (bits < 32) {
      this.hi ^= hi >>> bits;
      this.lo ^= (hi << (32 - bits)) | (lo >>> bits);
    } else {
      this.lo ^= hi >>> (bits - 32);
    }
  }

  /** Takes eight bytes in, as each of the four lanes does. */
  round(view: DataView, at: number): void {
    const input = new Word(ZERO);
    input.hi = view.getInt32(at + 4, true);
    input.lo = view.getInt32(at, true);
    input.multiply(PRIME_2);
    this.add(input);
    this.rotate(31);
    this.multiply(PRIME_1);
  }
}

function hashStripes(view: DataView, end: number): Word {
  const first = new Word(PRIME_1);
  first.add(PRIME_2);
  const second = new Word(PRIME_2);
  const third = new Word(ZERO);
  // The negative of the first prime.
  const fourth = new Word({ hi: ~PRIME_1.hi, lo: ~PRIME_1.lo });
  fourth.add({ hi: 0, lo: 1 });
  for (let at = 0; at < end; at += 32) {
    first.round(view, at);
    second.round(view, at + 8);
    third.round(view, at + 16);
    fourth.round(view, at + 24);
  }
  const hash = new Word(ZERO);
  addRotated(hash, first, 1);
  addRotated(hash, second, 7);
  addRotated(hash, third, 12);
  addRotated(hash, fourth, 18);
  for (const lane of [first, second, third, fourth]) mergeLane(hash, lane);
  return hash;
}

function addRotated(hash: Word, lane: Word, bits: number): void {
  const turned = new Word(lane);
  turned.rotate(bits);
  hash.add(turned);
}

function mergeLane(hash: Word, lane: Word): void {
  const value = new Word(lane);
  value.multiply(PRIME_2);
  value.rotate(31);
  value.multiply(PRIME_1);
  hash.xor(value);
  hash.multiply(PRIME_1);
  hash.add(PRIME_4);
}

/** Takes in the last bytes, fewer than 32: by eight, by four, one by one. */
function hashTail(hash: Word, view: DataView, start: number): void {
  const size = view.byteLength;
  let at = start;
  for (; at + 8 <= size; at += 8) {
    const value = new Word(ZERO);
    value.round(view, at);
    hash.xor(value);
    hash.rotate(27);
    hash.multiply(PRIME_1);
    hash.add(PRIME_4);
  }
  if (at + 4 <= size) {
    const value = new Word({ hi: 0, lo: view.getInt32(at, true) });
    value.multiply(PRIME_1);
    hash.xor(value);
    hash.rotate(23);
    hash.multiply(PRIME_2);
    hash.add(PRIME_3);
    at += 4;
  }
  for (; at < size; at += 1) {
    const value = new Word({ hi: 0, lo: view.getUint8(at) });
    value.multiply(PRIME_5);
    hash.xor(value);
    hash.rotate(11);
    hash.multiply(PRIME_1);
  }
}
