/**
 * Refusals in upstream's words. The domain says what is wrong in its own; clients, amtool and tests of
 * Alertmanager 0.34 compare the texts of the API, so there they read as they always did. A text that is
 * not known here goes out as it is.
 */
import { quoteGo } from "@tocsin/domain/text";

type Rule = readonly [pattern: RegExp, words: string];

const SILENCE_MATCHER = "invalid silence: invalid label matcher $2 in set $1: ";

const RULES: readonly Rule[] = [
  [/^Cannot take alert: the start time is missing$/, "start time missing"],
  [/^Cannot take alert: its end is before its start;.*$/s, "start time must be before end time"],
  [/^Cannot take alert: it has no label with a value;.*$/s, "at least one label pair required"],
  [
    /^Cannot take alert: label name ("(?:[^"\\]|\\.)*") is not allowed;.*$/s,
    "invalid label set: invalid name $1",
  ],
  [
    /^Cannot take alert: annotation name ("(?:[^"\\]|\\.)*") is not allowed;.*$/s,
    "invalid annotations: invalid name $1",
  ],
  [
    /^Cannot take silence: matcher set (\d+) matches alerts without any label;.*$/s,
    "invalid silence: matcher set $1: at least one matcher must not match the empty string",
  ],
  [
    /^Cannot take silence: matcher set (\d+), matcher (\d+): label name ("(?:[^"\\]|\\.)*") is not valid$/s,
    `${SILENCE_MATCHER}invalid label name $3`,
  ],
  [
    /^Cannot take silence: matcher set (\d+), matcher (\d+): Cannot compile regex ("(?:[^"\\]|\\.)*"): (error parsing regexp: .*); wanted .*$/s,
    `${SILENCE_MATCHER}invalid regular expression $3: $4`,
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
    const found = pattern.exec(message);
    if (found !== null)
      return words.replaceAll(/\$(\d)/g, (_, at) => requoted(found[Number(at)] ?? ""));
  }
  return message;
}

/** The domain quotes as JSON does. */
function requoted(text: string): string {
  return text.startsWith('"') ? quoteGo(JSON.parse(text) as string) : text;
}
