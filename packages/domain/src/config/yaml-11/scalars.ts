/** Finds the ends of texts: plain, in quotes, and in blocks behind `|` and `>`. */
import type { Cursor } from "./cursor.ts";

/** Skips a text in quotes, which begins here. */
export function skipQuoted(cursor: Cursor): void {
  const quote = cursor.char();
  cursor.skip();
  for (;;) {
    if (cursor.isDocumentMark()) throw cursor.fault("found unexpected document indicator");
    if (cursor.isEnd()) throw cursor.fault("found unexpected end of stream");
    if (cursor.isBreak()) cursor.skipBreak();
    else if (cursor.chars(2) === "''" && quote === "'") cursor.skip(2);
    else if (cursor.char() === quote) break;
    else if (cursor.char() === "\\" && quote === '"') skipEscape(cursor);
    else cursor.skip();
  }
  cursor.skip();
}

const ESCAPES = "0abt\tnvfre \"'\\N_LP";
const HEX_LENGTHS: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

function skipEscape(cursor: Cursor): void {
  const sign = cursor.char(1);
  const length = HEX_LENGTHS.get(sign);
  if (cursor.isBreak(1)) {
    cursor.skip();
    cursor.skipBreak();
  } else if (length !== undefined) {
    cursor.skip(2);
    skipCode(cursor, length);
  } else if (sign !== "" && ESCAPES.includes(sign)) {
    cursor.skip(2);
  } else {
    throw cursor.fault("found unknown escape character");
  }
}

function skipCode(cursor: Cursor, length: number): void {
  const digits = cursor.chars(length);
  if (digits.length < length || /[^0-9A-Fa-f]/.test(digits)) {
    throw cursor.fault("did not find expected hexdecimal number");
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10_ffff) {
    throw cursor.fault("found invalid Unicode character escape code");
  }
  cursor.skip(length);
}

/** Skips a plain text. True if it ends behind a break, where a key may follow. */
export function skipPlain(
  cursor: Cursor,
  { indent, inFlow }: { readonly indent: number; readonly inFlow: boolean },
): boolean {
  let isBehindBreak = false;
  while (!cursor.isDocumentMark() && cursor.char() !== "#") {
    while (!cursor.isGap() && !endsPlain(cursor, inFlow)) {
      isBehindBreak = false;
      cursor.skip();
    }
    if (!cursor.isBlank() && !cursor.isBreak()) break;
    while (cursor.isBlank() || cursor.isBreak()) {
      if (isBehindBreak && cursor.column <= indent && cursor.char() === "\t") {
        throw cursor.fault("found a tab character that violates indentation");
      }
      if (cursor.isBreak()) {
        isBehindBreak = true;
        cursor.skipBreak();
      } else {
        cursor.skip();
      }
    }
    if (!inFlow && cursor.column <= indent) break;
  }
  return isBehindBreak;
}

function endsPlain(cursor: Cursor, inFlow: boolean): boolean {
  if (cursor.char() === ":" && cursor.isGap(1)) return true;
  return inFlow && ",?[]{}".includes(cursor.char());
}

/** Skips a text in a block, from its sign on. `indent` is that of the block around it. */
export function skipBlock(cursor: Cursor, indent: number): void {
  cursor.skip();
  const increment = skipHeader(cursor);
  cursor.endLine();
  const wanted = increment === 0 ? 0 : Math.max(indent, 0) + increment;
  const found = skipIndentation(cursor, wanted);
  const own = wanted === 0 ? Math.max(found, indent + 1, 1) : wanted;
  while (cursor.column === own && !cursor.isEnd()) {
    cursor.skipLine();
    cursor.skipBreak();
    skipIndentation(cursor, own);
  }
}

/** How much further the text is indented, by a digit before or behind `+` or `-`; 0: not said. */
function skipHeader(cursor: Cursor): number {
  const sign = /[+-]/;
  const isSigned = sign.test(cursor.char());
  if (isSigned) cursor.skip();
  const digit = cursor.char();
  if (!/\d/.test(digit)) return 0;
  if (digit === "0") throw cursor.fault("found an indentation indicator equal to 0");
  cursor.skip();
  if (!isSigned && sign.test(cursor.char())) cursor.skip();
  return Number(digit);
}

/** Skips empty lines and the indentation behind them, 0: any. Gives back the deepest. */
function skipIndentation(cursor: Cursor, indent: number): number {
  let deepest = 0;
  for (;;) {
    while (isWithin(cursor, indent) && cursor.char() === " ") cursor.skip();
    deepest = Math.max(deepest, cursor.column);
    if (isWithin(cursor, indent) && cursor.char() === "\t") {
      throw cursor.fault("found a tab character where an indentation space is expected");
    }
    if (!cursor.isBreak()) return deepest;
    cursor.skipBreak();
  }
}

function isWithin(cursor: Cursor, indent: number): boolean {
  return indent === 0 || cursor.column < indent;
}
