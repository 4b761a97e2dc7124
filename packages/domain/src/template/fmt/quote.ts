import { isEscapedByte, quoteGo } from "../../text/index.ts";

/** A text in double quotes with every character beyond ASCII escaped, as Go's `%+q`. */
export function quoteAscii(text: string): string {
  let quoted = "";
  for (const char of quoteGo(text)) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) quoted += char;
    else if (code < 0x10000) quoted += `\\u${code.toString(16).padStart(4, "0")}`;
    else quoted += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return quoted;
}

/** One character in single quotes, as Go's `%q` of an integer. */
export function quoteRune(char: string, isAsciiOnly: boolean): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  const shown = isEscapedByte(char) ? "\ufffd" : char;
  return `'${(isAsciiOnly ? quoteAscii(shown) : quoteGo(shown)).slice(1, -1)}'`;
}
