/** Shapes of addresses. All are texts in memory, in the form that upstream would send requests to. */
import { EMIT_NULL } from "../yaml/emit.ts";
import { formatGoUrl, parseGoUrl, withTrailingSlash } from "./go-url.ts";
import { encodeSecret, parsedText, SECRET_MARK } from "./scalars.ts";
import type { Scope } from "./scope.ts";
import type { Shape } from "./shape.ts";

const WANTED = "an http or https URL";

/** An http or https URL, or none. */
export const url: Shape<string | undefined> = parsedText<string | undefined>({
  wanted: WANTED,
  zero: undefined,
  parse: (text) => withQuotedText(parseHttpUrl(text), text),
  encode: (value) => (value === undefined ? EMIT_NULL : { kind: "text", text: value }),
  isZero: (value) => value === undefined,
});

/**
 * As `url`, shown as `<secret>`, which it also accepts, so that a written configuration can be read
 * again: it is an empty text then, which is set but leads nowhere.
 */
export const secretUrl: Shape<string | undefined> = parsedText<string | undefined>({
  wanted: WANTED,
  zero: undefined,
  parse: (text) => (text === SECRET_MARK ? { value: "" } : parseHttpUrl(text)),
  encode: (value) => (value === undefined ? EMIT_NULL : encodeSecret(SECRET_MARK)),
  isZero: (value) => value === undefined,
});

/** A secret text that is an http or https URL or a template of one; empty is "not set". */
export const secretUrlTemplate: Shape<string> = parsedText({
  wanted: WANTED,
  zero: "",
  parse: parseTemplateUrl,
  encode: encodeSecret,
  isZero: (value) => value === "",
});

/** Any URL (a proxy's), shown with its password as `xxxxx`; undefined is "none". */
export const proxyUrl: Shape<string | undefined> = parsedText<string | undefined>({
  wanted: "a URL",
  zero: undefined,
  parse: (text) => {
    const result = parseGoUrl(text);
    if (result.ok) return { value: formatGoUrl(result.url) };
    return { problem: `it is not a URL: ${result.reason}` };
  },
  encode: (value) => (value === undefined ? EMIT_NULL : { kind: "text", text: redact(value) }),
  isZero: (value) => value === undefined,
});

/** The address with a slash at the end of its path. */
export function trailingSlash(text: string | undefined): string | undefined {
  const result = text === undefined ? undefined : parseGoUrl(text);
  return result?.ok === true ? formatGoUrl(withTrailingSlash(result.url)) : text;
}

function redact(text: string): string {
  const result = parseGoUrl(text);
  if (!result.ok || result.url.password === undefined) return text;
  return formatGoUrl({ ...result.url, password: "xxxxx" });
}

/** The reason never quotes the text: it may be a secret. */
function parseHttpUrl(text: string): { value: string } | { problem: string } {
  const result = parseGoUrl(text);
  if (!result.ok) return { problem: `it is not a URL: ${result.reason}` };
  const { scheme, host } = result.url;
  if (scheme !== "http" && scheme !== "https") {
    return { problem: `scheme "http" or "https" wanted in its URL, "${scheme}" found` };
  }
  if (host === "") return { problem: "the host is missing in its URL" };
  return { value: formatGoUrl(result.url) };
}

function withQuotedText(
  result: { value: string } | { problem: string },
  text: string,
): { value: string } | { problem: string } {
  if ("value" in result) return result;
  return { problem: `${result.problem}; it is ${JSON.stringify(text.slice(0, 200))}` };
}

function parseTemplateUrl(text: string, scope: Scope): { value: string } | { problem: string } {
  if (text === "" || text === SECRET_MARK) return { value: text };
  if (text.includes("{{")) {
    const problem = scope.checkTemplate(text);
    if (problem === undefined) return { value: text };
    return { problem: `it is not a valid template: ${problem}` };
  }
  const result = parseHttpUrl(text);
  // Kept as it is written, as upstream does: only its form is checked.
  return "value" in result ? { value: text } : result;
}
