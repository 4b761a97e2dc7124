import { bytesFromText, escapedByte, isEscapedByte, textFromBytes } from "./bytes.ts";

const PLAIN = /^[ !#-[\]-~]*$/;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ['"', '"'],
]);
const ESCAPE_NAMES: ReadonlyMap<string, string> = new Map(
  [...NAMED_ESCAPES].map(([name, char]) => [char, `\\${name}`]),
);

/** The text in double quotes as Go writes it: what cannot be printed as `\n`, `\x01`, `\u00a0`, `\U…`. */
export function quoteGo(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let quoted = "";
  for (const char of text) quoted += quoteCharacter(char);
  return `"${quoted}"`;
}

/** The text of a Go string in double quotes, the quotes included; undefined if it is none. */
export function unquoteGo(quoted: string): string | undefined {
  if (quoted.length < 2 || !quoted.startsWith('"') || !quoted.endsWith('"')) return undefined;
  const body = quoted.slice(1, -1);
  if (/["\n]/.test(body.replace(/\\[^]/g, ""))) return undefined;
  // A raw byte that is not UTF-8 is lost in Go too; only written as \xff it stays what it is.
  const valid = body.toWellFormed();
  if (!valid.includes("\\")) return valid;
  return unescape(valid);
}

function unescape(body: string): string | undefined {
  let text = "";
  let hasBytes = false;
  for (let at = 0; at < body.length;) {
    const next = body.indexOf("\\", at);
    if (next < 0) return finish(text + body.slice(at), hasBytes);
    text += body.slice(at, next);
    const escape = readEscape(body, next + 1);
    if (escape === undefined) return undefined;
    text += escape.text;
    hasBytes ||= isEscapedByte(escape.text);
    at = escape.end;
  }
  return finish(text, hasBytes);
}

/** Bytes that were written one by one may make a character together: `\xc3\xa9` is é. */
function finish(text: string, hasBytes: boolean): string {
  return hasBytes ? textFromBytes(bytesFromText(text)) : text;
}

interface Escape {
  readonly text: string;
  readonly end: number;
}

/** Reads what follows a backslash. */
function readEscape(body: string, at: number): Escape | undefined {
  const kind = body.charAt(at);
  const named = NAMED_ESCAPES.get(kind);
  if (named !== undefined) return { text: named, end: at + 1 };
  if (kind === "x") return readByte(body, { at: at + 1, count: 2, base: 16 });
  if (kind === "u") return readCodePoint(body, at + 1, 4);
  if (kind === "U") return readCodePoint(body, at + 1, 8);
  return readByte(body, { at, count: 3, base: 8 });
}

interface Digits {
  readonly at: number;
  readonly count: number;
  readonly base: 8 | 16;
}

function readByte(body: string, digits: Digits): Escape | undefined {
  const byte = readNumber(body, digits);
  if (byte === undefined || byte > 0xff) return undefined;
  const text = byte < 0x80 ? String.fromCharCode(byte) : escapedByte(byte);
  return { text, end: digits.at + digits.count };
}

function readCodePoint(body: string, at: number, count: number): Escape | undefined {
  const code = readNumber(body, { at, count, base: 16 });
  if (code === undefined || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { text: String.fromCodePoint(code), end: at + count };
}

function readNumber(body: string, { at, count, base }: Digits): number | undefined {
  const text = body.slice(at, at + count);
  const form = base === 16 ? /^[0-9a-fA-F]+$/ : /^[0-7]+$/;
  return text.length === count && form.test(text) ? Number.parseInt(text, base) : undefined;
}

function quoteCharacter(char: string): string {
  const named = ESCAPE_NAMES.get(char);
  if (named !== undefined) return named;
  const code = char.codePointAt(0) ?? 0;
  if (isEscapedByte(char)) return `\\x${hex(code - 0xdc00, 2)}`;
  if (!char.isWellFormed()) return "\ufffd";
  if (PRINTABLE.test(char)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digitCount: number): string {
  return code.toString(16).padStart(digitCount, "0");
}
