/** Go's `unicode.IsSpace`: unlike the white space of JavaScript with U+0085 and without U+FEFF. */
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** True if the UTF-16 unit is white space for Go. No white space lies above U+FFFF. */
export function isSpace(char: string): boolean {
  return SPACE.test(char);
}

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charAt(start))) start += 1;
  while (end > start && isSpace(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
