/** What is wrong, in upstream's words. The line is counted from 1; 0 stands for none. */
export class YamlFault extends Error {
  override readonly name = "YamlFault";
  readonly line: number;

  constructor(words: string, line: number) {
    super(words);
    this.line = line;
  }
}

const BREAK = /[\r\n\u0085\u2028\u2029]/;

/** A place in a text that moves forward, with its line and column, counted from 0. */
export class Cursor {
  readonly #text: string;
  #at = 0;
  #line = 0;
  #column = 0;

  constructor(text: string) {
    this.#text = text;
    // A byte order mark takes no column.
    if (text.startsWith("\ufeff")) this.#at = 1;
  }

  get at(): number {
    return this.#at;
  }

  get line(): number {
    return this.#line;
  }

  get column(): number {
    return this.#column;
  }

  /** The character so many behind the place; empty behind the end. */
  char(ahead = 0): string {
    return this.#text.charAt(this.#at + ahead);
  }

  /** The next so many characters, fewer at the end. */
  chars(count: number): string {
    return this.#text.slice(this.#at, this.#at + count);
  }

  isEnd(): boolean {
    return this.char() === "";
  }

  isBlank(ahead = 0): boolean {
    const char = this.char(ahead);
    return char === " " || char === "\t";
  }

  isBreak(ahead = 0): boolean {
    return BREAK.test(this.char(ahead));
  }

  isBreakOrEnd(): boolean {
    return this.isEnd() || this.isBreak();
  }

  /** A blank, a break, or the end of the text. */
  isGap(ahead = 0): boolean {
    return this.isBlank(ahead) || this.isBreak(ahead) || this.char(ahead) === "";
  }

  /** Whether `---` or `...` stands here at the start of a line. */
  isDocumentMark(): boolean {
    const word = this.chars(3);
    return this.#column === 0 && (word === "---" || word === "...") && this.isGap(3);
  }

  skip(count = 1): void {
    this.#at += count;
    this.#column += count;
  }

  /** Skips one break, if one is here. */
  skipBreak(): void {
    if (!this.isBreak()) return;
    this.#at += this.chars(2) === "\r\n" ? 2 : 1;
    this.#line += 1;
    this.#column = 0;
  }

  skipBlanks(): void {
    while (this.isBlank()) this.skip();
  }

  skipLine(): void {
    while (!this.isBreakOrEnd()) this.skip();
  }

  /** Skips the rest of the line and its break: nothing but blanks and a comment may follow. */
  endLine(): void {
    this.skipBlanks();
    if (this.char() === "#") this.skipLine();
    if (!this.isBreakOrEnd()) throw this.fault("did not find expected comment or line break");
    this.skipBreak();
  }

  /** At the end of a text upstream is on a line of its own. */
  endText(): void {
    if (this.#column !== 0) this.#line += 1;
    this.#column = 0;
  }

  takeWhile(allowed: RegExp): string {
    const start = this.#at;
    while (allowed.test(this.char())) this.skip();
    return this.#text.slice(start, this.#at);
  }

  /** A fault at this place. Upstream tells its line, but not the first. */
  fault(words: string): YamlFault {
    return new YamlFault(words, this.#line === 0 ? 0 : this.#line + 1);
  }
}
