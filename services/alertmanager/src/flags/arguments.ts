/**
 * The words of the command line, read as Alertmanager reads them (kingpin v2): `--flag=value`,
 * `--flag value`, `--switch`, `--no-switch`, and `@file` for the words of a file, one a line. A value
 * behind a space may not start with a dash. There are no words besides flags.
 */
import type { FlagSpec } from "./flag.ts";
import { nearestName } from "./nearest.ts";
import { FLAGS } from "./table.ts";
import { parseFlagValue } from "./value.ts";

/** Texts by flag name; a flag that may be repeated has several. */
export type GivenTexts = ReadonlyMap<string, readonly string[]>;

export type ArgumentsParse =
  | { readonly kind: "given"; readonly texts: GivenTexts }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "problem"; readonly problem: string };

class Problem extends Error {}

/**
 * Reads `argv`, the words behind the program's name. Who asks for the version or `--help-long` gets it,
 * whatever is wrong behind that; then counts what cannot be read at all, then a wish for help, then the
 * first wrong value.
 * `readFile` throws; the message of what it throws is shown.
 */
export function parseArguments(
  argv: readonly string[],
  readFile: (path: string) => string,
): ArgumentsParse {
  const reader = new Reader(argv, readFile);
  const problem = problemIn(() => reader.read());
  if (reader.asked === "version") return { kind: "version" };
  if (reader.asked === "help-long") return { kind: "help" };
  if (problem !== undefined) return { kind: "problem", problem };
  if (reader.wantsHelp) return { kind: "help" };
  const texts = new Map<string, string[]>();
  const wrong = problemIn(() => {
    for (const [spec, text] of reader.given) take(texts, spec, text);
  });
  return wrong === undefined ? { kind: "given", texts } : { kind: "problem", problem: wrong };
}

function problemIn(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

function take(texts: Map<string, string[]>, spec: FlagSpec, text: string): void {
  const known = texts.get(spec.name);
  if (known !== undefined && spec.kind !== "list") {
    throw new Problem(`flag '${spec.name}' cannot be repeated`);
  }
  const value = parseFlagValue(spec, [text]);
  if (!value.ok) throw new Problem(value.problem);
  if (known === undefined) texts.set(spec.name, [text]);
  else known.push(text);
}

type Token =
  | { readonly kind: "long"; readonly name: string; readonly inline: string | undefined }
  | { readonly kind: "short"; readonly letter: string }
  | { readonly kind: "word"; readonly text: string };

class Reader {
  wantsHelp = false;
  /** What is answered whatever is wrong behind it: the first of these on the line. */
  asked: "version" | "help-long" | undefined;
  readonly given: (readonly [FlagSpec, string])[] = [];
  /** Still to be read, the next one last. */
  readonly #words: string[];
  readonly #readFile: (path: string) => string;
  #onlyWords = false;

  constructor(argv: readonly string[], readFile: (path: string) => string) {
    this.#words = argv.toReversed();
    this.#readFile = readFile;
  }

  read(): void {
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      if (token.kind === "word") throw new Problem(`unexpected ${token.text}`);
      if (token.kind === "long") this.#long(token.name, token.inline);
      else if (token.letter === "h") this.wantsHelp = true;
      else throw new Problem(`unknown short flag '-${token.letter}'`);
    }
  }

  #next(): Token | undefined {
    const word = this.#words.pop();
    if (word === undefined) return undefined;
    if (this.#onlyWords) return { kind: "word", text: word };
    if (word === "--") {
      this.#onlyWords = true;
      return this.#next();
    }
    if (word.startsWith("--")) return longToken(word.slice(2));
    // A lone dash is a word without letters.
    if (word === "-") return { kind: "word", text: "" };
    if (word.startsWith("-")) return this.#short(word.slice(1));
    if (!word.startsWith("@")) return { kind: "word", text: word };
    this.#words.push(...this.#wordsOf(word.slice(1)).toReversed());
    return this.#next();
  }

  #short(letters: string): Token {
    const [letter = ""] = letters;
    const rest = letters.slice(letter.length);
    if (rest !== "") this.#words.push(`-${rest}`);
    return { kind: "short", letter };
  }

  #wordsOf(path: string): string[] {
    if (path === "") throw new Problem("expected @ file to expand arguments from");
    try {
      const lines = this.#readFile(path).split(/\r?\n/);
      return lines.filter((line) => !line.startsWith("#") && line.trim() !== "");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Problem(`failed to open arguments file ${JSON.stringify(path)}: ${why}`);
    }
  }

  #long(name: string, inline: string | undefined): void {
    const plain = FLAGS.has(name) || !name.startsWith("no-") ? name : name.slice("no-".length);
    const spec = FLAGS.get(plain);
    if (plain === "help") this.wantsHelp = true;
    else if (plain === "version" || plain === "help-long") this.asked ??= plain;
    else if (spec === undefined) throw new Problem(unknownFlag(name));
    else if (spec.kind !== "switch") {
      if (plain !== name) throw new Problem(unknownFlag(name));
      this.given.push([spec, inline ?? this.#value(name)]);
      return;
    } else this.given.push([spec, plain === name ? "true" : "false"]);
    if (inline !== undefined) throw new Problem(`unexpected ${inline}`);
  }

  #value(name: string): string {
    const token = this.#next();
    if (token?.kind === "word") return token.text;
    throw new Problem(`expected argument for flag '--${name}'`);
  }
}

function longToken(word: string): Token {
  const equals = word.indexOf("=");
  if (equals === -1) return { kind: "long", name: word, inline: undefined };
  return { kind: "long", name: word.slice(0, equals), inline: word.slice(equals + 1) };
}

function unknownFlag(name: string): string {
  const near = nearestName(name, FLAGS.keys());
  const hint = near === undefined ? "" : `, did you mean '--${near}'?`;
  return `unknown long flag '--${name}'${hint}`;
}
