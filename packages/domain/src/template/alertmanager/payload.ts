/**
 * Custom payloads: a tree of values whose texts and keys are templates. What a text renders to is read as
 * YAML, so that a template can make numbers and lists; only its first node counts, and what is no YAML or
 * just a string stays the text that it is. Mirrors DeepCopyWithTemplate of Alertmanager 0.34.
 */
import type { YamlValue } from "../../config/index.ts";
import {
  firstDocument,
  parseYaml,
  type MappingNode,
  type YamlNode,
} from "../../config/yaml/index.ts";
import { isMergeKey } from "../../config/yaml/node.ts";
import { resolveScalar } from "../../config/yaml/scalar.ts";
import { compareText } from "../../model/index.ts";
import type { TemplateProblem } from "../problem.ts";
import type { Rendered } from "../templates.ts";
import { jsonText } from "./json.ts";

/** What JSON can hold, integers of 64 bits included. Maps keep the order in which keys were rendered. */
export type PayloadValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly PayloadValue[]
  | ReadonlyMap<string, PayloadValue>;

export type PayloadResult =
  | { readonly ok: true; readonly value: PayloadValue }
  | { readonly ok: false; readonly problem: TemplateProblem };

/** Values in values that are followed; configurations and YAML texts are bounded below this. */
const DEPTH_MAX = 200;

class RenderFailure extends Error {
  readonly problem: TemplateProblem;
  constructor(problem: TemplateProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Renders every text of a value. Keys that are no texts are dropped, with what they lead to. */
export function renderPayload(value: YamlValue, render: (text: string) => Rendered): PayloadResult {
  const text = (template: string): string => {
    const rendered = render(template);
    if (!rendered.ok) throw new RenderFailure(rendered.problem);
    return rendered.text;
  };
  try {
    return { ok: true, value: copy(value, text) };
  } catch (error) {
    if (!(error instanceof RenderFailure)) throw error;
    return { ok: false, problem: error.problem };
  }
}

function copy(value: YamlValue, render: (text: string) => string): PayloadValue {
  if (typeof value === "string") return readLeaf(render(value));
  if (value instanceof Map) {
    const entries = new Map<string, PayloadValue>();
    for (const [key, inner] of value as ReadonlyMap<unknown, YamlValue>) {
      if (typeof key !== "string") continue;
      const name = render(key);
      entries.set(name, copy(inner, render));
    }
    return entries;
  }
  if (Array.isArray(value)) return value.map((inner: YamlValue) => copy(inner, render));
  return value as PayloadValue; // all collections were dealt with
}

/** A rendered text as YAML, or itself. */
function readLeaf(text: string): PayloadValue {
  const parsed = parseYaml(firstNode(firstDocument(text)));
  if (!parsed.ok) return text;
  if (parsed.root === undefined) return null;
  const value = read(parsed.root, 0);
  return typeof value === "string" || value === undefined ? text : value;
}

/** undefined: nothing that upstream's reader would take. */
function read(node: YamlNode, depth: number): PayloadValue | undefined {
  if (depth > DEPTH_MAX) return undefined;
  switch (node.kind) {
    case "scalar": {
      const found = resolveScalar(node);
      return found === undefined ? undefined : found.value;
    }
    case "alias":
      return read(node.target, depth + 1);
    case "sequence": {
      const items: PayloadValue[] = [];
      for (const child of node.children) {
        const item = read(child, depth + 1);
        if (item === undefined) return undefined;
        items.push(item);
      }
      return items;
    }
    case "mapping":
      return readMapping(node, depth);
  }
}

function readMapping(node: MappingNode, depth: number): PayloadValue | undefined {
  const entries = new Map<string, PayloadValue>();
  const merged = new Map<string, PayloadValue>();
  for (let at = 0; at + 1 < node.children.length; at += 2) {
    const keyNode = node.children[at] as YamlNode; // in range
    const value = read(node.children[at + 1] as YamlNode, depth + 1); // in range
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
    const key = read(keyNode, depth + 1);
    if (key === undefined || (typeof key === "object" && key !== null)) return undefined;
    if (typeof key === "string") entries.set(key, value);
  }
  for (const [name, inner] of merged) if (!entries.has(name)) entries.set(name, inner);
  return entries;
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

export type PayloadJson =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly reason: string };

/** The payload as Go's encoder writes it: keys sorted, `<`, `>` and `&` escaped. */
export function payloadToJson(value: PayloadValue): PayloadJson {
  try {
    return { ok: true, json: encode(value) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, reason: error.message };
  }
}

function encode(value: PayloadValue): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return jsonText(value);
    case "number":
      if (!Number.isFinite(value)) {
        const name = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        throw new RangeError(`json: unsupported value: ${name}`);
      }
      return String(value);
    case "boolean":
    case "bigint":
      return String(value);
    default:
  }
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, PayloadValue>)];
    entries.sort(([left], [right]) => compareText(left, right));
    return `{${entries.map(([name, inner]) => `${jsonText(name)}:${encode(inner)}`).join(",")}}`;
  }
  return `[${(value as readonly PayloadValue[]).map(encode).join(",")}]`;
}
