/** The escapers of `text/template`: `html`, `js` and `urlquery`. */
import { bytesFromText } from "../../text/index.ts";

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\0": "\ufffd",
};
const JS_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "=": "\\u003D",
};
// oxlint-disable-next-line no-control-regex -- control characters are what is escaped
const JS_SPECIAL = /[\\'"<>&=\x00-\x1f]|[^\x00-\x7f]/gu;
const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S}\ufffd\udc80-\udcff]/u;
const URL_SAFE = /^[A-Za-z0-9\-_.~]*$/;

/** Escapes for HTML text. */
export function escapeHtml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL may not stand in HTML
  return text.replace(/["'&<>\0]/g, (char) => HTML_ESCAPES[char] ?? char);
}

/** Escapes for a string literal of JavaScript. */
export function escapeJs(text: string): string {
  return text.replace(JS_SPECIAL, (char) => {
    const known = JS_ESCAPES[char];
    if (known !== undefined) return known;
    if (char >= "\x80" && PRINTABLE.test(char)) return char;
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `\\u${code.padStart(4, "0")}`;
  });
}

/** Escapes for the query of a URL; a space becomes `+`. */
export function escapeQuery(text: string): string {
  if (URL_SAFE.test(text)) return text;
  let escaped = "";
  for (const byte of bytesFromText(text)) {
    const char = String.fromCharCode(byte);
    if (char === " ") escaped += "+";
    else if (byte < 0x80 && URL_SAFE.test(char)) escaped += char;
    else escaped += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}
