import type { MatcherType } from "../model/index.ts";
import { unquoteGo } from "../text/index.ts";
import { readToken, type Token } from "./lexer.ts";
import { tryCompileMatcher, type Matcher, type MatcherResult } from "./matcher.ts";
import type { MatchersResult } from "./parse-classic.ts";
import type { RegexCompiler } from "./regex.ts";

type Step<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; error: string };

const WANTED_OPERATOR = "an operator: =, !=, =~ or !~";

/**
 * Parses a list in the UTF-8 syntax (S-82): optional braces around `name op value` parted by commas, a
 * trailing comma allowed. Names and values may be in double quotes with Go's escapes, and must be when
 * they have a reserved character. Mirrors `matcher/parse` of Alertmanager 0.34. An error begins with
 * the columns `start:end`, counted in characters.
 */
export function parseUtf8Matchers(input: string, cache?: RegexCompiler): MatchersResult {
  const result = new Parser(input, cache).parse();
  return result.ok ? { ok: true, matchers: result.value } : result;
}

/** Parses exactly one matcher in the UTF-8 syntax; braces and a trailing comma are allowed here. */
export function parseUtf8Matcher(input: string, cache?: RegexCompiler): MatcherResult {
  const result = parseUtf8Matchers(input, cache);
  if (!result.ok) return result;
  const [matcher, second] = result.matchers;
  if (matcher !== undefined && second === undefined) return { ok: true, matcher };
  const count = result.matchers.length;
  return {
    ok: false,
    error: `Cannot parse matcher ${JSON.stringify(input)}: it has ${count} matchers; wanted one`,
  };
}

class Parser {
  readonly #input: string;
  readonly #cache: RegexCompiler | undefined;
  #next: Token;

  constructor(input: string, cache: RegexCompiler | undefined) {
    this.#input = input;
    this.#cache = cache;
    this.#next = readToken(input, 0);
  }

  parse(): Step<Matcher[]> {
    const isBraced = this.#next.kind === "{";
    if (isBraced) this.#advance();
    const list = this.#parseList();
    if (!list.ok) return list;
    if (isBraced) {
      if (this.#next.kind !== "}") return this.#refuse('a comma or the closing "}"');
      this.#advance();
    }
    return this.#next.kind === "end" ? list : this.#refuse(this.#wantedAfterList(isBraced));
  }

  #parseList(): Step<Matcher[]> {
    const matchers: Matcher[] = [];
    while (this.#next.kind !== "end" && this.#next.kind !== "}") {
      const matcher = this.#parseMatcher();
      if (!matcher.ok) return matcher;
      matchers.push(matcher.value);
      if (this.#next.kind !== ",") break;
      this.#advance();
    }
    return { ok: true, value: matchers };
  }

  #parseMatcher(): Step<Matcher> {
    const name = this.#parseText("a label name");
    if (!name.ok) return name;
    const operator = this.#next;
    if (operator.kind !== "operator") return this.#refuse(WANTED_OPERATOR);
    this.#advance();
    const value = this.#parseText("a label value");
    if (!value.ok) return value;
    // The lexer makes tokens of kind `operator` from the four types only.
    const type = operator.text as MatcherType;
    const result = tryCompileMatcher({ type, name: name.value, value: value.value }, this.#cache);
    return result.ok ? { ok: true, value: result.matcher } : result;
  }

  #parseText(wanted: string): Step<string> {
    const { kind, text } = this.#next;
    if (kind !== "quoted" && kind !== "unquoted") return this.#refuse(wanted);
    const value = kind === "quoted" ? unquoteGo(text) : text;
    if (value === undefined || (kind === "quoted" && !value.isWellFormed())) {
      return this.#refuse("valid UTF-8 with Go's escapes");
    }
    this.#advance();
    return { ok: true, value };
  }

  #wantedAfterList(isBraced: boolean): string {
    if (isBraced) return "the end of the input";
    return this.#next.kind === "}" ? 'an opening "{" before the closing "}"' : "a comma";
  }

  #advance(): void {
    this.#next = readToken(this.#input, this.#next.end);
  }

  #refuse(wanted: string): { ok: false; error: string } {
    const { kind, text, start, end, problem } = this.#next;
    const columns = `${countCharacters(this.#input, start)}:${countCharacters(this.#input, end)}`;
    const found = kind === "end" ? "the input ends" : `found ${JSON.stringify(text)}`;
    const reason = problem === undefined ? found : `${JSON.stringify(text)} ${problem}`;
    return { ok: false, error: `${columns}: Cannot parse matchers: ${reason}; wanted ${wanted}` };
  }
}

function countCharacters(input: string, end: number): number {
  return Array.from(input.slice(0, end)).length;
}
