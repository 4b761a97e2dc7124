/**
 * What is wrong with a matcher, in upstream's words. The domain says it in its own; what amtool writes
 * reads as it always did. Mirrors matcher/parse, matcher/compat and pkg/labels of Alertmanager 0.34.
 */
import type { MatcherMode, MatcherWarning } from "../../matcher/index.ts";

/** What upstream logs of an input that its two parsers read differently, or that only the old one takes. */
export const MATCHER_WARNINGS: Readonly<Record<MatcherWarning["kind"], string>> = {
  incompatible:
    "Alertmanager is moving to a new parser for labels and matchers, and this input is incompatible. " +
    "Alertmanager has instead parsed the input using the classic matchers parser as a fallback. To " +
    "make this input compatible with the UTF-8 matchers parser please make sure all regular " +
    "expressions and values are double-quoted and backslashes are escaped. If you are still seeing " +
    "this message please open an issue.",
  disagreement: "Matchers input has disagreement",
};

const REGEX = /Cannot compile regex ".*": (error parsing regexp: .*); wanted .*$/s;
/** Name, operator and value for the old parser, whose refusal counts where both parsers refuse. */
const CLASSIC = /^\s*[a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:=~|=|!=|!~)\s*(.*?)\s*$/s;

/** The refusal of one matcher. `error` is the domain's. */
export function matcherRefusal(text: string, error: string, mode: MatcherMode): string {
  const hasBrace = text.startsWith("{") || text.endsWith("}");
  if (mode !== "classic" && hasBrace) return `unexpected open or close brace: ${text}`;
  if (mode === "utf8") return utf8Refusal(text, error);
  const value = CLASSIC.exec(text)?.[1];
  if (value === undefined) return `bad matcher format: ${text}`;
  const regex = REGEX.exec(error)?.[1];
  if (regex !== undefined) return regex;
  return value.isWellFormed()
    ? `matcher value contains unescaped double quote: ${value}`
    : `matcher value not valid UTF-8: ${value}`;
}

/** Place, what was found, what is wrong with it, and what is wanted, as the domain's parser tells it. */
const FAULT =
  /^(\d+):(\d+): Cannot parse matchers: (?:(the input ends)|(found )?("(?:[^"\\]|\\.)*")(.*?)); wanted (.*)$/s;
const COUNT = /: it has (\d+) matchers; wanted one$/;

const CLOSING = 'a comma or the closing "}"';
const WANTED: ReadonlyMap<string, string> = new Map([
  ["a label name", "label name"],
  ["an operator: =, !=, =~ or !~", "an operator such as '=', '!=', '=~' or '!~'"],
  ["a label value", "label value"],
  ["a comma", "a comma or close brace"],
  [CLOSING, "a comma or close brace"],
  ["the end of the input", "end of input"],
]);
const NO_OPENING = 'an opening "{" before the closing "}"';
const NOT_UTF8 = "valid UTF-8 with Go's escapes";

/** The refusal of the new parser, as it stands in the log. `error` is the domain's. */
export function utf8Refusal(input: string, error: string): string {
  const count = COUNT.exec(error)?.[1];
  if (count !== undefined)
    return count === "0" ? "no matchers" : `expected 1 matcher, found ${count}`;
  const regex = REGEX.exec(error)?.[1];
  if (regex !== undefined) return `failed to create matcher: ${regex}`;
  const [, start = "", end = "", isEnd, found, quoted = '""', problem = "", wanted = ""] =
    FAULT.exec(error) ?? [];
  if (start === "") return error;
  const text = String(JSON.parse(quoted)); // The domain wrote it as JSON.
  if (wanted === NO_OPENING) return `0:${end}: }: expected opening brace`;
  if (wanted === NOT_UTF8) return `${start}:${end}: ${text}: invalid input`;
  if (isEnd !== undefined && wanted === CLOSING) {
    return `0:${start}: end of input: expected close brace`;
  }
  const expected = `expected ${wantedWords(wanted, input, Number(start))}`;
  if (isEnd !== undefined) return `end of input: ${expected}`;
  const reason =
    found === undefined ? faultWords(text, problem, end === endOf(input)) : `unexpected ${text}`;
  // What cannot be read at all at the beginning is refused before anybody wants something there.
  const isFirst = wanted === "a label name" && /^\s*\{?\s*$/.test(textBefore(input, Number(start)));
  if (found === undefined && isFirst) return `${start}:${end}: ${reason}`;
  return `${start}:${end}: ${reason}: ${expected}`;
}

function textBefore(input: string, start: number): string {
  return Array.from(input).slice(0, start).join("");
}

function wantedWords(wanted: string, input: string, start: number): string {
  const before = textBefore(input, start).trimEnd();
  if (wanted === "a label name" && before.endsWith(","))
    return "a matcher or close brace after comma";
  return WANTED.get(wanted) ?? wanted;
}

/** The column behind the last character; undefined if the input is not known. */
function endOf(input: string): string | undefined {
  return input === "" ? undefined : String(Array.from(input).length);
}

function faultWords(text: string, problem: string, isEnd: boolean): string {
  if (problem.includes("followed by")) {
    return isEnd
      ? "unexpected end of input, expected one of '=~'"
      : `${text}: expected one of '=~'`;
  }
  const words = problem.includes("closing double quote") ? 'missing end "' : "invalid input";
  return `${text}: ${words}`;
}
