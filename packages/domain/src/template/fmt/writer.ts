import type { Budget } from "../budget.ts";
import { bytesFromText, quoteGo } from "../../text/index.ts";
import { formatCodePoint, quoteRaw } from "../parse/quote.ts";
import { firstRunes, isAscii, runeCount, textOfRune } from "../values/text.ts";
import { formatFloat, type FloatVerb } from "./float.ts";
import { quoteAscii, quoteRune } from "./quote.ts";

/** What stands between `%` and the verb. */
export interface Flags {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  width: number | undefined;
  precision: number | undefined;
  /** `%+v` and `%#v`: the flag then belongs to the verb and not to numbers inside. */
  plusV: boolean;
  sharpV: boolean;
}

export function noFlags(): Flags {
  return {
    plus: false,
    minus: false,
    sharp: false,
    space: false,
    zero: false,
    width: undefined,
    precision: undefined,
    plusV: false,
    sharpV: false,
  };
}

/** Floats with many digits are worked out in large integers. */
const EXACT_DIGITS_CHEAP = 20;
const EXACT_STEPS = 100;
const RUNE_MAX = 0x10ffffn;

/** Writes numbers and texts under the flags of one verb, as Go's `fmt` pads and signs them. */
export class FormatWriter {
  out = "";
  flags: Flags = noFlags();
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(text: string): void {
    this.#budget.admitText(this.out.length + text.length);
    this.#budget.spend(text.length >> 5);
    this.out += text;
  }

  spend(steps: number): void {
    this.#budget.spend(steps);
  }

  /** Goes one value deeper; values can lie in each other deeper than the stack bears. */
  nested(part: () => void): void {
    this.#budget.enter();
    part();
    this.#budget.leave();
  }

  pad(text: string): void {
    const { width, minus } = this.flags;
    if (width === undefined || width === 0) {
      this.write(text);
      return;
    }
    const missing = width - runeCount(text);
    if (!minus) this.padding(missing);
    this.write(text);
    if (minus) this.padding(missing);
  }

  padding(count: number): void {
    if (count <= 0) return;
    this.#budget.admitText(this.out.length + count);
    this.write((this.flags.zero && !this.flags.minus ? "0" : " ").repeat(count));
  }

  boolean(value: boolean): void {
    this.pad(String(value));
  }

  /** An integer in a base; `capital` for `%X`, `prefixed` for `%O`. */
  integer(value: bigint, base: 2 | 8 | 10 | 16, style: "" | "capital" | "prefixed" = ""): void {
    const { flags } = this;
    const isNegative = value < 0n;
    if (flags.precision === 0 && value === 0n) {
      this.#unzeroed(() => this.padding(flags.width ?? 0));
      return;
    }
    let digits = (isNegative ? -value : value).toString(base);
    if (style === "capital") digits = digits.toUpperCase();
    const size = flags.precision ?? this.#zeroWidth(isNegative);
    this.#budget.admitText(this.out.length + size);
    digits = digits.padStart(size, "0");
    if (flags.sharp) digits = sharpPrefix(digits, base, style) + digits;
    if (style === "prefixed") digits = `0o${digits}`;
    const sign = isNegative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
    this.#unzeroed(() => this.pad(sign + digits));
  }

  /** Zero padding works like a precision that leaves room for the sign. */
  #zeroWidth(isNegative: boolean): number {
    const { zero, minus, width, plus, space } = this.flags;
    if (!zero || minus || width === undefined) return 0;
    return isNegative || plus || space ? width - 1 : width;
  }

  #unzeroed(part: () => void): void {
    const { zero } = this.flags;
    this.flags.zero = false;
    part();
    this.flags.zero = zero;
  }

  /** `0x` and digits, however the flags are: how `%#v` shows unsigned numbers and addresses. */
  hexadecimal(value: bigint): void {
    const { sharp } = this.flags;
    this.flags.sharp = true;
    this.integer(value, 16);
    this.flags.sharp = sharp;
  }

  character(value: bigint): void {
    this.pad(runeText(value));
  }

  quotedCharacter(value: bigint): void {
    this.pad(quoteRune(runeText(value), this.flags.plus));
  }

  /** `U+00E9`, with the character behind it under the flag `#`. */
  unicode(value: bigint): void {
    const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
    const size = Math.max(this.flags.precision ?? 4, 4);
    this.#budget.admitText(this.out.length + size);
    const number = `U+${digits.padStart(size, "0")}`;
    const shown =
      this.flags.sharp && value >= 0n && value <= RUNE_MAX
        ? (/ .*$/s.exec(formatCodePoint(runeText(value)))?.[0] ?? "")
        : "";
    this.#unzeroed(() => this.pad(number + shown));
  }

  text(value: string): void {
    this.pad(this.#truncated(value));
  }

  quotedText(value: string): void {
    const text = this.#truncated(value);
    const { sharp, plus } = this.flags;
    this.pad(sharp ? quoteRaw(text) : plus ? quoteAscii(text) : quoteGo(text));
  }

  #truncated(text: string): string {
    const { precision } = this.flags;
    return precision === undefined ? text : firstRunes(text, precision);
  }

  /** The bytes of a text in hexadecimal; a precision limits how many. */
  hexText(text: string, isCapital: boolean): void {
    const { flags } = this;
    const bytes = isAscii(text) ? asciiBytes(text) : bytesFromText(text);
    const shown = bytes.subarray(0, flags.precision ?? bytes.length);
    if (shown.length === 0) {
      this.padding(flags.width ?? 0);
      return;
    }
    this.#budget.admitText(this.out.length + shown.length * 5);
    this.#budget.spend(bytes.length + shown.length);
    const prefix = isCapital ? "0X" : "0x";
    const pairs = Array.from(shown, (byte) => byte.toString(16).padStart(2, "0"));
    const digits = pairs.map((pair) => (isCapital ? pair.toUpperCase() : pair));
    const separator = flags.space ? (flags.sharp ? ` ${prefix}` : " ") : "";
    const body = (flags.sharp ? prefix : "") + digits.join(separator);
    const missing = (flags.width ?? 0) - body.length;
    if (!flags.minus) this.padding(missing);
    this.write(body);
    if (flags.minus) this.padding(missing);
  }

  /** A float; `precision` holds unless the flags give one. */
  float(value: number, verb: FloatVerb, precision: number): void {
    const { flags } = this;
    const digits = flags.precision ?? precision;
    this.#budget.admitText(this.out.length + Math.max(digits, 0));
    this.#budget.spend(digits > EXACT_DIGITS_CHEAP ? EXACT_STEPS : 1);
    let number = formatFloat(value, verb, digits);
    if (!/^[-+]/.test(number)) number = `+${number}`;
    if (flags.space && number.startsWith("+") && !flags.plus) number = ` ${number.slice(1)}`;
    if (number.charAt(1) === "I" || number.charAt(1) === "N") {
      const isBareNaN = number.charAt(1) === "N" && !flags.space && !flags.plus;
      this.#unzeroed(() => this.pad(isBareNaN ? number.slice(1) : number));
      return;
    }
    if (flags.sharp && verb !== "b") number = sharpFloat(number, verb, digits);
    if (!flags.plus && number.startsWith("+")) {
      this.pad(number.slice(1));
      return;
    }
    if (flags.zero && !flags.minus && flags.width !== undefined && flags.width > number.length) {
      this.write(number.charAt(0));
      this.padding(flags.width - number.length);
      this.write(number.slice(1));
      return;
    }
    this.pad(number);
  }
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function runeText(value: bigint): string {
  return textOfRune(value < 0n || value > RUNE_MAX ? -1 : Number(value));
}

function sharpPrefix(digits: string, base: number, style: string): string {
  if (base === 2) return "0b";
  if (base === 8) return digits.startsWith("0") ? "" : "0";
  if (base === 16) return style === "capital" ? "0X" : "0x";
  return "";
}

/** The flag `#`: a point in every case, and for `%g` the zeros that it drops otherwise. */
function sharpFloat(number: string, verb: FloatVerb, precision: number): string {
  const isHex = verb === "x" || verb === "X";
  const [, sign = "", mantissa = "", tail = ""] =
    (isHex ? /^(.)(.*?)([pP].*)?$/ : /^(.)(.*?)([eE].*)?$/).exec(number) ?? [];
  let missing = 0;
  if (verb === "g" || verb === "G" || verb === "x") missing = precision < 0 ? 6 : precision;
  const significant = mantissa.replace(".", "").replace(/^0+/, "");
  missing -= significant.length;
  const hasPoint = mantissa.includes(".");
  if (!hasPoint && mantissa === "0") missing -= 1;
  return `${sign}${mantissa}${hasPoint ? "" : "."}${"0".repeat(Math.max(missing, 0))}${tail}`;
}
