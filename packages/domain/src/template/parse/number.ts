/** A number literal with every meaning it may have, as Go's parser keeps it until a use decides. */
export interface NumberConstant {
  /** Fits 64 bits signed. */
  readonly int: bigint | undefined;
  /** Fits 64 bits unsigned. */
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: readonly [re: number, im: number] | undefined;
}

export type NumberResult =
  | { readonly ok: true; readonly constant: NumberConstant }
  | { readonly ok: false; readonly reason: string };

const INT_MAX = 2n ** 63n - 1n;
const INT_MIN = -(2n ** 63n);
const UINT_MAX = 2n ** 64n - 1n;
const INTEGER =
  /^[-+]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/;
const DECIMAL =
  /^[-+]?(?:[0-9](?:_?[0-9])*\.?|(?:[0-9](?:_?[0-9])*)?\.[0-9](?:_?[0-9])*)(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/;
/** Reads each digit in one way only: what has two ways is tried in all of them when the end is missing. */
const HEX_FLOAT = /^([-+]?)0[xX]([0-9a-fA-F_]*)(?:\.([0-9a-fA-F_]*))?[pP]([-+]?[0-9_]+)$/;

/** Reads an integer, a float or an imaginary number; `quoted` is the text for messages. */
export function parseNumber(text: string, quoted: string): NumberResult {
  if (text.endsWith("i")) {
    const im = parseFloatLiteral(text.slice(0, -1));
    if (im !== undefined) return { ok: true, constant: complexConstant(0, im) };
  }
  const integer = parseInteger(text);
  if (integer !== undefined && integer >= INT_MIN && integer <= UINT_MAX) {
    return { ok: true, constant: integerConstant(integer, text) };
  }
  const float = parseFloatLiteral(text);
  if (float === undefined) return { ok: false, reason: `illegal number syntax: ${quoted}` };
  if (!/[.eEpP]/.test(text)) return { ok: false, reason: `integer overflow: ${quoted}` };
  return { ok: true, constant: floatConstant(float) };
}

/** Reads `1+2i`; the lexer has checked that a sign stands in the middle and an `i` at the end. */
export function parseComplex(text: string): NumberResult {
  const at = text.search(/(?<!^|[eEpP])[-+]/);
  const re = parseFloatLiteral(text.slice(0, at));
  const im = parseFloatLiteral(text.slice(at, -1));
  if (at < 0 || re === undefined || im === undefined) {
    return { ok: false, reason: "syntax error scanning complex number" };
  }
  return { ok: true, constant: complexConstant(re, im) };
}

/** A character constant: an integer that also passes for a float. */
export function runeConstant(code: number): NumberConstant {
  return { int: BigInt(code), uint: BigInt(code), float: code, complex: undefined };
}

function integerConstant(value: bigint, text: string): NumberConstant {
  const int = value <= INT_MAX ? value : undefined;
  // Go reads "-0" as unsigned too, but no other number with a sign.
  const uint = value === 0n || !/^[-+]/.test(text) ? value : undefined;
  return { int, uint, float: Number(value), complex: undefined };
}

function floatConstant(float: number): NumberConstant {
  const whole = Number.isInteger(float) ? BigInt(float) : undefined;
  const int = whole !== undefined && whole >= INT_MIN && whole <= INT_MAX ? whole : undefined;
  const uint = whole !== undefined && whole >= 0n && whole <= UINT_MAX ? whole : undefined;
  return { int, uint, float, complex: undefined };
}

function complexConstant(re: number, im: number): NumberConstant {
  const complex = [re, im] as const;
  if (im !== 0) return { int: undefined, uint: undefined, float: undefined, complex };
  return { ...floatConstant(re), complex };
}

function parseInteger(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const digits = text.replace(/^[-+]/, "").replaceAll("_", "");
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = BigInt(octal);
  return text.startsWith("-") ? -value : value;
}

/** Go's `strconv.ParseFloat` for literals, underscores allowed; undefined when bad or too large. */
export function parseFloatLiteral(text: string): number | undefined {
  const hex = HEX_FLOAT.exec(text);
  if (hex !== null) return parseHexFloat(hex);
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? value : undefined;
}

function parseHexFloat(match: RegExpExecArray): number | undefined {
  const [, sign = "", whole = "", fraction = "", exponent = ""] = match;
  const digits = (whole + fraction).replaceAll("_", "");
  if (digits === "") return undefined;
  const scale = Number(exponent.replaceAll("_", "")) - fraction.replaceAll("_", "").length * 4;
  const mantissa = BigInt(`0x${digits}`);
  const value = scaleByPowerOfTwo(mantissa, scale);
  if (!Number.isFinite(value)) return undefined;
  return sign === "-" ? -value : value;
}

/** `mantissa × 2^scale`, rounded once. */
function scaleByPowerOfTwo(mantissa: bigint, scale: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  const power = bits + scale;
  if (power > 1100) return Number.POSITIVE_INFINITY;
  if (power < -1100) return 0;
  if (scale >= 0) return Number(mantissa << BigInt(scale));
  // Keep 53 bits (fewer for subnormals) and a sticky bit, so that the last division is exact.
  const keep = Math.max(0, Math.min(53, power + 1074)) + 2;
  const drop = Math.max(0, bits - keep);
  const top = mantissa >> BigInt(drop);
  const sticky = mantissa === top << BigInt(drop) ? top : top | 1n;
  const rest = scale + drop;
  return rest < -1000
    ? Number(sticky) * 2 ** -1000 * 2 ** (rest + 1000)
    : Number(sticky) * 2 ** rest;
}
