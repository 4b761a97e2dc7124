import { validText } from "@tocsin/domain/text";

/** What Go's encoder writes as an escape and JSON.stringify leaves as it is. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** A text as Go's `encoding/json` writes it with HTML escaping on, which is its default. */
export function goJsonText(text: string): string {
  return JSON.stringify(validText(text)).replace(ESCAPED, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
