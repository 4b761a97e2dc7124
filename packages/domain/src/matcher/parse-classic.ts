import type { MatcherSpec, MatcherType } from "../model/index.ts";
import { trimSpace, validText } from "../text/index.ts";
import { tryCompileMatcher, type Matcher, type MatcherResult } from "./matcher.ts";
import type { RegexCompiler } from "./regex.ts";

export type MatchersResult =
  | { readonly ok: true; readonly matchers: readonly Matcher[] }
  | { readonly ok: false; readonly error: string };

const HEAD = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*/;
const WANTED = 'wanted a name, one of =, !=, =~, !~ and a value, such as severity="page"';

/**
 * Parses one matcher by the old rules (S-81): an ASCII name, an operator, and the rest as the value,
 * in double quotes or not. Only `\\`, `\"` and `\n` are escapes, another backslash stands for itself.
 * Mirrors `pkg/labels/parse.go` of Alertmanager 0.34.
 */
export function parseClassicMatcher(text: string, cache?: RegexCompiler): MatcherResult {
  const head = HEAD.exec(text);
  if (head === null) return refuse(text, "it has no ASCII name with an operator after it");
  const [{ length: headSize }, name = "", type = "="] = head;
  const value = readValue(trimAsciiEnd(text.slice(headSize)));
  if (!value.ok) return refuse(text, value.reason);
  const spec: MatcherSpec = { type: type as MatcherType, name, value: value.text };
  return tryCompileMatcher(spec, cache);
}

/** Parses a list by the old rules: commas outside of double quotes part it, braces are optional. */
export function parseClassicMatchers(text: string, cache?: RegexCompiler): MatchersResult {
  const inner = text.replace(/^\{/, "").replace(/\}$/, "");
  const parts = splitList(validText(inner));
  const matchers: Matcher[] = [];
  for (const part of parts) {
    const result = parseClassicMatcher(part, cache);
    if (!result.ok) return result;
    matchers.push(result.matcher);
  }
  return { ok: true, matchers };
}

function splitList(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  let isEscaped = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === ",") {
      // A backslash before a comma stays in force for what follows, as upstream has it.
      if (isQuoted) continue;
      parts.push(text.slice(start, at));
      start = at + 1;
      continue;
    }
    if (char === '"' && !isEscaped) isQuoted = !isQuoted;
    isEscaped = char === "\\" && !isEscaped;
  }
  const last = trimSpace(text.slice(start));
  return last === "" ? parts : [...parts, last];
}

type ValueResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

const STRAY_QUOTE: ValueResult = {
  ok: false,
  reason: "the value has a double quote that is not escaped or not closed",
};

function readValue(raw: string): ValueResult {
  const isQuoted = raw.startsWith('"');
  const body = isQuoted ? raw.slice(1) : raw;
  if (!body.isWellFormed()) return { ok: false, reason: "the value is not valid UTF-8" };
  let text = "";
  for (let at = 0; at < body.length; at += 1) {
    const char = body.charAt(at);
    const isLast = at === body.length - 1;
    if (char === "\\" && !isLast) {
      at += 1;
      text += unescape(body.charAt(at));
    } else if (char === '"') {
      return isQuoted && isLast ? { ok: true, text } : STRAY_QUOTE;
    } else {
      text += char;
    }
  }
  return isQuoted ? STRAY_QUOTE : { ok: true, text };
}

function unescape(char: string): string {
  if (char === "n") return "\n";
  return char === '"' || char === "\\" ? char : `\\${char}`;
}

function trimAsciiEnd(text: string): string {
  let end = text.length;
  while (end > 0 && "\t\n\f\r ".includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function refuse(text: string, reason: string): { ok: false; error: string } {
  return { ok: false, error: `Cannot parse matcher ${JSON.stringify(text)}: ${reason}; ${WANTED}` };
}
