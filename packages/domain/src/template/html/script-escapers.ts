/** Makes values safe in JavaScript. */
import { toJson } from "../alertmanager/json.ts";
import type { ValueEscaper } from "../parse/nodes.ts";
import { GoError } from "../values/types.ts";
import { GoPointer, typeOf, type GoValue } from "../values/values.ts";
import { escaper } from "./escapers.ts";

const STRING_ESCAPES: Readonly<Record<string, string>> = {
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  "/": "\\/",
  "\\": "\\\\",
};
const REGEXP_ESCAPES: Readonly<Record<string, string>> = {
  ...STRING_ESCAPES,
  ...Object.fromEntries("$()*-.?[]^{|}".split("").map((char) => [char, `\\${char}`])),
};

function codeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function replaced(form: RegExp, table: Readonly<Record<string, string>>): (text: string) => string {
  return (text) => text.replace(form, (char) => table[char] ?? codeEscape(char));
}

/* oxlint-disable no-control-regex -- control characters are among what is escaped */
const escapeString = replaced(/[\x00-\x1f"`&'+/<>\\\u2028\u2029]/g, STRING_ESCAPES);
const escapeTemplate = replaced(/[\x00-\x1f"`&'+/<>\\${}\u2028\u2029]/g, STRING_ESCAPES);
const escapeRegexp = replaced(/[\x00-\x1f"&'+/<>\\\u2028\u2029$()*\-.?[\]^{|}]/g, REGEXP_ESCAPES);
/* oxlint-enable no-control-regex */

export const scriptString: ValueEscaper = escaper(({ text }) => escapeString(text));

export const scriptTemplate: ValueEscaper = escaper(({ text }) => escapeTemplate(text));

/** Nothing would make `//`, a comment, of a regular expression. */
export const scriptRegexp: ValueEscaper = escaper(({ text }) =>
  text === "" ? "(?:)" : escapeRegexp(text),
);

/** A value as a literal; spaces keep it from running into words beside it. */
export const scriptValue: ValueEscaper = (value, run) => {
  let json: string;
  try {
    json = toJson(asJsonValue(value), run.budget);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const reason = error.message
      .replaceAll("*/", "* /")
      .replaceAll("</script", "\\x3C/script")
      .replaceAll("<!--", "\\x3C!--");
    return ` /* ${reason} */null `;
  }
  return /^[A-Za-z0-9$_]|[A-Za-z0-9$_]$/.test(json) ? ` ${json} ` : json;
};

/** What has a text of its own but no JSON is that text. */
function asJsonValue(value: GoValue): GoValue {
  const type = typeOf(value);
  if (type?.jsonOf !== undefined || type?.stringOf === undefined) {
    return value instanceof GoPointer ? value.target : value;
  }
  return type.stringOf(value);
}
