/** Matchers and labels from the command line, read by the rules of the server (S-80). */
import { MATCHER_WARNINGS, matcherRefusal, utf8Refusal } from "@tocsin/domain/config";
import {
  type Matcher,
  type MatcherMode,
  type MatcherWarning,
  type ParsedMatchers,
  parseMatcher,
} from "@tocsin/domain/matcher";
import { quoteGo } from "@tocsin/domain/text";
import type { StandardLog } from "../output/standard-log.ts";
import { Failure } from "../program/failure.ts";

const MODE_NOTES: Readonly<Record<MatcherMode, string>> = {
  classic: "Parsing with classic matchers parser",
  utf8: "Parsing with UTF-8 matchers parser",
  fallback: "Parsing with UTF-8 matchers parser, with fallback to classic matchers parser",
};

/** Where upstream reads what was given to it, and the lines there that log. */
const ORIGINS = {
  cli: { classic: 79, utf8: 97, fallback: 120, incompatible: 136, disagreement: 142 },
  config: { classic: 88, utf8: 110, fallback: 154, incompatible: 176, disagreement: 183 },
} as const;

type Origin = keyof typeof ORIGINS;

/** What is wrong with a list of labels. */
const NOT_EQUAL = "must be specified as key=value pairs";

export class MatcherReader {
  readonly mode: MatcherMode;
  readonly #log: StandardLog;

  constructor(mode: MatcherMode, log: StandardLog) {
    this.mode = mode;
    this.#log = log;
  }

  /** The words of a query. A first one that is no matcher is the value of `alertname`. */
  withAlertname(words: readonly string[]): readonly string[] {
    const [first, ...rest] = words;
    if (first === undefined || this.#parse(first).ok) return words;
    return [`alertname=${quoteGo(first)}`, ...rest];
  }

  /** Reads one matcher. Throws `Failure` if it is none; `before` begins what it says. */
  read(text: string, before: string = ""): Matcher {
    const parsed = this.#parse(text);
    if (!parsed.ok) throw new Failure(`${before}${parsed.error}`);
    return parsed.matcher;
  }

  /** Reads `name=value` words as labels; of two with one name the last counts. `what` and `before` are for the error. */
  readLabels(words: readonly string[], what: string, before: string = ""): Record<string, string> {
    const labels = new Map<string, string>();
    for (const word of words) {
      const { type, name, value } = this.read(word, before);
      if (type !== "=") throw new Failure(`${what} ${NOT_EQUAL}`);
      labels.set(name, value);
    }
    return Object.fromEntries(labels);
  }

  /** Logs how a list of matchers in a configuration was read. */
  noteList(text: string, parsed: ParsedMatchers): void {
    this.#note(text, "config");
    if (parsed.ok && parsed.warning !== undefined) this.#warn(text, parsed.warning, "config");
  }

  #parse(text: string): { ok: true; matcher: Matcher } | { ok: false; error: string } {
    this.#note(text, "cli");
    const parsed = parseMatcher(text, this.mode);
    if (!parsed.ok) return { ok: false, error: matcherRefusal(text, parsed.error, this.mode) };
    if (parsed.warning !== undefined) this.#warn(text, parsed.warning, "cli");
    return { ok: true, matcher: parsed.matcher };
  }

  #note(input: string, origin: Origin): void {
    const source = `parse.go:${ORIGINS[origin][this.mode]}`;
    const message = MODE_NOTES[this.mode];
    this.#log.write({ level: "DEBUG", source, message, fields: { input, origin } });
  }

  #warn(input: string, warning: MatcherWarning, origin: Origin): void {
    const fields = { input, origin };
    const source = `parse.go:${ORIGINS[origin][warning.kind]}`;
    const message = MATCHER_WARNINGS[warning.kind];
    if (warning.kind === "disagreement") {
      this.#log.write({ level: "WARN", source, message, fields });
      return;
    }
    const { utf8Error, suggestion } = warning;
    this.#log.write({
      level: "WARN",
      source,
      message,
      fields: { ...fields, err: utf8Refusal(input, utf8Error), suggestion },
    });
  }
}
