/** Shape of values that upstream takes as they come: webhook payloads, custom details and the like. */
import { EMIT_NULL } from "../yaml/emit.ts";
import type { Emit } from "../yaml/emit.ts";
import type { MappingNode, YamlNode } from "../yaml/node.ts";
import { resolveScalar } from "../yaml/scalar.ts";
import type { ScalarValue } from "../yaml/scalar.ts";
import { readPairs } from "./pairs.ts";
import { compareKeys } from "./key-order.ts";
import { formatFloat } from "./scalars.ts";
import type { Scope } from "./scope.ts";
import type { Shape } from "./shape.ts";

/**
 * Any YAML value. Mappings are `Map`s, because keys may be numbers or booleans, and `__proto__` is a
 * name like any other. Whole numbers above 2^53 are bigints.
 */
export type YamlValue = ScalarValue | readonly YamlValue[] | ReadonlyMap<ScalarValue, YamlValue>;

export const any: Shape<YamlValue> = {
  wanted: "a value",
  zero: null,
  decode: decodeAny,
  encode: encodeAny,
  isZero: (value) => value === null,
};

function decodeAny(node: YamlNode, scope: Scope): YamlValue {
  switch (node.kind) {
    case "scalar":
      return decodeScalar(node, scope);
    case "sequence":
      return node.children.map((child) => scope.read(any, child, null));
    case "mapping":
      return decodeMapping(node, scope);
    case "alias":
      return scope.read(any, node, null);
  }
}

function decodeScalar(node: YamlNode & { kind: "scalar" }, scope: Scope): ScalarValue {
  const found = resolveScalar(node);
  if (found !== undefined) return found.value;
  scope.shapeProblem(node, `Cannot read ${scope.where()} as "${node.tag}": it is none`);
  return null;
}

function decodeMapping(node: MappingNode, scope: Scope): YamlValue {
  const map = new Map<ScalarValue, YamlValue>();
  readPairs(node, scope, (keyNode, valueNode) => {
    const key = scope.read(any, keyNode, null);
    const value = scope.read(any, valueNode, null);
    if (isCollection(key)) {
      scope.shapeProblem(keyNode, `Cannot read ${scope.where()}: a key must be a single value`);
      return;
    }
    if (map.has(key)) {
      const name = String(key);
      scope.shapeProblem(keyNode, `Cannot read ${scope.where()}: key "${name}" is there twice`);
    }
    map.set(key, value);
  });
  return map;
}

function isCollection(
  value: YamlValue,
): value is readonly YamlValue[] | ReadonlyMap<ScalarValue, YamlValue> {
  return typeof value === "object" && value !== null;
}

function encodeAny(value: YamlValue): Emit {
  if (value === null) return EMIT_NULL;
  if (typeof value === "string") return { kind: "text", text: value };
  if (typeof value === "boolean" || typeof value === "bigint") {
    return { kind: "plain", text: String(value) };
  }
  if (typeof value === "number") {
    return { kind: "plain", text: Number.isInteger(value) ? String(value) : formatFloat(value) };
  }
  if (isMap(value)) {
    const entries = [...value].toSorted(([left], [right]) => compareScalars(left, right));
    return {
      kind: "map",
      entries: entries.map(([key, item]) => ({
        key: encodeAny(key),
        value: encodeAny(item),
        flow: undefined,
      })),
    };
  }
  return { kind: "list", items: value.map(encodeAny) };
}

function isMap(
  value: readonly YamlValue[] | ReadonlyMap<ScalarValue, YamlValue>,
): value is ReadonlyMap<ScalarValue, YamlValue> {
  return value instanceof Map;
}

/** Numbers and booleans by value, then texts. */
function compareScalars(left: ScalarValue, right: ScalarValue): number {
  if (typeof left === "string" && typeof right === "string") return compareKeys(left, right);
  if (typeof left === "string" || typeof right === "string")
    return typeof left === "string" ? 1 : -1;
  return Number(left) - Number(right);
}
