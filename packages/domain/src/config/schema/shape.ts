/**
 * A shape says how one kind of value is read from YAML and written back. The tables of `config/` are
 * made of shapes; decoding follows upstream's library (gopkg.in/yaml.v2 2.4.0, decode.go) in what null,
 * defaults, merge keys and list items do.
 */
import type { Emit } from "../yaml/emit.ts";
import type { ScalarNode, YamlNode } from "../yaml/node.ts";
import type { Scope } from "./scope.ts";

export interface Shape<T> {
  /** In messages: "a boolean", "a list". */
  readonly wanted: string;
  /** What null gives, and what counts as not set. */
  readonly zero: T;
  /** Reads a node that is neither null nor an alias. `before` is the value it replaces or adds to. */
  decode(node: YamlNode, scope: Scope, before: T): T;
  encode(value: T): Emit;
  isZero(value: T): boolean;
}

/** The node that an alias stands for in the end. */
export function followAliases(node: YamlNode): YamlNode {
  let found = node;
  while (found.kind === "alias") found = found.target;
  return found;
}

/** Null before any shape is asked. `Null` and `NULL` get through to the shape: that is upstream's rule. */
export function isNull(node: YamlNode): boolean {
  if (node.tag === "!!null") return true;
  if (node.kind !== "scalar" || node.tag !== "") return false;
  return node.plain && (node.value === "" || node.value === "~" || node.value === "null");
}

/** `Null` and `NULL`: null too, but only once a shape has been asked. */
export function isNullWord(node: YamlNode): boolean {
  if (node.kind !== "scalar" || !node.plain || node.tag !== "") return false;
  return node.value === "Null" || node.value === "NULL";
}

/** Says in words what was found; the text of a scalar only where it cannot be a secret. */
export function describeNode(node: YamlNode, scalarTag: (node: ScalarNode) => string): string {
  const found = followAliases(node);
  if (found.kind === "mapping") return "a mapping";
  if (found.kind === "sequence") return "a list";
  if (found.kind !== "scalar") return "an alias";
  const shown = found.value.length > 40 ? `${found.value.slice(0, 37)}...` : found.value;
  return `${scalarTag(found)} ${JSON.stringify(shown)}`;
}
