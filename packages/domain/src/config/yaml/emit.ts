/**
 * Writes YAML byte for byte as upstream's library does (gopkg.in/yaml.v2 2.4.0: encode.go decides the
 * style of a text, emitterc.go writes it): lists are not indented in a mapping, long texts are folded
 * at the first space behind column 80, keys longer than 128 bytes get a `?`.
 */
import { escapeChar } from "./escape.ts";
import { analyzeScalar, chomping, isBreak, isUnprintable, wantedStyle } from "./scalar-style.ts";
import type { ScalarTraits, Style } from "./scalar-style.ts";

export type Emit =
  /** A number, a boolean or null: its text is never quoted. */
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Emit[] }
  | { readonly kind: "map"; readonly entries: readonly EmitEntry[] };

export interface EmitEntry {
  readonly key: Emit;
  readonly value: Emit;
  /**
   * For a field of a structure: whether the next list or mapping is written in one line. Undefined
   * leaves what an earlier field said, which upstream forgets to take back (see `Writer#flow`).
   */
  readonly flow: boolean | undefined;
}

export const EMIT_NULL: Emit = { kind: "plain", text: "null" };

const WIDTH = 80;
const INDENT = 2;
const SIMPLE_KEY_SIZE_MAX_BYTES = 128;
const ENCODER = new TextEncoder();

export function emitYaml(root: Emit): string {
  const writer = new Writer();
  writer.node(root, "root");
  return writer.finish();
}

type Context = "root" | "sequence" | "mapping" | "key";

class Writer {
  #out = "";
  #column = 0;
  #indent = -1;
  #flowLevel = 0;
  /** The last thing written was space, or an indicator that counts as such. */
  #whitespace = true;
  /** Only indentation and indicators that count as such have been written in this line. */
  #indention = true;
  /**
   * The next list or mapping is written in one line. As upstream, a text that takes this field leaves
   * it on for the next collection: a time interval behind one with a location is written in one line.
   */
  #flow = false;

  finish(): string {
    this.#writeIndent();
    return this.#out;
  }

  node(emit: Emit, context: Context): void {
    switch (emit.kind) {
      case "plain":
      case "text":
        this.#scalar(emit, context === "key");
        return;
      case "list":
        this.#list(emit.items, context);
        return;
      case "map":
        this.#map(emit.entries);
    }
  }

  #list(items: readonly Emit[], context: Context): void {
    const flow = this.#takeFlow();
    if (flow || this.#flowLevel > 0 || items.length === 0) {
      this.#flowCollection(["[", "]"], items, (item) => this.node(item, "sequence"));
      return;
    }
    const before = this.#indent;
    const indentless = context === "mapping" && !this.#indention;
    this.#increaseIndent(false, indentless);
    for (const item of items) {
      this.#writeIndent();
      this.#indicator("-", { spaced: true, indention: true });
      this.node(item, "sequence");
    }
    this.#indent = before;
  }

  #map(entries: readonly EmitEntry[]): void {
    const flow = this.#takeFlow();
    if (flow || this.#flowLevel > 0 || entries.length === 0) {
      this.#flowCollection(["{", "}"], entries, (entry) => this.#flowEntry(entry));
      return;
    }
    const before = this.#indent;
    this.#increaseIndent(false, false);
    for (const entry of entries) {
      this.#writeIndent();
      this.#blockEntry(entry);
    }
    this.#indent = before;
  }

  #blockEntry(entry: EmitEntry): void {
    if (isSimpleKey(entry.key)) {
      this.node(entry.key, "key");
      this.#indicator(":", {});
    } else {
      this.#indicator("?", { spaced: true, indention: true });
      this.node(entry.key, "mapping");
      this.#writeIndent();
      this.#indicator(":", { spaced: true, indention: true });
    }
    this.#entryValue(entry);
  }

  #flowEntry(entry: EmitEntry): void {
    if (isSimpleKey(entry.key)) {
      this.node(entry.key, "key");
      this.#indicator(":", {});
    } else {
      this.#indicator("?", { spaced: true });
      this.node(entry.key, "mapping");
      if (this.#column > WIDTH) this.#writeIndent();
      this.#indicator(":", { spaced: true });
    }
    this.#entryValue(entry);
  }

  #entryValue(entry: EmitEntry): void {
    if (entry.flow !== undefined) this.#flow = entry.flow;
    this.node(entry.value, "mapping");
  }

  #flowCollection<T>(
    [open, close]: readonly [string, string],
    items: readonly T[],
    write: (item: T) => void,
  ): void {
    this.#indicator(open, { spaced: true, whitespace: true });
    const before = this.#indent;
    this.#increaseIndent(true, false);
    this.#flowLevel += 1;
    for (const [index, item] of items.entries()) {
      if (index > 0) this.#indicator(",", {});
      if (this.#column > WIDTH) this.#writeIndent();
      write(item);
    }
    this.#flowLevel -= 1;
    this.#indent = before;
    this.#indicator(close, {});
  }

  #takeFlow(): boolean {
    const flow = this.#flow;
    this.#flow = false;
    return flow;
  }

  #scalar(emit: { readonly kind: "plain" | "text"; readonly text: string }, isKey: boolean): void {
    const traits = analyzeScalar(emit.text);
    const style = this.#chooseStyle(emit, traits, isKey);
    const before = this.#indent;
    this.#increaseIndent(true, false);
    if (style === "literal") this.#literal(emit.text);
    else if (style === "double") this.#doubleQuoted(emit.text, !isKey);
    else this.#folded(emit.text, style, !isKey);
    this.#indent = before;
  }

  #chooseStyle(
    emit: { kind: "plain" | "text"; text: string },
    traits: ScalarTraits,
    isKey: boolean,
  ): Style {
    if (isKey && traits.isMultiline) return "double";
    const wanted = emit.kind === "plain" ? "plain" : wantedStyle(emit.text);
    if (wanted === "double") return "double";
    if (wanted === "literal") {
      return traits.literalAllowed && this.#flowLevel === 0 && !isKey ? "literal" : "double";
    }
    const allowed = this.#flowLevel > 0 ? traits.flowPlainAllowed : traits.blockPlainAllowed;
    if (allowed) return "plain";
    return traits.singleQuotedAllowed ? "single" : "double";
  }

  /** Plain and single-quoted texts have no line breaks here: texts with one are literal or double. */
  #folded(text: string, style: "plain" | "single", mayFold: boolean): void {
    if (style === "single") this.#indicator("'", { spaced: true });
    else if (!this.#whitespace) this.#put(" ");
    const written = style === "single" ? text.replaceAll("'", "''") : text;
    const fits = this.#column + written.length <= WIDTH && !isBreak(text);
    if (fits || !mayFold) {
      this.#put(written);
    } else {
      this.#foldAtSpaces(text, style);
    }
    if (style === "single") this.#indicator("'", {});
    this.#whitespace = false;
    this.#indention = false;
  }

  /** The only breaks here are U+2028 and U+2029: they stay, and the next line is indented. */
  #foldAtSpaces(text: string, style: "plain" | "single"): void {
    let spaces = false;
    let breaks = false;
    for (let at = 0; at < text.length; at += 1) {
      const char = text.charAt(at);
      if (isBreak(char)) {
        this.#writeBreak(char);
        breaks = true;
        continue;
      }
      const isEdge = style === "single" && (at === 0 || at === text.length - 1);
      const fold = char === " " && !spaces && this.#column > WIDTH && !isEdge;
      if (breaks && char !== " ") this.#writeIndent();
      if (fold && text.charAt(at + 1) !== " ") this.#writeIndent();
      else this.#put(char === "'" && style === "single" ? "''" : char);
      spaces = char === " ";
      breaks = false;
      this.#indention = false;
    }
  }

  #doubleQuoted(text: string, mayFold: boolean): void {
    this.#indicator('"', { spaced: true });
    let spaces = false;
    let at = 0;
    // As upstream: behind a byte order mark every character is escaped.
    const isMarked = text.startsWith("\ufeff");
    for (const char of text) {
      const isEdge = at === 0 || at === text.length - 1;
      if (isMarked || char === '"' || char === "\\" || isUnprintable(char) || isBreak(char)) {
        this.#put(escapeChar(char));
        spaces = false;
      } else if (char === " " && mayFold && !spaces && this.#column > WIDTH && !isEdge) {
        this.#writeIndent();
        if (text.charAt(at + 1) === " ") this.#put("\\");
        spaces = true;
      } else {
        this.#put(char);
        spaces = char === " ";
      }
      at += char.length;
    }
    this.#indicator('"', {});
    this.#whitespace = false;
    this.#indention = false;
  }

  #literal(text: string): void {
    this.#indicator("|", { spaced: true });
    if (text.startsWith(" ") || isBreak(text.charAt(0))) this.#put(String(INDENT));
    this.#put(chomping(text));
    this.#newLine();
    this.#whitespace = true;
    let breaks = true;
    for (const char of text) {
      if (isBreak(char)) {
        this.#writeBreak(char);
        breaks = true;
      } else {
        if (breaks) this.#writeIndent();
        this.#put(char);
        this.#indention = false;
        breaks = false;
      }
    }
  }

  #writeBreak(char: string): void {
    this.#out += char;
    this.#column = 0;
    this.#indention = true;
  }

  #writeIndent(): void {
    const indent = Math.max(this.#indent, 0);
    const isPast = this.#column > indent || (this.#column === indent && !this.#whitespace);
    if (!this.#indention || isPast) this.#newLine();
    if (this.#column < indent) this.#put(" ".repeat(indent - this.#column));
    this.#whitespace = true;
    this.#indention = true;
  }

  #indicator(
    text: string,
    traits: { spaced?: boolean; whitespace?: boolean; indention?: boolean },
  ): void {
    if (traits.spaced === true && !this.#whitespace) this.#put(" ");
    this.#put(text);
    this.#whitespace = traits.whitespace === true;
    this.#indention = this.#indention && traits.indention === true;
  }

  #increaseIndent(flow: boolean, indentless: boolean): void {
    if (this.#indent < 0) this.#indent = flow ? INDENT : 0;
    else if (!indentless) this.#indent += INDENT;
  }

  #put(text: string): void {
    this.#out += text;
    this.#column += text.length;
  }

  #newLine(): void {
    this.#out += "\n";
    this.#column = 0;
    this.#indention = true;
  }
}

function isSimpleKey(key: Emit): boolean {
  if (key.kind === "list" || key.kind === "map") return false;
  if (analyzeScalar(key.text).isMultiline) return false;
  return (
    key.text.length <= SIMPLE_KEY_SIZE_MAX_BYTES &&
    ENCODER.encode(key.text).length <= SIMPLE_KEY_SIZE_MAX_BYTES
  );
}
