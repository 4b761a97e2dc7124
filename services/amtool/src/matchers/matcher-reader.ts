/** Matchers and labels from the command line, read by the rules of the server (S-80). */
import {
  type Matcher,
  type MatcherMode,
  type MatcherWarning,
  parseMatcher,
} from "@tocsin/domain/matcher";
import { quoteGo } from "@tocsin/domain/text";
import type { StandardLog } from "../output/standard-log.ts";
import { Failure } from "../program/failure.ts";
import { matcherRefusal, utf8Refusal } from "../words/matcher-words.ts";

const MODE_NOTES = {
  classic: ["parse.go:73", "Parsing with classic matchers parser"],
  utf8: ["parse.go:97", "Parsing with UTF-8 matchers parser"],
  fallback: [
    "parse.go:120",
    "Parsing with UTF-8 matchers parser, with fallback to classic matchers parser",
  ],
} as const satisfies Record<MatcherMode, readonly [string, string]>;

/** What upstream logs of an input that only its old parser takes. */
const INCOMPATIBLE =
  "Alertmanager is moving to a new parser for labels and matchers, and this input is incompatible. " +
  "Alertmanager has instead parsed the input using the classic matchers parser as a fallback. To " +
  "make this input compatible with the UTF-8 matchers parser please make sure all regular " +
  "expressions and values are double-quoted and backslashes are escaped. If you are still seeing " +
  "this message please open an issue.";

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

  /** Reads one matcher. Throws `Failure` if it is none. */
  read(text: string): Matcher {
    const parsed = this.#parse(text);
    if (!parsed.ok) throw new Failure(parsed.error);
    return parsed.matcher;
  }

  /** Reads `name=value` words as labels; of two with one name the last counts. `what` is for the error. */
  readLabels(words: readonly string[], what: string): Record<string, string> {
    const labels = new Map<string, string>();
    for (const word of words) {
      const { type, name, value } = this.read(word);
      if (type !== "=") throw new Failure(`${what} ${NOT_EQUAL}`);
      labels.set(name, value);
    }
    return Object.fromEntries(labels);
  }

  #parse(text: string): { ok: true; matcher: Matcher } | { ok: false; error: string } {
    const [source, message] = MODE_NOTES[this.mode];
    this.#log.write({ level: "DEBUG", source, message, fields: { input: text, origin: "cli" } });
    const parsed = parseMatcher(text, this.mode);
    if (!parsed.ok) return { ok: false, error: matcherRefusal(text, parsed.error, this.mode) };
    if (parsed.warning !== undefined) this.#warn(text, parsed.warning);
    return { ok: true, matcher: parsed.matcher };
  }

  #warn(input: string, warning: MatcherWarning): void {
    const fields = { input, origin: "cli" };
    if (warning.kind === "disagreement") {
      const message = "Matchers input has disagreement";
      this.#log.write({ level: "WARN", source: "parse.go:142", message, fields });
      return;
    }
    const { utf8Error, suggestion } = warning;
    this.#log.write({
      level: "WARN",
      source: "parse.go:136",
      message: INCOMPATIBLE,
      fields: { ...fields, err: utf8Refusal(input, utf8Error), suggestion },
    });
  }
}
