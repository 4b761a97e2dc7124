import { quoteGo, unquoteGo } from "../../text/index.ts";

const RUNE_ESCAPE =
  /^\\(?:[abfnrtv\\']|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** The text of a string literal, quoted or raw; undefined for a bad escape. */
export function unquoteString(literal: string): string | undefined {
  if (!literal.startsWith("`")) return unquoteGo(literal);
  return literal.slice(1, -1).replaceAll("\r", "");
}

export type RuneLiteral =
  | { readonly ok: true; readonly code: number }
  | { readonly ok: false; readonly reason: string };

/** The code point of a character literal with its quotes, such as `'a'` or `'\n'`. */
export function unquoteRune(literal: string): RuneLiteral {
  const body = literal.slice(1);
  const invalid = { ok: false, reason: "invalid syntax" } as const;
  if (body === "'") return invalid;
  if (!body.startsWith("\\")) return wholeRune(literal, body, body.codePointAt(0) as number);
  const escape = RUNE_ESCAPE.exec(body)?.[0];
  if (escape === undefined) return invalid;
  const kind = escape.charAt(1);
  if (kind === "x" || kind === "u" || kind === "U") {
    const code = Number.parseInt(escape.slice(2), 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return invalid;
    return wholeRune(literal, body.slice(escape.length), code);
  }
  const code = /[0-7]/.test(kind)
    ? Number.parseInt(escape.slice(1), 8)
    : kind === "'"
      ? 0x27
      : (unquoteGo(`"${escape}"`)?.charCodeAt(0) as number); // the form allows named escapes only
  return wholeRune(literal, body.slice(escape.length), code);
}

function wholeRune(literal: string, rest: string, code: number): RuneLiteral {
  const isEscaped = literal.charAt(1) === "\\";
  const tail = isEscaped ? rest : rest.slice(code > 0xffff ? 2 : 1);
  if (tail === "'") return { ok: true, code };
  return { ok: false, reason: `malformed character constant: ${literal}` };
}

/** A character as Go's `%#U` shows it: `U+201C '“'`. */
export function formatCodePoint(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return PRINTABLE.test(char) ? `${number} '${char}'` : number;
}

/** A text in backquotes if that is possible, else in double quotes, as Go's `%#q`. */
export function quoteRaw(text: string): string {
  const plain = text.isWellFormed() && !Array.from(text).some(isNotForBackquotes);
  return plain ? `\`${text}\`` : quoteGo(text);
}

function isNotForBackquotes(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return char === "`" || code === 0x7f || code === 0xfeff || (code < 0x20 && char !== "\t");
}
