/** `--output=json`: what the API answered, in one line. */
import type { Formatter } from "./formatter.ts";

export const jsonFormatter: Formatter = {
  silences: toLine,
  alerts: toLine,
  status: toLine,
  cluster: toLine,
};

/** Written as Go writes JSON: characters that mean something in HTML are escaped. */
function toLine(value: unknown): string {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${text}\n`;
}
