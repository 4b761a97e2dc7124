/** The words of a command line as tokens; short flags are taken apart and files of words are put in. */
import { CommandLineProblem } from "./problem.ts";
import type { Flag } from "./tree.ts";

/** A piece of the command line. `end` comes after the last one, again and again. */
export type Token =
  | { readonly kind: "long" | "short"; readonly name: string }
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "end" };

/** Reads the file of `@path`, one word a line. Its error's message is shown. */
export type ReadWordFile = (path: string) => string;

const END: Token = { kind: "end" };

/** Knows which short flags take a value: `-wq` is `-w q` or `-w -q`. */
export class Tokens {
  readonly #words: string[];
  readonly #readFile: ReadWordFile;
  readonly #shorts = new Map<string, Flag>();
  /** Read already but not taken; the last one comes first. */
  readonly #waiting: Token[] = [];
  #onlyWords = false;

  constructor(words: readonly string[], readFile: ReadWordFile) {
    this.#words = [...words];
    this.#readFile = readFile;
  }

  /** Makes the short names of a command's flags known. */
  addFlags(flags: readonly Flag[]): void {
    for (const flag of flags) if (flag.short !== undefined) this.#shorts.set(flag.short, flag);
  }

  shortFlag(name: string): Flag | undefined {
    return this.#shorts.get(name);
  }

  peek(): Token {
    const token = this.next();
    this.#waiting.push(token);
    return token;
  }

  next(): Token {
    return this.#waiting.pop() ?? this.#read();
  }

  #read(): Token {
    const word = this.#words.shift();
    if (word === undefined) return END;
    if (this.#onlyWords) return { kind: "word", text: word };
    if (word === "--") {
      this.#onlyWords = true;
      return this.#read();
    }
    if (word.startsWith("--")) return this.#long(word.slice(2));
    if (word === "-") return { kind: "word", text: "" };
    if (word.startsWith("-")) return this.#short(word.slice(1));
    if (!word.startsWith("@")) return { kind: "word", text: word };
    this.#words.unshift(...this.#wordsOf(word.slice(1)));
    return this.#read();
  }

  #long(word: string): Token {
    const equals = word.indexOf("=");
    if (equals === -1) return { kind: "long", name: word };
    this.#waiting.push({ kind: "word", text: word.slice(equals + 1) });
    return { kind: "long", name: word.slice(0, equals) };
  }

  #short(letters: string): Token {
    const [name = ""] = letters;
    const rest = letters.slice(name.length);
    const kind = this.#shorts.get(name)?.kind;
    if (rest !== "") {
      if (kind === undefined || kind === "switch") this.#words.unshift(`-${rest}`);
      else this.#waiting.push({ kind: "word", text: rest });
    }
    return { kind: "short", name };
  }

  #wordsOf(path: string): string[] {
    if (path === "") throw new CommandLineProblem("expected @ file to expand arguments from");
    let text: string;
    try {
      text = this.#readFile(path);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CommandLineProblem(`failed to open arguments file ${JSON.stringify(path)}: ${why}`);
    }
    const lines = text.split(/\r?\n/);
    return lines.filter((line) => !line.startsWith("#") && line.trim() !== "");
  }
}

/** A token as it was written, for messages. */
export function showToken(token: Token): string {
  switch (token.kind) {
    case "long":
      return `--${token.name}`;
    case "short":
      return `-${token.name}`;
    case "word":
      return token.text;
    case "end":
      return "<EOL>";
  }
}
