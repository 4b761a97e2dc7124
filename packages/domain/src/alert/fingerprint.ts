/**
 * The identity of an alert: 64-bit FNV-1a of its labels (S-1).
 *
 * One step is `hash = (hash ^ byte) * prime` in 64 bits. BigInt takes ten times as long, so the hash is
 * two 32-bit halves. The prime is 2^40 + 435, so the product is the hash times 435 plus its lower half
 * moved up by 40 bits, which is 8 bits within the upper half. For the carry out of the lower half times 435
 * that half is split into 16-bit parts, whose products are exact.
 */
import type { Fingerprint, LabelSet } from "../model/index.ts";
import { bytesFromText } from "../text/index.ts";

/** A fingerprint as an alert record holds it: signed 32-bit integers. */
export interface FingerprintHalves {
  readonly hi: number;
  readonly lo: number;
}

const BASIS_HI = 0xcbf29ce4 | 0;
const BASIS_LO = 0x84222325 | 0;
const PRIME_LOW = 435;
const SEPARATOR = 0xff;

/** The fingerprint of labels whose names are sorted. Below a µs for ten labels in ASCII. */
export function fingerprint(labels: LabelSet): FingerprintHalves {
  const state = new Fnv();
  const { names, values } = labels;
  for (let at = 0; at < names.length; at += 1) {
    state.add(names[at] ?? "");
    state.add(values[at] ?? "");
  }
  return state;
}

/** 16 lowercase hex digits, as the API and templates show a fingerprint. */
export function formatFingerprint(hi: number, lo: number): Fingerprint {
  return (formatHalf(hi) + formatHalf(lo)) as Fingerprint;
}

/** The halves of 16 hex digits; undefined for any other text. */
export function parseFingerprint(text: string): FingerprintHalves | undefined {
  if (!/^[0-9a-f]{16}$/.test(text)) return undefined;
  const hi = Number.parseInt(text.slice(0, 8), 16) | 0;
  return { hi, lo: Number.parseInt(text.slice(8), 16) | 0 };
}

class Fnv implements FingerprintHalves {
  hi: number = BASIS_HI;
  lo: number = BASIS_LO;

  /** Takes a text in UTF-8 and the separator after it. */
  add(text: string): void {
    let hi = this.hi;
    let lo = this.lo;
    for (let at = 0; at <= text.length; at += 1) {
      const code = at < text.length ? text.charCodeAt(at) : SEPARATOR;
      if (code > 0x7f && at < text.length) return this.#addBytes(text);
      lo ^= code;
      const low = (lo & 0xffff) * PRIME_LOW;
      const high = (lo >>> 16) * PRIME_LOW + (low >>> 16);
      hi = (Math.imul(hi, PRIME_LOW) + (high >>> 16) + (lo << 8)) | 0;
      lo = (high << 16) | (low & 0xffff);
    }
    this.hi = hi;
    this.lo = lo;
  }

  #addBytes(text: string): void {
    let { hi, lo } = this;
    const bytes = bytesFromText(text);
    for (let at = 0; at <= bytes.length; at += 1) {
      lo ^= bytes[at] ?? SEPARATOR;
      const low = (lo & 0xffff) * PRIME_LOW;
      const high = (lo >>> 16) * PRIME_LOW + (low >>> 16);
      hi = (Math.imul(hi, PRIME_LOW) + (high >>> 16) + (lo << 8)) | 0;
      lo = (high << 16) | (low & 0xffff);
    }
    this.hi = hi;
    this.lo = lo;
  }
}

const HEX_16: readonly string[] = Array.from({ length: 0x1_0000 }, (_, value) =>
  value.toString(16).padStart(4, "0"),
);

function formatHalf(half: number): string {
  // The table has an entry for each 16-bit number.
  return `${HEX_16[half >>> 16] as string}${HEX_16[half & 0xffff] as string}`;
}
