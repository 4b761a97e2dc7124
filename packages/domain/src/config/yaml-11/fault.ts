/**
 * What is wrong with a text that is no YAML, as upstream's parser says it (go.yaml.in/yaml/v2): it reads
 * YAML 1.1, one document, and stops at the first fault.
 */
import { YamlFault } from "./cursor.ts";
import { Scanner, type Token, type TokenKind } from "./scanner.ts";

/** Deeper ones are refused before anybody asks what else is wrong. */
const DEPTH_MAX = 500;

/** Undefined: it is no fault to upstream's parser, or too deep to say. */
export function yaml11Fault(text: string): string | undefined {
  try {
    new Grammar(new Scanner(text)).document();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof TooDeep) return undefined;
    if (!(thrown instanceof YamlFault)) throw thrown;
    return `yaml: ${thrown.line === 0 ? "" : `line ${thrown.line}: `}${thrown.message}`;
  }
}

class TooDeep extends Error {
  override readonly name = "TooDeep";
}

class Grammar {
  readonly #tokens: Scanner;
  readonly #handles: Set<string> = new Set(["!", "!!"]);
  readonly #anchors: Set<string> = new Set();
  #depth = 0;

  constructor(tokens: Scanner) {
    this.#tokens = tokens;
  }

  document(): void {
    const hasDirectives = this.#directives();
    if (hasDirectives && !this.#next("document-start")) {
      throw this.#fault("did not find expected <document start>");
    }
    if (hasDirectives || this.#next("document-start")) this.#tokens.take();
    const isEmpty = this.#next("stream-end", "document-start");
    if (!isEmpty && !(hasDirectives && this.#next("document-end"))) this.#node({ inBlock: true });
    this.#tokens.peek();
  }

  #directives(): boolean {
    let hasVersion = false;
    let hasAny = false;
    while (this.#next("version", "tag-directive")) {
      hasAny = true;
      const { kind, name } = this.#tokens.peek();
      if (kind === "version" && hasVersion) throw this.#fault("found duplicate %YAML directive");
      if (kind === "version" && name !== "1.1") {
        throw this.#fault("found incompatible YAML document");
      }
      hasVersion ||= kind === "version";
      this.#handles.add(name);
      this.#tokens.take();
    }
    return hasAny;
  }

  #node({ inBlock, isValue = false }: { inBlock: boolean; isValue?: boolean }): void {
    if (this.#next("alias")) return this.#alias(this.#tokens.take().name);
    const hasProperties = this.#properties();
    if (isValue && this.#next("entry")) return this.#listWithoutIndent();
    const { kind } = this.#tokens.peek();
    const isBlock = kind === "block-sequence" || kind === "block-mapping";
    if (kind === "scalar") this.#tokens.take();
    else if (kind === "[" || kind === "{" || (inBlock && isBlock)) this.#collection(kind);
    else if (!hasProperties) throw this.#fault("did not find expected node content");
  }

  #alias(name: string): void {
    if (!this.#anchors.has(name)) throw new YamlFault(`unknown anchor '${name}' referenced`, 0);
  }

  /** An anchor and a tag, in any order. */
  #properties(): boolean {
    const first = this.#property("anchor", "tag");
    if (first === undefined) return false;
    const second = this.#property(first.kind === "anchor" ? "tag" : "anchor");
    const found = second === undefined ? [first] : [first, second];
    for (const { kind, name, line } of found) {
      if (kind === "tag" && name !== "" && !this.#handles.has(name)) {
        throw new YamlFault("found undefined tag handle", line);
      }
      if (kind === "anchor") this.#anchors.add(name);
    }
    return true;
  }

  #property(...kinds: readonly TokenKind[]): Token | undefined {
    return this.#next(...kinds) ? this.#tokens.take() : undefined;
  }

  #collection(kind: "[" | "{" | "block-sequence" | "block-mapping"): void {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw new TooDeep();
    this.#tokens.take();
    if (kind === "block-sequence") this.#blockSequence();
    else if (kind === "block-mapping") this.#blockMapping();
    else if (kind === "[") this.#flowSequence();
    else this.#flowMapping();
    this.#tokens.take();
    this.#depth -= 1;
  }

  #blockSequence(): void {
    while (!this.#next("block-end")) {
      if (!this.#next("entry")) throw this.#fault("did not find expected '-' indicator");
      this.#tokens.take();
      if (!this.#next("entry", "block-end")) this.#node({ inBlock: true });
    }
  }

  /** The value of a key may be a list that begins in the key's own column. */
  #listWithoutIndent(): void {
    while (this.#next("entry")) {
      this.#tokens.take();
      if (!this.#next("entry", "key", "value", "block-end")) this.#node({ inBlock: true });
    }
  }

  #blockMapping(): void {
    while (!this.#next("block-end")) {
      if (!this.#next("key")) throw this.#fault("did not find expected key");
      this.#tokens.take();
      this.#blockPart();
      if (!this.#next("value")) continue;
      this.#tokens.take();
      this.#blockPart();
    }
  }

  #blockPart(): void {
    if (!this.#next("key", "value", "block-end")) this.#node({ inBlock: true, isValue: true });
  }

  #flowSequence(): void {
    for (let isFirst = true; !this.#next("]"); isFirst = false) {
      if (!isFirst) this.#comma("]");
      if (this.#next("key")) this.#flowPair();
      else if (!this.#next("]")) this.#node({ inBlock: false });
    }
  }

  /** `[a: b]`, a mapping without braces. */
  #flowPair(): void {
    this.#tokens.take();
    if (!this.#next("value", ",", "]")) this.#node({ inBlock: false });
    this.#flowValue("]");
  }

  #flowMapping(): void {
    for (let isFirst = true; !this.#next("}"); isFirst = false) {
      if (!isFirst) this.#comma("}");
      if (this.#next("key")) {
        this.#tokens.take();
        if (!this.#next("value", ",", "}")) this.#node({ inBlock: false });
        this.#flowValue("}");
      } else if (!this.#next("}")) {
        this.#node({ inBlock: false });
      }
    }
  }

  #flowValue(end: "]" | "}"): void {
    if (!this.#next("value")) return;
    this.#tokens.take();
    if (!this.#next(",", end)) this.#node({ inBlock: false });
  }

  #comma(end: "]" | "}"): void {
    if (!this.#next(",")) throw this.#fault(`did not find expected ',' or '${end}'`);
    this.#tokens.take();
  }

  #next(...kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.#tokens.peek().kind);
  }

  /** At the next token. Upstream counts from 0 here, and does not name the first line. */
  #fault(words: string): YamlFault {
    return new YamlFault(words, this.#tokens.peek().line);
  }
}
