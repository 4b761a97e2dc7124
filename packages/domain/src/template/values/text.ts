/**
 * Go strings in JavaScript strings, by the convention of `../../text`: a byte that is not valid UTF-8
 * is a lone surrogate U+DC80 to U+DCFF. Templates make such bytes when they cut a character in half,
 * write `"\xff"` or decode base64. Valid text, nearly all there is, is a plain string, and only the
 * functions of this module know about the rest.
 */
import { bytesFromText, isEscapedByte, textFromBytes } from "../../text/index.ts";

// oxlint-disable-next-line no-control-regex -- the ASCII range is the point
const ASCII_ONLY = /^[\x00-\x7f]*$/;

/** Tells whether every byte of the text is below 128, so that bytes, characters and units agree. */
export function isAscii(text: string): boolean {
  return ASCII_ONLY.test(text);
}

/** The length Go's `len` gives: bytes. */
export function byteSize(text: string): number {
  if (isAscii(text)) return text.length;
  let size = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number; // `for of` never yields an empty string
    if (code < 0x80 || isEscapedByte(char)) size += 1;
    else size += code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return size;
}

/** The byte at a byte index, which must be in range. */
export function byteAt(text: string, index: number): number {
  return isAscii(text) ? text.charCodeAt(index) : (bytesFromText(text)[index] as number);
}

/** Go's `text[from:to]` over bytes; both ends must be in range. */
export function sliceText(text: string, from: number, to: number): string {
  if (isAscii(text)) return text.slice(from, to);
  return textFromBytes(bytesFromText(text).subarray(from, to));
}

/** Joins bytes that concatenation brought together into the characters they spell. */
export function mendText(text: string): string {
  return text.isWellFormed() ? text : textFromBytes(bytesFromText(text));
}

/** The text as every wire format wants it: a stray byte becomes U+FFFD. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : mendText(text).toWellFormed();
}

/** Characters as Go counts them: one for every code point and every stray byte. */
export function runeCount(text: string): number {
  if (isAscii(text)) return text.length;
  let count = 0;
  for (let at = 0; at < text.length; count += 1) at += unitsAt(text, at);
  return count;
}

/** The first `count` characters of a Go string. */
export function firstRunes(text: string, count: number): string {
  if (count >= text.length) return text;
  let at = 0;
  for (let taken = 0; taken < count && at < text.length; taken += 1) at += unitsAt(text, at);
  return text.slice(0, at);
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) as number) > 0xffff ? 2 : 1; // callers stay inside the text
}

/** The text for a code point as Go's `string(rune)`: what is no character becomes U+FFFD. */
export function textOfRune(code: number): string {
  const valid = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? String.fromCodePoint(code) : "\ufffd";
}
