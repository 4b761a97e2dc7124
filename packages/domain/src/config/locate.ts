import { placeOf } from "./schema/scope.ts";
import { isMergeKey, type MappingNode, type YamlNode } from "./yaml/node.ts";
import { parseYaml } from "./yaml/parse.ts";
import { firstDocument } from "./yaml/source.ts";

/** Keys of mappings and indexes of lists, from the root on. */
export type YamlPath = readonly (string | number)[];

/** Where a value is written, for what is noticed only when all is understood. Counted from 1. */
export function locate(text: string, path: YamlPath): { line: number; column: number } {
  const source = firstDocument(text.startsWith("\ufeff") ? text.slice(1) : text);
  const parsed = parseYaml(source);
  let node = parsed.ok ? parsed.root : undefined;
  let offset = node?.offset ?? 0;
  for (const key of path) {
    node = node && childOf(node, key);
    // What is not written is taken to stand where it would be.
    offset = node?.offset ?? offset;
  }
  return placeOf(source, offset);
}

function childOf(node: YamlNode, key: string | number): YamlNode | undefined {
  switch (node.kind) {
    case "alias":
      return childOf(node.target, key);
    case "sequence":
      return typeof key === "number" ? node.children[key] : undefined;
    case "mapping":
      return valueOf(node, String(key));
    case "scalar":
      return undefined;
  }
}

function valueOf({ children }: MappingNode, key: string): YamlNode | undefined {
  let merged: YamlNode | undefined;
  for (let at = 0; at + 1 < children.length; at += 2) {
    const [name, value] = [children[at], children[at + 1]];
    if (name === undefined || value === undefined) continue;
    if (name.kind === "scalar" && name.value === key) return value;
    if (isMergeKey(name)) merged ??= inMerged(value, key);
  }
  return merged;
}

function inMerged(node: YamlNode, key: string): YamlNode | undefined {
  if (node.kind === "alias") return inMerged(node.target, key);
  if (node.kind === "mapping") return valueOf(node, key);
  if (node.kind === "scalar") return undefined;
  for (const child of node.children) {
    const found = inMerged(child, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
