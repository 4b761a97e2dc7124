import { quoteGo } from "../../text/index.ts";
import { byteSize, firstRunes } from "../values/text.ts";
import { formatCodePoint } from "./quote.ts";

export type TokenKind =
  | "error"
  | "eof"
  | "text"
  | "comment"
  | "left-delim"
  | "right-delim"
  | "assign"
  | "declare"
  | "pipe"
  | "left-paren"
  | "right-paren"
  | "space"
  | "char"
  | "char-constant"
  | "number"
  | "complex"
  | "string"
  | "raw-string"
  | "bool"
  | "field"
  | "identifier"
  | "variable"
  | "dot"
  | "keyword";

export interface Token {
  readonly kind: TokenKind;
  readonly pos: number;
  /** The text of the token; of an error, its message. */
  readonly text: string;
  readonly line: number;
}

const LEFT = "{{";
const RIGHT = "}}";
const LINE_FEED = 10;
const TRIM_MARKER_SIZE = 2;
const KEYWORDS: ReadonlySet<string> = new Set(
  "block break continue define else end if nil range template with".split(" "),
);
const WORD = /[\p{L}\p{Nd}_]/u;

type State = "text" | "left-delim" | "inside" | "right-delim" | "done";

/**
 * Cuts a template text into tokens, one at a time, with the rules and error texts of Go's
 * `text/template/parse`. After an error token only that token comes.
 */
export class Lexer {
  readonly #input: string;
  #pos = 0;
  #start = 0;
  #line = 1;
  #startLine = 1;
  #parenDepth = 0;
  #state: State = "text";
  #failure: Token | undefined;

  constructor(input: string) {
    this.#input = input;
  }

  next(): Token {
    for (;;) {
      const token = this.#failure ?? this.#step();
      if (token === undefined) continue;
      if (token.kind === "error") this.#failure = token;
      return token;
    }
  }

  #step(): Token | undefined {
    switch (this.#state) {
      case "text":
        return this.#text();
      case "left-delim":
        return this.#leftDelim();
      case "inside":
        return this.#inside();
      case "right-delim":
        return this.#rightDelim();
      case "done":
        return { kind: "eof", pos: this.#input.length, text: "", line: this.#startLine };
    }
  }

  #text(): Token | undefined {
    const found = this.#input.indexOf(LEFT, this.#pos);
    const end = found < 0 ? this.#input.length : found;
    this.#state = found < 0 ? "done" : "left-delim";
    if (end === this.#start) return undefined;
    let kept = end;
    if (found >= 0 && this.#hasLeftTrim(found + LEFT.length)) {
      while (kept > this.#start && isSpace(this.#input.charAt(kept - 1))) kept -= 1;
    }
    this.#pos = kept;
    const token = this.#take("text");
    this.#pos = end;
    this.#ignore();
    return token.text === "" ? undefined : token;
  }

  #leftDelim(): Token | undefined {
    this.#pos += LEFT.length;
    const marker = this.#hasLeftTrim(this.#pos) ? TRIM_MARKER_SIZE : 0;
    if (this.#input.startsWith("/*", this.#pos + marker)) {
      this.#pos += marker;
      this.#ignore();
      return this.#comment();
    }
    const token = this.#take("left-delim");
    this.#pos += marker;
    this.#ignore();
    this.#parenDepth = 0;
    this.#state = "inside";
    return token;
  }

  #comment(): Token | undefined {
    const end = this.#input.indexOf("*/", this.#pos + 2);
    if (end < 0) return this.#error("unclosed comment");
    this.#pos = end + 2;
    const delim = this.#atRightDelim();
    if (delim === undefined) return this.#error("comment ends before closing delimiter");
    const token = this.#take("comment");
    this.#state = "text";
    this.#skipRightDelim(delim === "trimmed");
    return token;
  }

  #rightDelim(): Token {
    const trimmed = this.#atRightDelim() === "trimmed";
    if (trimmed) {
      this.#pos += TRIM_MARKER_SIZE;
      this.#ignore();
    }
    this.#pos += RIGHT.length;
    const token = this.#take("right-delim");
    if (trimmed) this.#skipSpaces();
    this.#state = "text";
    return token;
  }

  #skipRightDelim(trimmed: boolean): void {
    if (trimmed) this.#pos += TRIM_MARKER_SIZE;
    this.#pos += RIGHT.length;
    this.#ignore();
    if (trimmed) this.#skipSpaces();
  }

  #skipSpaces(): void {
    while (isSpace(this.#input.charAt(this.#pos))) this.#pos += 1;
    this.#ignore();
  }

  #inside(): Token | undefined {
    if (this.#atRightDelim() !== undefined) {
      if (this.#parenDepth > 0) return this.#error("unclosed left paren");
      this.#state = "right-delim";
      return undefined;
    }
    const char = this.#advance();
    switch (char) {
      case "":
        return this.#error("unclosed action");
      case " ":
      case "\t":
      case "\r":
      case "\n":
        return this.#space();
      case "=":
        return this.#take("assign");
      case ":":
        return this.#advance() === "=" ? this.#take("declare") : this.#error("expected :=");
      case "|":
        return this.#take("pipe");
      case '"':
        return this.#quoted(char, "string");
      case "'":
        return this.#quoted(char, "char-constant");
      case "`":
        return this.#rawString();
      case "$":
        return this.#fieldOrVariable("variable");
      case "(":
        this.#parenDepth += 1;
        return this.#take("left-paren");
      case ")":
        this.#parenDepth -= 1;
        return this.#parenDepth < 0
          ? this.#error("unexpected right paren")
          : this.#take("right-paren");
      default:
        return this.#word(char);
    }
  }

  #word(char: string): Token {
    if (char === "." && !/[0-9]/.test(this.#peek())) {
      // A dot at the very end of the input starts a number for Go, which then is a bad one.
      if (this.#peek() !== "") return this.#fieldOrVariable("field");
      return this.#number(char);
    }
    if (/[-+.0-9]/.test(char)) return this.#number(char);
    if (WORD.test(char)) return this.#identifier(char);
    if (/^[ -~]$/.test(char)) return this.#take("char");
    return this.#error(`unrecognized character in action: ${formatCodePoint(char)}`);
  }

  #space(): Token | undefined {
    while (isSpace(this.#peek())) this.#pos += 1;
    const last = this.#pos - 1;
    // The last space belongs to a trimmed delimiter when "-}}" follows.
    if (this.#input.startsWith(`-${RIGHT}`, this.#pos)) {
      this.#pos = last;
      if (last === this.#start) {
        this.#state = "right-delim";
        return undefined;
      }
    }
    return this.#take("space");
  }

  #identifier(first: string): Token {
    this.#pos -= first.length;
    this.#acceptWord();
    const bad = this.#badTerminator();
    if (bad !== undefined) return bad;
    const word = this.#input.slice(this.#start, this.#pos);
    if (KEYWORDS.has(word)) return this.#take("keyword");
    return this.#take(word === "true" || word === "false" ? "bool" : "identifier");
  }

  #fieldOrVariable(kind: "field" | "variable"): Token {
    if (this.#atTerminator()) return this.#take(kind === "variable" ? kind : "dot");
    this.#acceptWord();
    return this.#badTerminator() ?? this.#take(kind);
  }

  #acceptWord(): void {
    for (let char = this.#peek(); WORD.test(char); char = this.#peek()) this.#pos += char.length;
  }

  #badTerminator(): Token | undefined {
    if (this.#atTerminator()) return undefined;
    return this.#error(`bad character ${formatCodePoint(this.#peek())}`);
  }

  #atTerminator(): boolean {
    const char = this.#peek();
    return (
      char === "" || " \t\r\n.,|:)(".includes(char) || this.#input.startsWith(RIGHT, this.#pos)
    );
  }

  #quoted(quote: string, kind: "string" | "char-constant"): Token {
    for (;;) {
      let char = this.#advance();
      if (char === quote) return this.#take(kind);
      if (char === "\\") {
        char = this.#advance();
        if (char !== "" && char !== "\n") continue;
      }
      if (char === "" || char === "\n") {
        const what = kind === "string" ? "quoted string" : "character constant";
        return this.#error(`unterminated ${what}`);
      }
    }
  }

  #rawString(): Token {
    const end = this.#input.indexOf("`", this.#pos);
    if (end < 0) return this.#error("unterminated raw quoted string");
    this.#pos = end + 1;
    return this.#take("raw-string");
  }

  #number(first: string): Token {
    this.#pos -= first.length;
    if (!this.#scanNumber()) return this.#badNumber();
    if (!/[-+]/.test(this.#peek())) return this.#take("number");
    if (!this.#scanNumber() || this.#input[this.#pos - 1] !== "i") return this.#badNumber();
    return this.#take("complex");
  }

  #badNumber(): Token {
    return this.#error(`bad number syntax: ${quoteGo(this.#input.slice(this.#start, this.#pos))}`);
  }

  #scanNumber(): boolean {
    this.#acceptMatch(/[-+]?/y);
    if (this.#acceptMatch(/0[xX]/y)) {
      this.#acceptMatch(/[0-9a-fA-F_]*\.?[0-9a-fA-F_]*(?:[pP][-+]?[0-9_]*)?/y);
    } else if (this.#acceptMatch(/0[oO]/y)) this.#acceptMatch(/[0-7_]*\.?[0-7_]*/y);
    else if (this.#acceptMatch(/0[bB]/y)) this.#acceptMatch(/[01_]*\.?[01_]*/y);
    else this.#acceptMatch(/[0-9_]*\.?[0-9_]*(?:[eE][-+]?[0-9_]*)?/y);
    this.#acceptMatch(/i?/y);
    if (!WORD.test(this.#peek())) return true;
    this.#advance(); // The message shows the character that spoils the number.
    return false;
  }

  #acceptMatch(sticky: RegExp): boolean {
    sticky.lastIndex = this.#pos;
    const match = sticky.exec(this.#input);
    if (match === null) return false;
    this.#pos += match[0].length;
    return true;
  }

  #atRightDelim(): "plain" | "trimmed" | undefined {
    if (this.#input.startsWith(RIGHT, this.#pos)) return "plain";
    const trimmed = isSpace(this.#peek()) && this.#input.startsWith(`-${RIGHT}`, this.#pos + 1);
    return trimmed ? "trimmed" : undefined;
  }

  #hasLeftTrim(at: number): boolean {
    return this.#input[at] === "-" && isSpace(this.#input[at + 1] ?? "");
  }

  #peek(): string {
    const code = this.#input.codePointAt(this.#pos);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  #advance(): string {
    const char = this.#peek();
    this.#pos += char.length;
    return char;
  }

  #take(kind: TokenKind): Token {
    const text = this.#input.slice(this.#start, this.#pos);
    const token = { kind, pos: this.#start, text, line: this.#startLine };
    this.#ignore();
    return token;
  }

  #ignore(): void {
    for (let at = this.#start; at < this.#pos; at += 1) {
      if (this.#input.charCodeAt(at) === LINE_FEED) this.#line += 1;
    }
    this.#start = this.#pos;
    this.#startLine = this.#line;
  }

  #error(message: string): Token {
    return { kind: "error", pos: this.#start, text: message, line: this.#startLine };
  }
}

/** A token as parse errors show it: keywords in angle brackets, long texts cut after ten bytes. */
export function printToken(token: Token): string {
  if (token.kind === "eof") return "EOF";
  if (token.kind === "error") return token.text;
  if (token.kind === "keyword" || token.kind === "dot") return `<${token.text}>`;
  if (byteSize(token.text) > 10) return `${quoteGo(firstRunes(token.text, 10))}...`;
  return quoteGo(token.text);
}

function isSpace(char: string): boolean {
  return char === " " || char === "\t" || char === "\r" || char === "\n";
}
