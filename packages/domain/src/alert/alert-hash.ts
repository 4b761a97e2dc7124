/**
 * The hash by which the notification log knows alerts: xxhash64, seed 0, of the labels (S-42).
 *
 * The 64-bit words are pairs of 32-bit halves, in one array of lanes that the steps work on in place: a
 * fresh BigInt or pair for each step would cost more than the arithmetic. A product needs 16-bit parts,
 * because a double holds only 53 bits of it exactly.
 */
import type { LabelSet } from "../model/index.ts";
import { formatFingerprint } from "./fingerprint.ts";
import { labelBytes } from "./label-bytes.ts";

const PRIME_1 = [0x9e3779b1, 0x85ebca87] as const;
const PRIME_2 = [0xc2b2ae3d, 0x27d4eb4f] as const;
const PRIME_3 = [0x165667b1, 0x9e3779f9] as const;
const PRIME_4 = [0x85ebca77, 0xc2b2ae63] as const;
const PRIME_5 = [0x27d4eb2f, 0x165667c5] as const;

/** The hash of labels whose names are sorted, 16 lowercase hex digits. */
export function alertHash(labels: LabelSet): string {
  return xxhash64(labelBytes(labels));
}

/** xxhash64 with seed 0, as 16 lowercase hex digits. */
export function xxhash64(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stripesEnd = bytes.length - (bytes.length % 32);
  const hash = stripesEnd > 0 ? hashStripes(view, stripesEnd) : new Word(PRIME_5);
  hash.add(0, bytes.length);
  hashTail(hash, view, stripesEnd);
  hash.shiftXor(33);
  hash.multiply(PRIME_2);
  hash.shiftXor(29);
  hash.multiply(PRIME_3);
  hash.shiftXor(32);
  return formatFingerprint(hash.hi, hash.lo);
}

type Pair = readonly [hi: number, lo: number];

/** An unsigned 64-bit number that changes in place. Its halves are 32-bit integers of either sign. */
class Word {
  hi: number;
  lo: number;

  constructor([hi, lo]: Pair) {
    this.hi = hi | 0;
    this.lo = lo | 0;
  }

  add(hi: number, lo: number): void {
    const sum = (this.lo >>> 0) + (lo >>> 0);
    this.hi = (this.hi + hi + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    this.lo = sum | 0;
  }

  multiply([hi, lo]: Pair): void {
    const a0 = this.lo & 0xffff;
    const a1 = this.lo >>> 16;
    const b0 = lo & 0xffff;
    const b1 = lo >>> 16;
    // Each sum below stays under 2^32: (2^16 - 1)^2 + 2^16 - 1.
    const low = Math.imul(a0, b0);
    const middle = Math.imul(a1, b0) + (low >>> 16);
    const cross = Math.imul(a0, b1) + (middle & 0xffff);
    const carry = Math.imul(a1, b1) + (middle >>> 16) + (cross >>> 16);
    this.hi = (Math.imul(this.hi, lo) + Math.imul(this.lo, hi) + carry) | 0;
    this.lo = (cross << 16) | (low & 0xffff);
  }

  /** Rotates to the left by 1 to 31 bits. */
  rotate(bits: number): void {
    const { hi, lo } = this;
    this.hi = (hi << bits) | (lo >>> (32 - bits));
    this.lo = (lo << bits) | (hi >>> (32 - bits));
  }

  xor(hi: number, lo: number): void {
    this.hi ^= hi;
    this.lo ^= lo;
  }

  /** Combines the number with itself moved to the right by 29, 32 or 33 bits. */
  shiftXor(bits: number): void {
    const { hi, lo } = this;
    if (bits < 32) this.xor(hi >>> bits, (hi << (32 - bits)) | (lo >>> bits));
    else this.xor(0, hi >>> (bits - 32));
  }

  /** Takes eight bytes in, as each of the four lanes does. */
  round(view: DataView, at: number): void {
    const input = new Word([view.getUint32(at + 4, true), view.getUint32(at, true)]);
    input.multiply(PRIME_2);
    this.add(input.hi, input.lo);
    this.rotate(31);
    this.multiply(PRIME_1);
  }
}

function hashStripes(view: DataView, end: number): Word {
  const first = new Word(PRIME_1);
  first.add(...PRIME_2);
  const second = new Word(PRIME_2);
  const third = new Word([0, 0]);
  const fourth = new Word([~PRIME_1[0], ~PRIME_1[1]]);
  fourth.add(0, 1);
  const lanes = [first, second, third, fourth] as const;
  for (let at = 0; at < end; at += 32) {
    first.round(view, at);
    second.round(view, at + 8);
    third.round(view, at + 16);
    fourth.round(view, at + 24);
  }
  const hash = new Word([0, 0]);
  for (const [index, lane] of lanes.entries()) {
    const turned = new Word([lane.hi, lane.lo]);
    turned.rotate([1, 7, 12, 18][index] ?? 0);
    hash.add(turned.hi, turned.lo);
  }
  for (const lane of lanes) mergeLane(hash, lane);
  return hash;
}

function mergeLane(hash: Word, lane: Word): void {
  const value = new Word([lane.hi, lane.lo]);
  value.multiply(PRIME_2);
  value.rotate(31);
  value.multiply(PRIME_1);
  hash.xor(value.hi, value.lo);
  hash.multiply(PRIME_1);
  hash.add(...PRIME_4);
}

/** Takes in the last bytes, fewer than 32: by eight, by four, one by one. */
function hashTail(hash: Word, view: DataView, start: number): void {
  const size = view.byteLength;
  let at = start;
  for (; at + 8 <= size; at += 8) {
    const value = new Word([0, 0]);
    value.round(view, at);
    hash.xor(value.hi, value.lo);
    hash.rotate(27);
    hash.multiply(PRIME_1);
    hash.add(...PRIME_4);
  }
  if (at + 4 <= size) {
    const value = new Word([0, view.getUint32(at, true)]);
    value.multiply(PRIME_1);
    hash.xor(value.hi, value.lo);
    hash.rotate(23);
    hash.multiply(PRIME_2);
    hash.add(...PRIME_3);
    at += 4;
  }
  for (; at < size; at += 1) {
    const value = new Word([0, view.getUint8(at)]);
    value.multiply(PRIME_5);
    hash.xor(value.hi, value.lo);
    hash.rotate(11);
    hash.multiply(PRIME_1);
  }
}
