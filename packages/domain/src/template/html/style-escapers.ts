/** Makes values safe in CSS. */
import type { ValueEscaper } from "../parse/nodes.ts";
import { escaper, FAILSAFE } from "./escapers.ts";
import { decodeCss } from "./style.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\t": "\\9",
  "\n": "\\a",
  "\f": "\\c",
  "\r": "\\d",
  '"': "\\22",
  "&": "\\26",
  "'": "\\27",
  "(": "\\28",
  ")": "\\29",
  "+": "\\2b",
  "/": "\\2f",
  ":": "\\3a",
  ";": "\\3b",
  "<": "\\3c",
  ">": "\\3e",
  "\\": "\\\\",
  "{": "\\7b",
  "}": "\\7d",
};
// oxlint-disable-next-line no-control-regex -- control characters are among what is escaped
const SPECIAL = /[\0\t\n\f\r"&'()+/:;<>\\{}]/g;
// oxlint-disable-next-line no-control-regex -- NUL is among what is refused
const UNSAFE = /[\0"'()/;@[\\\]`{}<>]|--/;

/** For strings. A hexadecimal escape gets a space when a digit or space follows, or nothing. */
export const styleString: ValueEscaper = escaper(({ text }) =>
  text.replace(SPECIAL, (char, at: number) => {
    const escape = ESCAPES[char] ?? char;
    const next = text.charAt(at + 1);
    const needsEnd = escape !== "\\\\" && (next === "" || /[0-9a-fA-F\t\n\f\r ]/.test(next));
    return needsEnd ? `${escape} ` : escape;
  }),
);

/** For values: words, numbers, colours, but nothing that could be more. */
export const styleValue: ValueEscaper = escaper(({ text }) => {
  const value = decodeCss(text);
  const word = value.replace(/[^A-Za-z0-9_-]/g, "").toLowerCase();
  const isUnsafe = UNSAFE.test(value) || word.includes("expression") || word.includes("mozbinding");
  return isUnsafe ? FAILSAFE : value;
});
