/**
 * The digits of π behind the point, which Blowfish starts from: "nothing up my sleeve". Computing 33,344
 * bits once takes less room than a table of a thousand words, and nobody has to compare it with another.
 *
 * Machin's formula, π = 16 arctan(1/5) − 4 arctan(1/239), each series summed by binary splitting: the
 * sum of a range is one fraction, made of those of its halves, so there is one long division in the end.
 */

/** Bits behind those that are wanted, for what rounding takes. */
const GUARD_BIT_COUNT = 64n;

let known: Int32Array | undefined;

/** The first words of the fraction of π, 32 bits each. Takes about 20 ms the first time. */
export function piWords(count: number): Int32Array {
  if (known === undefined || known.length < count) known = computeWords(count);
  return known.slice(0, count);
}

function computeWords(count: number): Int32Array {
  const bitCount = BigInt(count * 32);
  const precision = bitCount + GUARD_BIT_COUNT;
  const pi = 16n * arctanOfInverse(5, precision) - 4n * arctanOfInverse(239, precision);
  const fraction = (pi >> GUARD_BIT_COUNT) & ((1n << bitCount) - 1n);
  const hex = fraction.toString(16).padStart(count * 8, "0");
  return Int32Array.from({ length: count }, (_, at) =>
    // Above 2^31 the typed array makes it the negative number with the same bits.
    Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16),
  );
}

/** arctan(1/n) = 1/n − 1/3n³ + 1/5n⁵ − …, times 2^precision. */
function arctanOfInverse(n: number, precision: bigint): bigint {
  const termCount = Math.ceil(Number(precision) / (2 * Math.log2(n))) + 1;
  const sum = sumTerms(0, termCount, -BigInt(n * n));
  return (sum.numerator << precision) / (sum.odds * sum.power * BigInt(n));
}

/** Σ 1 / ((2k + 1) · square^(k − first)) as numerator / (odds · power). */
interface PartialSum {
  readonly numerator: bigint;
  /** The product of all 2k + 1. */
  readonly odds: bigint;
  readonly power: bigint;
}

function sumTerms(first: number, end: number, square: bigint): PartialSum {
  if (end - first === 1) {
    return { numerator: square, odds: BigInt(2 * first + 1), power: square };
  }
  const middle = (first + end) >> 1;
  const left = sumTerms(first, middle, square);
  const right = sumTerms(middle, end, square);
  return {
    numerator: left.numerator * right.odds * right.power + right.numerator * left.odds,
    odds: left.odds * right.odds,
    power: left.power * right.power,
  };
}
