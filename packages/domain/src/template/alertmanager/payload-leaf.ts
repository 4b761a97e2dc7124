/** What a text of a custom payload stands for once it is rendered. */
import {
  firstDocument,
  parseYaml,
  type MappingNode,
  type SequenceNode,
  type YamlNode,
} from "../../config/yaml/index.ts";
import { isMergeKey } from "../../config/yaml/node.ts";
import { resolveScalar } from "../../config/yaml/scalar.ts";
import type { Budget } from "../budget.ts";
import type { PayloadValue } from "./payload.ts";

/** Values in values that are followed; configurations and YAML texts are bounded below this. */
const DEPTH_MAX = 200;

/**
 * A rendered text as YAML, or itself. Costs a step for each character and each value, so that aliases,
 * which a few characters multiply, end as everything else does. @throws BudgetError
 */
export function readLeaf(text: string, budget: Budget): PayloadValue {
  budget.spend(text.length);
  const parsed = parseYaml(firstNode(firstDocument(text)));
  if (!parsed.ok) return text;
  if (parsed.root === undefined) return null;
  const value = new LeafReader(budget).read(parsed.root, 0);
  return typeof value === "string" || value === undefined ? text : value;
}

/** Nodes to values; undefined for what upstream's reader would not take. */
class LeafReader {
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  read(node: YamlNode, depth: number): PayloadValue | undefined {
    this.#budget.spend(1);
    if (depth > DEPTH_MAX) return undefined;
    switch (node.kind) {
      case "scalar": {
        const found = resolveScalar(node);
        return found === undefined ? undefined : found.value;
      }
      case "alias":
        return this.read(node.target, depth + 1);
      case "sequence":
        return this.#sequence(node, depth);
      case "mapping":
        return this.#mapping(node, depth);
    }
  }

  #sequence(node: SequenceNode, depth: number): PayloadValue | undefined {
    const items: PayloadValue[] = [];
    for (const child of node.children) {
      const item = this.read(child, depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }

  #mapping(node: MappingNode, depth: number): PayloadValue | undefined {
    const entries = new Map<string, PayloadValue>();
    const merged = new Map<string, PayloadValue>();
    for (let at = 0; at + 1 < node.children.length; at += 2) {
      const keyNode = node.children[at] as YamlNode; // in range
      const value = this.read(node.children[at + 1] as YamlNode, depth + 1); // in range
      if (value === undefined) return undefined;
      if (isMergeKey(keyNode)) {
        for (const source of Array.isArray(value) ? value : [value]) {
          if (!(source instanceof Map)) return undefined;
          for (const [name, inner] of source as ReadonlyMap<string, PayloadValue>) {
            if (!merged.has(name)) merged.set(name, inner);
          }
        }
        continue;
      }
      const key = this.read(keyNode, depth + 1);
      if (key === undefined || (typeof key === "object" && key !== null)) return undefined;
      if (typeof key === "string") entries.set(key, value);
    }
    for (const [name, inner] of merged) if (!entries.has(name)) entries.set(name, inner);
    return entries;
  }
}

/**
 * The text up to the end of its first node when that is a list or mapping in brackets: upstream's
 * reader stops there, and never sees what follows (`[FIRING:1] Disk full` is a list of one).
 */
function firstNode(text: string): string {
  const start = /^(?:\s|#.*\n)*(?=[[{])/.exec(text);
  if (start === null) return text;
  let depth = 0;
  let isTokenStart = true;
  for (let at = start[0].length; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (isTokenStart && (char === '"' || char === "'")) {
      at = quotedEnd(text, at);
      isTokenStart = false;
    } else if (char === "[" || char === "{") {
      depth += 1;
      isTokenStart = true;
    } else if (char === "]" || char === "}") {
      depth -= 1;
      if (depth === 0)
        return /^[ \t]*:(?:\s|$)/.test(text.slice(at + 1)) ? text : text.slice(0, at + 1);
      isTokenStart = false;
    } else if (char === "#" && /\s/.test(text.charAt(at - 1))) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else isTokenStart = /[\s,:]/.test(char);
  }
  return text;
}

function quotedEnd(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote === '"' && char === "\\") at += 1;
    else if (quote === "'" && char === "'" && text.charAt(at + 1) === "'") at += 1;
    else if (char === quote) return at;
  }
  return text.length;
}
