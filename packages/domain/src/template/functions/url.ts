import { bytesFromText, quoteGo, textFromBytes } from "../../text/index.ts";
import { GoError } from "../values/types.ts";

/** Go's `url.QueryUnescape`. @throws GoError for a percent sign without two hex digits. */
export function queryUnescape(text: string): string {
  if (!/[%+]/.test(text)) return text;
  const source = bytesFromText(text);
  const bytes: number[] = [];
  for (let at = 0; at < source.length; at += 1) {
    const byte = source[at] ?? 0;
    if (byte === 0x2b) bytes.push(0x20);
    else if (byte !== 0x25) bytes.push(byte);
    else {
      const escape = textFromBytes(source.subarray(at, at + 3));
      if (!/^%[0-9a-fA-F]{2}$/.test(escape)) {
        throw new GoError(`invalid URL escape ${quoteGo(escape)}`);
      }
      bytes.push(Number.parseInt(escape.slice(1), 16));
      at += 2;
    }
  }
  return textFromBytes(Uint8Array.from(bytes));
}
