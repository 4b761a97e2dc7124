/** Makes values safe for text, attributes and attribute names. */
import { sprint } from "../fmt/printf.ts";
import type { Execution } from "../exec/execution.ts";
import type { ValueEscaper } from "../parse/nodes.ts";
import { GoNamedText, typeOf, pointee, type GoValue } from "../values/values.ts";
import { attributeKind } from "./attributes.ts";
import { stripTags } from "./strip-tags.ts";

/** Stands where a value cannot be made safe. */
export const FAILSAFE = "ZgotmplZ";

/** A value as text, and whether the template vouches for it. */
export interface Content {
  readonly text: string;
  readonly kind: "plain" | "html" | "url";
}

/** Nil is no text at all here, unlike in `text/template`. */
export function contentOf(value: GoValue, run: Execution): Content {
  if (value instanceof GoNamedText) {
    if (value.type.name === "template.HTML") return { text: value.text, kind: "html" };
    if (value.type.name === "template.URL") return { text: value.text, kind: "url" };
  }
  if (typeof value === "string") return { text: value, kind: "plain" };
  if (value === null) return { text: "", kind: "plain" };
  const shown = typeOf(value)?.stringOf === undefined ? pointee(value) : value;
  return { text: sprint([shown], run.budget), kind: "plain" };
}

/** An escaper that pays for what it reads and writes. */
export function escaper(escape: (content: Content) => string): ValueEscaper {
  return (value, run) => {
    const content = contentOf(value, run);
    run.budget.spend(content.text.length >> 3);
    const escaped = escape(content);
    run.budget.admitText(escaped.length);
    return escaped;
  };
}

/** Replaces characters by a table. */
export function replacer(
  form: RegExp,
  table: Readonly<Record<string, string>>,
): (text: string) => string {
  return (text) => text.replace(form, (char) => table[char] ?? char);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\ufffd",
  '"': "&#34;",
  "&": "&amp;",
  "'": "&#39;",
  "+": "&#43;",
  "<": "&lt;",
  ">": "&gt;",
};
const UNQUOTED_ESCAPES: Readonly<Record<string, string>> = {
  ...ESCAPES,
  "\0": "&#xfffd;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\v": "&#11;",
  "\f": "&#12;",
  "\r": "&#13;",
  " ": "&#32;",
  "=": "&#61;",
  "`": "&#96;",
};

/* oxlint-disable no-control-regex -- control characters are among what is escaped */
const escapeAll = replacer(/[\0"&'+<>]/g, ESCAPES);
/** References that are there already stay. */
const escapeMarkup = replacer(/[\0"'+<>]/g, ESCAPES);
const escapeUnquoted = replacer(/[\0\t\n\v\f\r "&'+<=>`]/g, UNQUOTED_ESCAPES);
const escapeUnquotedMarkup = replacer(/[\0\t\n\v\f\r "'+<=>`]/g, UNQUOTED_ESCAPES);
/* oxlint-enable no-control-regex */

/** Characters that some browsers ignore in attributes without quotes are written as numbers. */
function numbered(text: string): string {
  return text.replace(
    /[\ufdd0-\ufdef\ufff0-\uffff]|[\udc80-\udcff](?<![\ud800-\udbff][\udc00-\udfff])/g,
    (char) => {
      const code = char.charCodeAt(0);
      return `&#x${(code >= 0xdc00 && code <= 0xdfff ? 0xfffd : code).toString(16)};`;
    },
  );
}

export const htmlText: ValueEscaper = escaper(({ text, kind }) =>
  kind === "html" ? text : escapeAll(text),
);

/** For `title` and `textarea`, in which tags are text. */
export const rcdataText: ValueEscaper = escaper(({ text, kind }) =>
  kind === "html" ? escapeMarkup(text) : escapeAll(text),
);

export const quotedAttribute: ValueEscaper = escaper(({ text, kind }) =>
  kind === "html" ? escapeMarkup(stripTags(text)) : escapeAll(text),
);

export const unquotedAttribute: ValueEscaper = escaper(({ text, kind }) => {
  if (text === "") return FAILSAFE;
  return numbered(kind === "html" ? escapeUnquotedMarkup(stripTags(text)) : escapeUnquoted(text));
});

/** A name that a template makes: letters and digits, and nothing that gives the value a meaning. */
export const attributeName: ValueEscaper = escaper(({ text }) => {
  const name = text.toLowerCase();
  const isHarmless = /^[a-z0-9]+$/.test(name) && attributeKind(name) === "plain";
  return isHarmless ? name : FAILSAFE;
});

/** Values in comments are never shown. */
export const commentText: ValueEscaper = () => "";
