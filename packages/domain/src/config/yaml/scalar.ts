/**
 * What a scalar is, by the rules of upstream's YAML library (gopkg.in/yaml.v2 2.4.0, resolve.go): YAML
 * 1.1 with one-letter booleans, octal with a leading zero, but neither base 60 nor dates as anything
 * but text.
 */
import type { ScalarNode } from "./node.ts";

export type ScalarValue = null | boolean | number | bigint | string;

export interface ResolvedScalar {
  /** `!!null`, `!!bool`, `!!int`, `!!float`, `!!str`, `!!timestamp`, `!!binary`, `!!merge` or an own tag. */
  readonly tag: string;
  readonly value: ScalarValue;
}

const NULL: ResolvedScalar = { tag: "!!null", value: null };
const WORDS: ReadonlyMap<string, ResolvedScalar> = new Map([
  ...words("!!null", null, ["", "~", "null", "Null", "NULL"]),
  ...words("!!bool", true, ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE"]),
  ...words("!!bool", true, ["on", "On", "ON"]),
  ...words("!!bool", false, ["n", "N", "no", "No", "NO", "false", "False", "FALSE"]),
  ...words("!!bool", false, ["off", "Off", "OFF"]),
  ...words("!!float", Number.NaN, [".nan", ".NaN", ".NAN"]),
  ...words("!!float", Number.POSITIVE_INFINITY, [".inf", ".Inf", ".INF"]),
  ...words("!!float", Number.POSITIVE_INFINITY, ["+.inf", "+.Inf", "+.INF"]),
  ...words("!!float", Number.NEGATIVE_INFINITY, ["-.inf", "-.Inf", "-.INF"]),
]);
const RESOLVED_TAGS = new Set(["!!bool", "!!int", "!!float", "!!null", "!!timestamp"]);
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const DOT_FLOAT = /^\.[0-9][0-9_]*([eE][-+]?[0-9]+)?$/;
const TIMESTAMP =
  /^\d{4}-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?))?$/;
const INT_64_MIN = -(2n ** 63n);
const UINT_64_MAX = 2n ** 64n - 1n;

/** Resolves a scalar node; undefined when it does not fit the tag that was written. */
export function resolveScalar(node: ScalarNode): ResolvedScalar | undefined {
  if (node.tag === "") {
    return node.plain ? resolvePlain(node.value) : { tag: "!!str", value: node.value };
  }
  if (node.tag === "!!str") return { tag: "!!str", value: node.value };
  if (node.tag === "!!binary") return resolveBinary(node.value);
  if (!RESOLVED_TAGS.has(node.tag)) return { tag: node.tag, value: node.value };
  const found = resolvePlain(node.value);
  if (found.tag === node.tag) return found;
  if (node.tag === "!!float" && found.tag === "!!int") {
    return { tag: "!!float", value: Number(found.value) };
  }
  return undefined;
}

/** Resolves the text of a plain scalar. Also tells which texts must be quoted when written. */
export function resolvePlain(text: string): ResolvedScalar {
  if (text === "") return NULL;
  const first = text.charCodeAt(0);
  const isNumberLike = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d;
  if (!isNumberLike && !"yYnNtTfFoO~.".includes(text.charAt(0))) {
    return { tag: "!!str", value: text };
  }
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const found = isNumberLike ? resolveNumber(text) : first === 0x2e ? resolveDot(text) : undefined;
  return found ?? { tag: "!!str", value: text };
}

function resolveDot(text: string): ResolvedScalar | undefined {
  if (!DOT_FLOAT.test(text) || text.includes("_")) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { tag: "!!float", value } : undefined;
}

function resolveNumber(text: string): ResolvedScalar | undefined {
  if (isTimestamp(text)) return { tag: "!!timestamp", value: text };
  const digits = text.replaceAll("_", "");
  const int = parseInteger(digits);
  if (int !== undefined) return { tag: "!!int", value: int };
  if (!FLOAT.test(digits)) return undefined;
  const value = Number(digits);
  return Number.isFinite(value) ? { tag: "!!float", value } : undefined;
}

const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;

/** Go's integer literals in the range of int64 and uint64; a bigint where a number is not exact. */
function parseInteger(digits: string): number | bigint | undefined {
  const parts = INTEGER.exec(digits);
  if (parts === null) return undefined;
  const [, sign, hex, binary, octal, decimal] = parts;
  const size =
    hex !== undefined
      ? BigInt(`0x${hex}`)
      : binary !== undefined
        ? BigInt(`0b${binary}`)
        : octal !== undefined
          ? BigInt(`0o${octal}`)
          : BigInt(decimal ?? "0");
  const value = sign === "-" ? -size : size;
  if (value < INT_64_MIN || value > UINT_64_MAX) return undefined;
  if (sign === "+" && value >= 2n ** 63n) return undefined;
  return exactNumber(value);
}

function exactNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function isTimestamp(text: string): boolean {
  if (text.charCodeAt(4) !== 0x2d) return false;
  const parts = TIMESTAMP.exec(text);
  if (parts === null) return false;
  const month = Number(parts[1]);
  const day = Number(parts[2]);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(month, Number(text.slice(0, 4))))
    return false;
  const [hour, minute, second] = parts[3] === undefined ? parts.slice(6, 9) : parts.slice(3, 6);
  return Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60 && Number(second ?? 0) < 60;
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const BASE_64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function resolveBinary(text: string): ResolvedScalar | undefined {
  const compact = text.replaceAll(/[\r\n]/g, "");
  if (!BASE_64.test(compact)) return undefined;
  const bytes = Uint8Array.from(atob(compact), (char) => char.charCodeAt(0));
  try {
    return { tag: "!!binary", value: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return undefined;
  }
}

function words(
  tag: string,
  value: ScalarValue,
  texts: readonly string[],
): Array<[string, ResolvedScalar]> {
  return texts.map((text) => [text, { tag, value }]);
}
