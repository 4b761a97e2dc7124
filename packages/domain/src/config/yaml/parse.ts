/**
 * YAML text to nodes. Syntax is js-yaml's; what it accepts and upstream's parser does not (a version
 * other than 1.1, odd escapes, control characters) is refused here.
 */
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from "js-yaml";
import type { Event, ScalarEvent } from "js-yaml";

import type { AliasNode, MappingNode, ScalarNode, SequenceNode, YamlNode } from "./node.ts";

export type YamlParse =
  | { readonly ok: true; readonly root: YamlNode | undefined; readonly nodeCount: number }
  | { readonly ok: false; readonly reason: string; readonly offset: number };

/** How deep collections may lie in each other: 50 levels of routes, far below what could hurt a stack. */
const DEPTH_MAX = 100;
const YAML_TAG_PREFIX = "tag:yaml.org,2002:";
/** `\/`, halves of surrogate pairs, and codes that no character has. */
const ODD_ESCAPE =
  /(?<!\\)(?:\\\\)*\\(\/|u[dD][89a-fA-F]|U(?!00(?:0[\da-fA-F]|10))|U0000[dD][89a-fA-F])/;
// Tab, line feed and carriage return are the control characters that YAML allows.
// eslint-disable-next-line no-control-regex -- finding them is the purpose
const CONTROL = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

class SyntaxProblem extends Error {
  readonly offset: number;
  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

/** Parses the one document of a text. No root: there is nothing but space and comments. */
export function parseYaml(text: string): YamlParse {
  const control = CONTROL.exec(text);
  if (control !== null) {
    return { ok: false, reason: "control characters are not allowed", offset: control.index };
  }
  try {
    const tree = new TreeBuilder(text, parseEvents(text, { maxDepth: DEPTH_MAX }));
    return { ok: true, root: tree.build(), nodeCount: tree.nodeCount };
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      return { ok: false, reason: error.message, offset: error.offset };
    }
    if (error instanceof YAMLException) {
      return { ok: false, reason: error.reason, offset: error.mark?.position ?? 0 };
    }
    throw error;
  }
}

class TreeBuilder {
  nodeCount = 0;
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #anchors: Map<string, YamlNode> = new Map();
  readonly #tagPrefixes: Map<string, string> = new Map();
  #at = 0;
  /** Of the last node with a place, for the empty ones behind it. */
  #lastOffset = 0;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  build(): YamlNode | undefined {
    const start = this.#events[this.#at];
    this.#at += 1;
    if (start === undefined || start.type !== EVENT_ID.DOCUMENT) return undefined;
    for (const directive of start.directives) {
      if (directive.kind === "tag") this.#tagPrefixes.set(directive.handle, directive.prefix);
      else if (directive.version !== "1.1") {
        throw new SyntaxProblem(`YAML version "1.1" wanted, "${directive.version}" found`, 0);
      }
    }
    return this.#node();
  }

  #node(): YamlNode {
    const event = this.#events[this.#at];
    this.#at += 1;
    this.nodeCount += 1;
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event);
      case EVENT_ID.ALIAS:
        return this.#alias(this.#text.slice(event.anchorStart, event.anchorEnd), event.anchorStart);
      case EVENT_ID.MAPPING:
        return this.#collection("mapping", event);
      case EVENT_ID.SEQUENCE:
        return this.#collection("sequence", event);
      default:
        throw new SyntaxProblem("unexpected end of the document", this.#text.length);
    }
  }

  #scalar(event: ScalarEvent): ScalarNode {
    const tag = this.#tag(event.tagStart, event.tagEnd);
    const value = copied(getScalarValue(this.#text, event));
    if (event.style === SCALAR_STYLE.DOUBLE_QUOTED) this.#refuseOddEscape(event);
    const node: ScalarNode = {
      kind: "scalar",
      offset: this.#offsetOf(event),
      // A lone "!" means: no tag, but a text whatever it looks like.
      tag: tag === "!" ? "" : tag,
      value,
      plain: event.style === SCALAR_STYLE.PLAIN && tag !== "!",
    };
    this.#anchor(node, event.anchorStart, event.anchorEnd);
    return node;
  }

  /** Where a reader looks for a scalar: a block's indicator, not its first line. */
  #offsetOf(event: ScalarEvent): number {
    const isBlock =
      event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
    if (event.valueStart >= 0 && isBlock) {
      const sign = event.style === SCALAR_STYLE.LITERAL_BLOCK ? "|" : ">";
      this.#lastOffset = Math.max(this.#text.lastIndexOf(sign, event.valueStart - 1), 0);
    } else if (event.valueStart >= 0) {
      this.#lastOffset = event.valueStart;
    }
    return this.#lastOffset;
  }

  #refuseOddEscape(event: ScalarEvent): void {
    const source = this.#text.slice(event.valueStart, event.valueEnd);
    const escape = source.includes("\\") ? ODD_ESCAPE.exec(source) : null;
    if (escape === null) return;
    const offset = event.valueStart + escape.index;
    const what =
      escape[1] === "/" ? 'unknown escape sequence "\\/"' : "invalid code of a character";
    throw new SyntaxProblem(`${what} in a double-quoted text`, offset);
  }

  #collection(
    kind: "mapping" | "sequence",
    event: {
      start: number;
      anchorStart: number;
      anchorEnd: number;
      tagStart: number;
      tagEnd: number;
    },
  ): MappingNode | SequenceNode {
    const children: YamlNode[] = [];
    const tag = this.#tag(event.tagStart, event.tagEnd);
    const node = { kind, offset: event.start, tag, children };
    this.#lastOffset = event.start;
    this.#anchor(node, event.anchorStart, event.anchorEnd);
    while (this.#events[this.#at]?.type !== EVENT_ID.POP) children.push(this.#node());
    this.#at += 1;
    return node;
  }

  #alias(name: string, offset: number): AliasNode {
    const target = this.#anchors.get(name);
    if (target === undefined)
      throw new SyntaxProblem(`unknown anchor "${name}" referenced`, offset);
    this.#lastOffset = offset - 1;
    return { kind: "alias", offset: offset - 1, tag: "", name, target };
  }

  #anchor(node: YamlNode, start: number, end: number): void {
    if (start >= 0) this.#anchors.set(this.#text.slice(start, end), node);
  }

  #tag(start: number, end: number): string {
    if (start < 0) return "";
    const written = this.#text.slice(start, end);
    if (written.startsWith("!<")) return shortTag(written.slice(2, -1));
    for (const [handle, prefix] of this.#tagPrefixes) {
      if (handle !== "!" && written.startsWith(handle)) {
        return shortTag(prefix + written.slice(handle.length));
      }
    }
    return written;
  }
}

/** The engine's slices above this length keep the text alive that they were cut from. */
const SLICE_SIZE_MIN = 13;

/** A flat copy: a tenant keeps some URLs of its configuration, not all of its text. */
function copied(text: string): string {
  // A value passes through JSON unchanged; there is no shorter way to a copy.
  return text.length < SLICE_SIZE_MIN ? text : (JSON.parse(JSON.stringify(text)) as string);
}

function shortTag(tag: string): string {
  return tag.startsWith(YAML_TAG_PREFIX) ? `!!${tag.slice(YAML_TAG_PREFIX.length)}` : tag;
}
