/**
 * Byte strings as texts. Go's strings hold any bytes, ours hold UTF-16, and what is "valid UTF-8" is a
 * rule of matchers and labels. So a byte that is no part of valid UTF-8 becomes the lone surrogate
 * U+DC00 + byte (0x80 to 0xFF), which no valid text contains: `isWellFormed()` asks "valid UTF-8?",
 * and nothing is lost on the way back. A text that came through a strict decoder never has one.
 */
const ESCAPE_MIN = 0xdc80;
const ESCAPE_MAX = 0xdcff;
const REPLACEMENT = "\ufffd";
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8; each byte that is not part of it is escaped, as Go reads such bytes one by one. */
export function textFromBytes(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

/** The bytes of a text: UTF-8, and an escaped byte as it was. Any other lone surrogate is U+FFFD. */
export function bytesFromText(text: string): Uint8Array {
  const encoder = new TextEncoder();
  if (text.isWellFormed()) return encoder.encode(text);
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (isEscapedByte(char)) bytes.push(code - 0xdc00);
    else bytes.push(...encoder.encode(char));
  }
  return Uint8Array.from(bytes);
}

/** The text with every byte that is not valid UTF-8 replaced, as Go's conversion to runes does. */
export function validText(text: string): string {
  return text.toWellFormed();
}

/** True for one code point that stands for a byte which is not valid UTF-8. */
export function isEscapedByte(char: string): boolean {
  const code = char.charCodeAt(0);
  return char.length === 1 && code >= ESCAPE_MIN && code <= ESCAPE_MAX;
}

/** The code point that stands for a byte from 0x80 on. */
export function escapedByte(byte: number): string {
  return String.fromCharCode(0xdc00 + byte);
}

function decodeEscaping(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const part = bytes.subarray(at, at + size);
    const char = decoder.decode(part);
    if (isWholeCharacter(char, part)) {
      text += char;
      at += size;
    } else {
      text += escapedByte(first);
      at += 1;
    }
  }
  return text;
}

/** The decoder puts U+FFFD for what is wrong; three real bytes EF BF BD mean the character itself. */
function isWholeCharacter(char: string, part: Uint8Array): boolean {
  if (char === REPLACEMENT) return part.length === 3 && part[0] === 0xef && part[1] === 0xbf;
  return !char.includes(REPLACEMENT);
}
