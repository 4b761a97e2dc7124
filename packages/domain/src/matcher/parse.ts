import { formatMatcher, sameMatcher } from "./format.ts";
import type { Matcher, MatcherResult } from "./matcher.ts";
import type { MatcherMode } from "./mode.ts";
import { parseClassicMatcher, parseClassicMatchers, type MatchersResult } from "./parse-classic.ts";
import { parseUtf8Matcher, parseUtf8Matchers } from "./parse-utf8.ts";
import type { RegexCompiler } from "./regex.ts";

/**
 * Why the old parser's result was taken in fallback mode. `incompatible`: the new one refuses the
 * input, for `utf8Error`; `suggestion` is the same in a form that both take. `disagreement`: both
 * accept it with different results.
 */
export type MatcherWarning =
  | { readonly kind: "incompatible"; readonly suggestion: string; readonly utf8Error: string }
  | { readonly kind: "disagreement" };

export type ParsedMatchers =
  | { readonly ok: true; readonly matchers: readonly Matcher[]; readonly warning?: MatcherWarning }
  | { readonly ok: false; readonly error: string };

export type ParsedMatcher =
  | { readonly ok: true; readonly matcher: Matcher; readonly warning?: MatcherWarning }
  | { readonly ok: false; readonly error: string };

/** Parses a list of matchers, as an entry of `matchers` in YAML (S-80). The matchers are compiled. */
export function parseMatchers(
  text: string,
  mode: MatcherMode,
  cache?: RegexCompiler,
): ParsedMatchers {
  if (mode === "classic") return parseClassicMatchers(text, cache);
  const utf8 = parseUtf8Matchers(text, cache);
  return mode === "utf8" ? utf8 : chooseResult(utf8, parseClassicMatchers(text, cache));
}

/** Parses one matcher, as in the API's `filter` and in amtool's arguments (S-80). */
export function parseMatcher(
  text: string,
  mode: MatcherMode,
  cache?: RegexCompiler,
): ParsedMatcher {
  if (mode === "classic") return parseClassicMatcher(text, cache);
  if (text.startsWith("{") || text.endsWith("}")) {
    const reason = "it begins or ends with a brace; wanted a single matcher without braces";
    return { ok: false, error: `Cannot parse matcher ${JSON.stringify(text)}: ${reason}` };
  }
  const utf8 = parseUtf8Matcher(text, cache);
  if (mode === "utf8") return utf8;
  const chosen = chooseResult(asList(utf8), asList(parseClassicMatcher(text, cache)));
  if (!chosen.ok) return chosen;
  const [matcher] = chosen.matchers;
  if (matcher === undefined) return utf8;
  return chosen.warning === undefined
    ? { ok: true, matcher }
    : { ok: true, matcher, warning: chosen.warning };
}

function chooseResult(utf8: MatchersResult, classic: MatchersResult): ParsedMatchers {
  if (!classic.ok) return utf8.ok ? utf8 : classic;
  const { matchers } = classic;
  if (!utf8.ok) {
    const suggestion = matchers.map(formatMatcher).join(",");
    return {
      ok: true,
      matchers,
      warning: { kind: "incompatible", suggestion, utf8Error: utf8.error },
    };
  }
  if (sameList(utf8.matchers, matchers)) return utf8;
  return { ok: true, matchers, warning: { kind: "disagreement" } };
}

function sameList(left: readonly Matcher[], right: readonly Matcher[]): boolean {
  // Upstream's parsers return an empty list in two different ways, which it takes for a disagreement.
  if (left.length !== right.length || left.length === 0) return false;
  return left.every((matcher, at) => {
    const other = right[at];
    return other !== undefined && sameMatcher(matcher, other);
  });
}

function asList(result: MatcherResult): MatchersResult {
  return result.ok ? { ok: true, matchers: [result.matcher] } : result;
}
