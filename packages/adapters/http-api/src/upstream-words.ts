/**
 * Refusals in upstream's words. The domain says what is wrong in its own; clients, amtool and tests of
 * Alertmanager 0.34 compare the texts of the API, so there they read as they always did. A text that is
 * not known here goes out as it is.
 */
import type { MatcherMode } from "@tocsin/domain/matcher";

type Rule = readonly [pattern: RegExp, words: string];

const SILENCE_MATCHER = "invalid silence: invalid label matcher $2 in set $1: ";

const RULES: readonly Rule[] = [
  [/^Cannot take alert: the start time is missing$/, "start time missing"],
  [/^Cannot take alert: its end is before its start;.*$/s, "start time must be before end time"],
  [/^Cannot take alert: it has no label with a value;.*$/s, "at least one label pair required"],
  [
    /^Cannot take alert: label name (".*") is not allowed;.*$/s,
    "invalid label set: invalid name $1",
  ],
  [
    /^Cannot take alert: annotation name (".*") is not allowed;.*$/s,
    "invalid annotations: invalid name $1",
  ],
  [
    /^Cannot take silence: matcher set (\d+) matches alerts without any label;.*$/s,
    "invalid silence: matcher set $1: at least one matcher must not match the empty string",
  ],
  [
    /^Cannot take silence: matcher set (\d+), matcher (\d+): label name (".*") is not valid$/s,
    `${SILENCE_MATCHER}invalid label name $3`,
  ],
  [
    /^Cannot take silence: matcher set (\d+), matcher (\d+): Cannot compile regex (".*": error parsing regexp: .*); wanted .*$/s,
    `${SILENCE_MATCHER}invalid regular expression $3`,
  ],
  [
    /^Cannot take silence: its end is before its start$/,
    "invalid silence: end time must not be before start time",
  ],
  [
    /^Cannot store silence: the tenant has (\d+) of at most (\d+) silences$/,
    "exceeded maximum number of silences: $1 (limit: $2)",
  ],
  [
    /^Cannot store silence: it has (\d+) bytes of at most (\d+)$/,
    "silence exceeded maximum size: $1 bytes (limit: $2 bytes)",
  ],
  [/^Cannot compile regex ".*": (error parsing regexp: .*); wanted .*$/s, "$1"],
];

/** The refusal of an alert, a silence or a regex as upstream puts it. */
export function upstreamWords(message: string): string {
  for (const [pattern, words] of RULES) {
    if (pattern.test(message)) return message.replace(pattern, words);
  }
  return message;
}

// Name, operator, value; mirrors the old parser, whose refusal counts where both parsers refuse.
const CLASSIC = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:=~|=|!=|!~)\s*(.*?)\s*$/s;

/** The refusal of one matcher. Only in strict mode the new parser's own text is shown. */
export function matcherRefusal(text: string, error: string, mode: MatcherMode): string {
  if (mode === "utf8") return error;
  if (mode === "fallback" && (text.startsWith("{") || text.endsWith("}"))) {
    return `unexpected open or close brace: ${text}`;
  }
  const value = CLASSIC.exec(text)?.[2];
  if (value === undefined) return `bad matcher format: ${text}`;
  const words = upstreamWords(error);
  return words === error ? `matcher value contains unescaped double quote: ${value}` : words;
}
