/**
 * Floats in Go's formats (`strconv.FormatFloat`). JavaScript's own formats round ties away from zero
 * and end at 100 digits; Go rounds the exact binary value half to even, with as many digits as asked.
 * So the exact decimal expansion is made with integers of any size, and shortest forms are taken from
 * JavaScript, whose algorithm yields the same digits.
 */

/** `e`, `f`, `g` and capitals; `b` and `x` show the binary form. */
export type FloatVerb = "e" | "E" | "f" | "g" | "G" | "b" | "x" | "X";

/** Digits d1 d2 … with the value 0.d1d2… × 10^point. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** Precision that asks for the shortest text that reads back as the same number. */
export const SHORTEST = -1;
/** No float has more digits behind the point; beyond them only zeros follow. */
const EXACT_DIGITS_MAX = 1100;

/** The text of a float; `precision` counts digits as the verb defines it. */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === Number.POSITIVE_INFINITY) return isNegative ? "-Inf" : "+Inf";
  if (verb === "b") return sign + binaryText(magnitude);
  if (verb === "x") return sign + hexText(magnitude, precision);
  if (verb === "X") return sign + hexText(magnitude, precision).toUpperCase();
  return sign + decimalText(magnitude, verb, precision);
}

function decimalText(value: number, verb: "e" | "E" | "f" | "g" | "G", precision: number): string {
  const isShortest = precision < 0;
  if (verb === "f") {
    const decimal = isShortest ? shortest(value) : rounded(exact(value), { after: precision });
    return fixed(
      decimal,
      isShortest ? Math.max(decimal.digits.length - decimal.point, 0) : precision,
    );
  }
  if (verb === "e" || verb === "E") {
    const decimal = isShortest ? shortest(value) : rounded(exact(value), { total: precision + 1 });
    return exponential(decimal, isShortest ? decimal.digits.length - 1 : precision, verb);
  }
  const wanted = precision === 0 ? 1 : precision;
  const decimal = isShortest ? shortest(value) : rounded(exact(value), { total: wanted });
  const digits = decimal.digits.replace(/0+$/, "");
  const isWhole = digits.length >= decimal.point;
  let exponentFrom = wanted > digits.length && isWhole ? digits.length : wanted;
  if (isShortest) exponentFrom = 6;
  const exponent = decimal.point - 1;
  if (digits !== "" && (exponent < -4 || exponent >= exponentFrom)) {
    const kept = { digits, point: decimal.point };
    return exponential(kept, digits.length - 1, verb === "g" ? "e" : "E");
  }
  return fixed({ digits, point: decimal.point }, Math.max(digits.length - decimal.point, 0));
}

function fixed({ digits, point }: Decimal, after: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (after === 0) return digits === "" ? "0" : whole;
  const zeros = "0".repeat(Math.min(Math.max(-point, 0), after));
  const fraction = (zeros + digits.slice(Math.max(point, 0))).slice(0, after);
  return `${digits === "" ? "0" : whole}.${fraction.padEnd(after, "0")}`;
}

function exponential({ digits, point }: Decimal, after: number, letter: string): string {
  const first = digits.charAt(0) || "0";
  const fraction = digits.slice(1, 1 + after).padEnd(after, "0");
  const exponent = digits === "" ? 0 : point - 1;
  const sign = exponent < 0 ? "-" : "+";
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${first}${fraction === "" ? "" : `.${fraction}`}${letter}${sign}${power}`;
}

function shortest(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

/** Every digit of the binary value. */
function exact(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const { mantissa, exponent } = binaryParts(value);
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const digits = scaled.toString();
  const point = digits.length - Math.max(-exponent, 0);
  return { digits: digits.replace(/0+$/, ""), point };
}

type Cut = { readonly after: number } | { readonly total: number };

/** Keeps some digits, the last one rounded half to even. */
function rounded({ digits, point }: Decimal, cut: Cut): Decimal {
  const keep = "after" in cut ? point + Math.min(cut.after, EXACT_DIGITS_MAX) : cut.total;
  if (keep >= digits.length) return { digits, point };
  if (keep < 0) return { digits: "", point: 0 };
  const half = digits.charAt(keep);
  const isTie = half === "5" && digits.length === keep + 1;
  const isOdd = keep > 0 && Number(digits.charAt(keep - 1)) % 2 === 1;
  const kept = digits.slice(0, keep);
  if (isTie ? !isOdd : half < "5") return { digits: kept.replace(/0+$/, ""), point };
  const raised = (BigInt(kept || "0") + 1n).toString().padStart(keep, "0");
  const carry = raised.length - keep;
  return { digits: raised.replace(/0+$/, ""), point: point + carry };
}

interface BinaryParts {
  readonly mantissa: bigint;
  /** Power of two that the mantissa is multiplied by. */
  readonly exponent: number;
}

function binaryParts(value: number): BinaryParts {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  if (biased === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** `4503599627370496p-52`: mantissa and power of two as they are stored. */
function binaryText(value: number): string {
  const { mantissa, exponent } = binaryParts(value);
  return `${mantissa}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}

/** `0x1.8p+01`: one digit, then hexadecimal digits and a power of two. */
function hexText(value: number, precision: number): string {
  if (value === 0) {
    const zeros = precision > 0 ? `.${"0".repeat(precision)}` : "";
    return `0x0${zeros}p+00`;
  }
  let { mantissa, exponent } = binaryParts(value);
  // One bit before the point, 60 behind it: a multiple of four.
  const shift = 61 - mantissa.toString(2).length;
  mantissa <<= BigInt(shift);
  exponent += 60 - shift;
  if (precision >= 0 && precision < 15) {
    const drop = BigInt(60 - precision * 4);
    const half = 1n << (drop - 1n);
    const rest = mantissa & ((1n << drop) - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa += 1n;
    mantissa <<= drop;
    if (mantissa >> 61n === 1n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const fraction = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, "0");
  const digits =
    precision < 0
      ? fraction.replace(/0+$/, "")
      : fraction.slice(0, precision).padEnd(precision, "0");
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `0x1${digits === "" ? "" : `.${digits}`}p${exponent < 0 ? "-" : "+"}${power}`;
}
