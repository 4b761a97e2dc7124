import {
  patternCost,
  type MatcherMode,
  type ParsedMatchers,
  type RegexCache,
} from "../../matcher/index.ts";
import type { MappingNode, YamlNode } from "../yaml/node.ts";
import { nearest } from "./nearest.ts";
import { isNull } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** One fault of a configuration and where it is. */
export interface ConfigProblem {
  /** What cannot be done and why, values quoted, secrets never. */
  readonly message: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** What was probably meant. */
  readonly hint?: string;
  /** What upstream says of it, where the message does not tell all that is said there. */
  readonly upstream?: string | undefined;
}

export interface ScopeOptions {
  readonly text: string;
  readonly mode: MatcherMode;
  readonly nodeCount: number;
  readonly regexes: RegexCache | undefined;
  /** What all regular expressions may cost together, see `patternCost`. */
  readonly regexStepsMax?: number | undefined;
  readonly checkTemplate: (text: string) => string | undefined;
  /** Told of every list of matchers, in the order of the text. */
  readonly onMatchers?: OnMatchers | undefined;
}

/** Called with what is written for a list of matchers and what it was read as. */
export type OnMatchers = (text: string, parsed: ParsedMatchers) => void;

/** Where in a structure a fault is, and what else is known of it. */
export interface Place {
  readonly key?: string;
  readonly hint?: string | undefined;
  /** As in `ConfigProblem`. */
  readonly upstream?: string;
}

interface Found {
  readonly message: string;
  readonly offset: number;
  readonly hint: string | undefined;
  readonly upstream?: string | undefined;
}

/** Nodes behind aliases that may be decoded in all: enough for any file written by hand. */
const ALIASED_NODES_MIN = 10_000;
const ALIASED_NODES_PER_NODE = 10;
/** More are not told: they would help nobody. */
/** Neither compiling nor matching one can be stopped: 40 ms of either. */
const ONE_REGEX_STEPS_MAX = 4_000;

const PROBLEMS_MAX = 100;
const SUGGESTIONS_MAX = 20;
const MESSAGE_SIZE_MAX = 1_000;
const LINE_BREAK = /\r\n?|\n/g;

/**
 * What one run of the decoder collects. Faults of shape (unknown keys, wrong types) are kept apart from
 * faults of meaning, because they are told first. A structure with a fault inside is not checked as a
 * whole.
 */
export class Scope {
  readonly mode: MatcherMode;
  readonly regexes: RegexCache | undefined;
  readonly checkTemplate: (text: string) => string | undefined;
  readonly onMatchers: OnMatchers | undefined;
  readonly warnings: string[] = [];
  /** Keys and indexes from the root to the value that is being decoded. */
  readonly path: (string | number)[] = [];
  readonly #text: string;
  readonly #shapeProblems: Found[] = [];
  readonly #ruleProblems: Found[] = [];
  readonly #places: Map<object, MappingNode> = new Map();
  readonly #openAliases: Set<YamlNode> = new Set();
  readonly #regexStepsMax: number;
  #regexSteps = 0;
  #aliasedNodesLeft: number;
  #suggestionsLeft = SUGGESTIONS_MAX;
  /** Too much behind aliases: said once, then nothing more is read, and nothing that follows is told. */
  #isExhausted = false;

  constructor(options: ScopeOptions) {
    this.#text = options.text;
    this.mode = options.mode;
    this.regexes = options.regexes;
    this.onMatchers = options.onMatchers;
    this.checkTemplate = options.checkTemplate;
    this.#regexStepsMax = options.regexStepsMax ?? Infinity;
    this.#aliasedNodesLeft = ALIASED_NODES_MIN + options.nodeCount * ALIASED_NODES_PER_NODE;
  }

  /** How many faults of either kind there are: what has new ones is not checked further. */
  get problemCount(): number {
    return this.#shapeProblems.length + this.#ruleProblems.length;
  }

  /** Whether some regular expression was not read, since all before it had cost what they may. */
  get lacksRegexSteps(): boolean {
    return this.#regexSteps > this.#regexStepsMax;
  }

  /** To be called before a regular expression is compiled, or what holds some. What is wrong if it is too much. */
  spendRegex(written: string): string | undefined {
    const cost = patternCost(written);
    this.#regexSteps += cost;
    if (this.lacksRegexSteps) {
      const allowed = `${this.#regexStepsMax} are allowed`;
      return `the regular expressions up to here have ${this.#regexSteps} steps, ${allowed}`;
    }
    const isTooLarge = this.#regexStepsMax < Infinity && cost > ONE_REGEX_STEPS_MAX;
    if (!isTooLarge) return undefined;
    return `the regular expression has ${cost} steps, ${ONE_REGEX_STEPS_MAX} are allowed for one`;
  }

  /** "Did you mean …?", for the first faults only: comparing names costs more than finding them. */
  suggest(name: string, candidates: Iterable<string>): string | undefined {
    if (this.#suggestionsLeft === 0) return undefined;
    this.#suggestionsLeft -= 1;
    const similar = nearest(name, candidates);
    return similar === undefined ? undefined : `Did you mean "${similar}"?`;
  }

  /** Whether another fault would still be told. */
  get hasRoom(): boolean {
    return Math.max(this.#shapeProblems.length, this.#ruleProblems.length) < PROBLEMS_MAX;
  }

  get hasProblems(): boolean {
    return this.problemCount > 0;
  }

  /** All faults with line and column, those of shape first, each kind in the order of the text. */
  problems(): ConfigProblem[] {
    const inOrder = (left: Found, right: Found): number => left.offset - right.offset;
    const all = [...this.#shapeProblems.toSorted(inOrder), ...this.#ruleProblems.toSorted(inOrder)];
    return all.slice(0, PROBLEMS_MAX).map(({ message, offset, hint, upstream }) => ({
      message,
      ...placeOf(this.#text, offset),
      ...(hint !== undefined && { hint }),
      ...(upstream !== undefined && { upstream }),
    }));
  }

  /** Reports a value that is not what its place takes. `wanted` and `found` are said in words. */
  wrongShape(node: YamlNode, wanted: string, found: string): void {
    this.shapeProblem(node, `Cannot read ${this.where()}: ${wanted} wanted, ${found} found`);
  }

  shapeProblem(node: YamlNode, message: string, hint?: string): void {
    if (!this.#isExhausted && this.#shapeProblems.length < PROBLEMS_MAX) {
      this.#shapeProblems.push({ message: shorten(message), offset: node.offset, hint });
    }
  }

  /** Reports a value of the right shape that is not allowed. */
  ruleProblem(node: YamlNode, message: string, { hint, upstream }: Omit<Place, "key"> = {}): void {
    if (this.#ruleProblems.length < PROBLEMS_MAX) {
      this.#ruleProblems.push({ message: shorten(message), offset: node.offset, hint, upstream });
    }
  }

  /** Remembers which mapping a structure was read from, so that later checks can point at it. */
  place(value: object, node: MappingNode): void {
    this.#places.set(value, node);
  }

  /** Reports a fault of a structure at one of its keys, or where it begins. */
  ruleProblemAt(value: object, message: string, place: Place = {}): void {
    const mapping = this.#places.get(value);
    const node = mapping === undefined ? undefined : (valueOf(mapping, place.key) ?? mapping);
    this.ruleProblem(node ?? START, message, place);
  }

  /** The path of the current value, as in `receivers[0].webhook_configs[1].url`. */
  where(): string {
    if (this.path.length === 0) return "the configuration";
    let text = "";
    for (const part of this.path) {
      text += typeof part === "number" ? `[${part}]` : text === "" ? part : `.${part}`;
    }
    return `"${text}"`;
  }

  /**
   * Reads a node by a shape, through aliases and nulls; `before` is the value that it replaces or adds
   * to. What a failed reading leaves does not matter: the configuration is refused anyway.
   */
  read<T>(shape: Shape<T>, node: YamlNode, before: T): T {
    if (!this.spend()) {
      this.#refuseAliases(node);
      return before;
    }
    if (node.kind !== "alias") return isNull(node) ? shape.zero : shape.decode(node, this, before);
    let value = before;
    const followed = this.throughAlias(node.target, () => {
      value = this.read(shape, node.target, before);
    });
    if (!followed)
      this.shapeProblem(node, `Cannot follow alias "${node.name}": it contains itself`);
    return value;
  }

  /** Follows an alias while `use` runs; false when it is being followed already. */
  throughAlias(target: YamlNode, use: () => void): boolean {
    if (this.#openAliases.has(target)) return false;
    this.#openAliases.add(target);
    use();
    this.#openAliases.delete(target);
    return true;
  }

  /** Counts one node that is decoded; false when aliases have multiplied the document too far. */
  spend(): boolean {
    if (this.#openAliases.size > 0) this.#aliasedNodesLeft -= 1;
    return this.#aliasedNodesLeft >= 0;
  }

  #refuseAliases(node: YamlNode): void {
    this.shapeProblem(node, "Cannot read the configuration: its aliases multiply it too far");
    this.#isExhausted = true;
  }
}

function shorten(message: string): string {
  return message.length > MESSAGE_SIZE_MAX ? `${message.slice(0, MESSAGE_SIZE_MAX)}...` : message;
}

const START: YamlNode = { kind: "scalar", offset: 0, tag: "", value: "", plain: true };

/** The value of the last pair with this key: the one that the eye goes to. */
function valueOf(mapping: MappingNode, key: string | undefined): YamlNode | undefined {
  if (key === undefined) return undefined;
  for (let at = mapping.children.length - 2; at >= 0; at -= 2) {
    const name = mapping.children[at];
    if (name?.kind === "scalar" && name.value === key) return mapping.children[at + 1];
  }
  return undefined;
}

/** Line and column, both from 1, of an offset. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (const { index } of text.slice(0, offset).matchAll(LINE_BREAK)) {
    // A "\r\n" that the offset parts belongs to the line before.
    line += 1;
    lineStart = index + (text.startsWith("\r\n", index) ? 2 : 1);
  }
  return { line, column: Math.max(offset - lineStart, 0) + 1 };
}
