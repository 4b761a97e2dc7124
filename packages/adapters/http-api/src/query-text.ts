import { textFromBytes } from "@tocsin/domain/text";

/** The parameters behind the question mark. */
export type Query = Pick<URLSearchParams, "get" | "getAll">;

/** A pair that has a semicolon or a broken escape is left out. */
const ODD_PAIR = /;|%(?![0-9a-fA-F]{2})/;
const BEYOND_ASCII = /%[89a-fA-F]/;

/**
 * Reads a query as Go does. Bytes that are no UTF-8 come as `textFromBytes` writes them, so that whoever
 * reads the text can refuse them.
 */
export function parseQuery(text: string): Query {
  const isOdd = ODD_PAIR.test(text);
  if (!isOdd && !BEYOND_ASCII.test(text)) return new URLSearchParams(text);
  const pairs = text
    .split("&")
    .filter((pair) => pair !== "" && !ODD_PAIR.test(pair))
    .map(readPair);
  // Only what is asked for is unescaped: there may be tens of thousands of others.
  const getAll = (name: string): string[] =>
    pairs.filter(([key]) => key === name).map(([, value]) => unescaped(value));
  return { getAll, get: (name) => getAll(name)[0] ?? null };
}

/** The value as it is written. */
function readPair(pair: string): readonly [name: string, value: string] {
  const at = pair.indexOf("=");
  return at < 0 ? [unescaped(pair), ""] : [unescaped(pair.slice(0, at)), pair.slice(at + 1)];
}

function unescaped(text: string): string {
  const plain = text.replaceAll("+", " ");
  if (!plain.includes("%")) return plain;
  const parts = plain.split(/((?:%[0-9a-fA-F]{2})+)/);
  const bytes = parts.map((part, at) =>
    at % 2 === 0 ? Buffer.from(part, "utf8") : Buffer.from(part.replaceAll("%", ""), "hex"),
  );
  return textFromBytes(Buffer.concat(bytes));
}
