/**
 * The words of a text as a reader of YAML 1.1 splits it, for telling what is wrong in the terms of
 * upstream's parser. It is asked only about texts that were refused already, builds no values and stops at
 * the first fault.
 *
 * Two things make YAML hard to split. Indentation is a bracket that nobody writes: whenever a line begins
 * further right a block opens, further left blocks close, and both become tokens. And whether a word is
 * a key is only known at the colon behind it: so for each level of brackets the place of one possible key
 * is remembered, and the tokens "here begins a mapping" and "here is a key" are put in behind the fact.
 * A possible key must lie on one line and within 1024 characters; one that must be a key, because it
 * stands where only keys stand, is a fault when its colon does not come.
 */
import { Cursor } from "./cursor.ts";
import { takeAnchor, takeDirective, takeTag } from "./properties.ts";
import { skipBlock, skipPlain, skipQuoted } from "./scalars.ts";

export type TokenKind =
  | "stream-end"
  | "version"
  | "tag-directive"
  | "document-start"
  | "document-end"
  | "block-sequence"
  | "block-mapping"
  | "block-end"
  | "["
  | "]"
  | "{"
  | "}"
  | "entry"
  | ","
  | "key"
  | "value"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar";

export interface Token {
  readonly kind: TokenKind;
  /** Counted from 0. */
  readonly line: number;
  /** Of an anchor or alias the name, of a tag or its directive the handle, of a version the number. */
  readonly name: string;
}

interface PossibleKey {
  readonly isRequired: boolean;
  readonly tokenNumber: number;
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

const KEY_LENGTH_MAX = 1024;
/** No plain text begins with one of these, but the first three may if something follows. */
const INDICATORS = "-?:,[]{}#&*!|>'\"%@`\t";

/** Splits a text. Throws a `YamlFault`. */
export class Scanner {
  readonly #cursor: Cursor;
  #depth = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #allowsKey = true;
  /** One place for each level of brackets. */
  readonly #keys: (PossibleKey | undefined)[] = [undefined];
  readonly #tokens: Token[] = [];
  #takenCount = 0;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  /** The next token, which stays the next until it is taken. */
  peek(): Token {
    while (this.#needsMore()) this.#scanNext();
    // The loop ends only when there is one.
    return this.#tokens[0] as Token;
  }

  /** The last token can be taken any number of times. */
  take(): Token {
    const token = this.peek();
    if (token.kind === "stream-end") return token;
    this.#tokens.shift();
    this.#takenCount += 1;
    return token;
  }

  /** A token that may yet turn out to be a key has to wait. */
  #needsMore(): boolean {
    if (this.#tokens.length === 0) return true;
    const level = this.#keys.findIndex((key) => key?.tokenNumber === this.#takenCount);
    return level >= 0 && this.#isStillKey(level);
  }

  #scanNext(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#unroll(cursor.column);
    const char = cursor.char();
    if (cursor.isEnd()) return this.#scanEnd();
    if (cursor.column === 0 && char === "%") return this.#scanDirective();
    if (cursor.isDocumentMark()) return this.#scanDocumentMark();
    if (this.#scanSign(char) || this.#scanNode(char)) return;
    const inBlock = this.#depth === 0;
    const isPlain =
      !INDICATORS.includes(char) ||
      (char === "-" && !cursor.isBlank(1)) ||
      (inBlock && (char === "?" || char === ":") && !cursor.isGap(1));
    if (!isPlain) throw cursor.fault("found character that cannot start any token");
    this.#beginNode("scalar");
    if (skipPlain(cursor, { indent: this.#indent, inFlow: !inBlock })) this.#allowsKey = true;
  }

  /** What stands between nodes. */
  #scanSign(char: string): boolean {
    const isOpen = this.#depth > 0 || this.#cursor.isGap(1);
    if (char === "[" || char === "{") this.#scanOpening(char);
    else if (char === "]" || char === "}") this.#scanClosing(char);
    else if (char === ",") this.#scanComma();
    else if (char === "-" && this.#cursor.isGap(1)) this.#scanEntry();
    else if (char === "?" && isOpen) this.#scanKey();
    else if (char === ":" && isOpen) this.#scanValue();
    else return false;
    return true;
  }

  #scanNode(char: string): boolean {
    const { line } = this.#cursor;
    if (char === "*" || char === "&") {
      this.#saveKey();
      const name = takeAnchor(this.#cursor);
      this.#tokens.push({ kind: char === "*" ? "alias" : "anchor", line, name });
    } else if (char === "!") {
      this.#saveKey();
      this.#tokens.push({ kind: "tag", line, name: takeTag(this.#cursor) });
    } else if ((char === "|" || char === ">") && this.#depth === 0) {
      this.#dropKey();
      this.#push("scalar");
      skipBlock(this.#cursor, this.#indent);
    } else if (char === "'" || char === '"') {
      this.#beginNode("scalar");
      skipQuoted(this.#cursor);
    } else {
      return false;
    }
    this.#allowsKey = char === "|" || char === ">";
    return true;
  }

  #scanEnd(): void {
    this.#cursor.endText();
    this.#endBlocks();
    this.#push("stream-end");
  }

  #scanDirective(): void {
    this.#endBlocks();
    const { line } = this.#cursor;
    this.#tokens.push({ ...takeDirective(this.#cursor), line });
  }

  #scanDocumentMark(): void {
    this.#endBlocks();
    this.#push(this.#cursor.char() === "-" ? "document-start" : "document-end");
    this.#cursor.skip(3);
  }

  #endBlocks(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#allowsKey = false;
  }

  #scanOpening(char: "[" | "{"): void {
    this.#beginNode(char);
    this.#keys.push(undefined);
    this.#depth += 1;
    this.#allowsKey = true;
    this.#cursor.skip();
  }

  #scanClosing(char: "]" | "}"): void {
    this.#dropKey();
    if (this.#depth > 0) {
      this.#depth -= 1;
      this.#keys.pop();
    }
    this.#allowsKey = false;
    this.#push(char);
    this.#cursor.skip();
  }

  #scanComma(): void {
    this.#dropKey();
    this.#allowsKey = true;
    this.#push(",");
    this.#cursor.skip();
  }

  #scanEntry(): void {
    this.#open("block-sequence", "block sequence entries");
    this.#dropKey();
    this.#allowsKey = true;
    this.#push("entry");
    this.#cursor.skip();
  }

  #scanKey(): void {
    this.#open("block-mapping", "mapping keys");
    this.#dropKey();
    this.#allowsKey = this.#depth === 0;
    this.#push("key");
    this.#cursor.skip();
  }

  #scanValue(): void {
    const level = this.#keys.length - 1;
    const key = this.#keys[level];
    if (key !== undefined && this.#isStillKey(level)) {
      const index = key.tokenNumber - this.#takenCount;
      this.#tokens.splice(index, 0, { kind: "key", line: key.line, name: "" });
      this.#roll("block-mapping", { ...key, index });
      this.#keys[level] = undefined;
      this.#allowsKey = false;
    } else {
      this.#open("block-mapping", "mapping values");
      this.#allowsKey = this.#depth === 0;
    }
    this.#push("value");
    this.#cursor.skip();
  }

  /** A sign of a block stands where a key may stand. */
  #open(kind: "block-sequence" | "block-mapping", what: string): void {
    if (this.#depth > 0) return;
    if (!this.#allowsKey) throw this.#cursor.fault(`${what} are not allowed in this context`);
    const { column, line } = this.#cursor;
    this.#roll(kind, { column, line, index: this.#tokens.length });
  }

  #beginNode(kind: "scalar" | "[" | "{"): void {
    this.#saveKey();
    this.#allowsKey = false;
    this.#push(kind);
  }

  #saveKey(): void {
    if (!this.#allowsKey) return;
    this.#dropKey();
    const { at, line, column } = this.#cursor;
    this.#keys[this.#keys.length - 1] = {
      isRequired: this.#depth === 0 && this.#indent === column,
      tokenNumber: this.#takenCount + this.#tokens.length,
      at,
      line,
      column,
    };
  }

  #dropKey(): void {
    const level = this.#keys.length - 1;
    if (this.#keys[level]?.isRequired === true) throw this.#missingColon();
    this.#keys[level] = undefined;
  }

  #isStillKey(level: number): boolean {
    const key = this.#keys[level];
    if (key === undefined) return false;
    const { at, line } = this.#cursor;
    if (key.line === line && key.at + KEY_LENGTH_MAX >= at) return true;
    if (key.isRequired) throw this.#missingColon();
    this.#keys[level] = undefined;
    return false;
  }

  #missingColon(): Error {
    return this.#cursor.fault("could not find expected ':'");
  }

  #roll(
    kind: "block-sequence" | "block-mapping",
    { column, line, index }: { column: number; line: number; index: number },
  ): void {
    if (this.#depth > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#tokens.splice(index, 0, { kind, line, name: "" });
  }

  #unroll(column: number): void {
    if (this.#depth > 0) return;
    while (this.#indent > column) {
      this.#push("block-end");
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  /** Blanks, comments and empty lines. A tab must not stand where a key may follow. */
  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      while (cursor.char() === " " || (cursor.char() === "\t" && this.#takesTab())) cursor.skip();
      if (cursor.char() === "#") cursor.skipLine();
      if (!cursor.isBreak()) return;
      cursor.skipBreak();
      if (this.#depth === 0) this.#allowsKey = true;
    }
  }

  #takesTab(): boolean {
    return this.#depth > 0 || !this.#allowsKey;
  }

  #push(kind: TokenKind): void {
    this.#tokens.push({ kind, line: this.#cursor.line, name: "" });
  }
}
