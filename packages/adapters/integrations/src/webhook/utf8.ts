import type { Steps } from "@tocsin/foundation";

/** So many characters are put together, counted and written while a simple alert is worked on. */
const CHARS_PER_ALERT = 8_192;

/** Texts one after the other as UTF-8, in steps of one text each, yielded as what it costs, in simple alerts. */
export function* utf8Steps(texts: readonly string[]): Steps<Uint8Array> {
  let sizeBytes = 0;
  for (const text of texts) {
    sizeBytes += Buffer.byteLength(text);
    yield text.length / CHARS_PER_ALERT;
  }
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  let at = 0;
  for (const text of texts) {
    at += bytes.write(text, at);
    yield text.length / CHARS_PER_ALERT;
  }
  return bytes;
}
