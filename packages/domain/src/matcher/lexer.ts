import { isSpace } from "../text/index.ts";
import { isReserved } from "./format.ts";

export type TokenKind = "{" | "}" | "," | "operator" | "quoted" | "unquoted" | "end" | "bad";

/** A piece of the UTF-8 matcher syntax. `start` and `end` are offsets in UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What is wrong with a token of kind `bad`. */
  readonly problem?: string;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Reads the token at or after an offset. After the last one comes `end`, again and again. */
export function readToken(input: string, offset: number): Token {
  let start = offset;
  while (start < input.length && isSpace(input.charAt(start))) start += 1;
  if (start >= input.length) return { kind: "end", text: "", start, end: start };
  const char = input.charAt(start);
  if (char === "{" || char === "}" || char === ",")
    return { kind: char, ...cut(input, { start, end: start + 1 }) };
  if (char === "=" || char === "!") return readOperator(input, start);
  if (char === '"') return readQuoted(input, start);
  if (isReserved(char)) return bad(input, { start, end: start + 1 }, "must be in double quotes");
  let end = start + 1;
  while (end < input.length && !isReserved(input.charAt(end))) end += 1;
  return { kind: "unquoted", ...cut(input, { start, end }) };
}

function readOperator(input: string, start: number): Token {
  const pair = input.slice(start, start + 2);
  if (pair === "=~" || pair === "!=" || pair === "!~") {
    return { kind: "operator", ...cut(input, { start, end: start + 2 }) };
  }
  if (pair.startsWith("=")) return { kind: "operator", ...cut(input, { start, end: start + 1 }) };
  return bad(input, { start, end: start + 1 }, 'must be followed by "=" or "~"');
}

function readQuoted(input: string, start: number): Token {
  for (let at = start + 1; at < input.length; at += 1) {
    const char = input.charAt(at);
    if (char === "\\") at += 1;
    else if (char === '"') return { kind: "quoted", ...cut(input, { start, end: at + 1 }) };
  }
  return bad(input, { start, end: input.length }, "lacks the closing double quote");
}

function cut(input: string, { start, end }: Span): Omit<Token, "kind"> {
  return { text: input.slice(start, end), start, end };
}

function bad(input: string, span: Span, problem: string): Token {
  return { kind: "bad", ...cut(input, span), problem };
}
