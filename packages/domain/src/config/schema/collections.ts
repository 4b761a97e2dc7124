/** Shapes made of other shapes: optional values, lists and mappings with free keys. */
import { EMIT_NULL } from "../yaml/emit.ts";
import type { Emit, EmitEntry } from "../yaml/emit.ts";
import { compareKeys } from "./key-order.ts";
import { readEntries } from "./pairs.ts";
import { text, typeWord } from "./scalars.ts";
import { describeNode, isNullWord } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** A value that can be absent (a pointer in upstream's structures): null and absence are the same. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return {
    wanted: shape.wanted,
    zero: undefined,
    decode: (node, scope, before) => shape.decode(node, scope, before ?? shape.zero),
    encode: (value) => (value === undefined ? EMIT_NULL : shape.encode(value)),
    isZero: (value) => value === undefined,
  };
}

/** A list; absent and empty are different, though both count as not set when it is written. */
export function listOf<T>(shape: Shape<T>, name = "a list"): Shape<readonly T[] | undefined> {
  return {
    wanted: name,
    zero: undefined,
    decode(node, scope) {
      if (node.kind !== "sequence") {
        if (isNullWord(node)) return undefined;
        scope.wrongShape(node, name, describeNode(node, typeWord));
        return undefined;
      }
      return node.children.map((child, index) => {
        scope.path.push(index);
        const value = scope.read(shape, child, shape.zero);
        scope.path.pop();
        return value;
      });
    },
    encode: (value) => ({ kind: "list", items: (value ?? []).map((item) => shape.encode(item)) }),
    isZero: (value) => value === undefined || value.length === 0,
  };
}

/** A mapping from texts. Keys keep the order of the document; they are written in upstream's order. */
export function mapOf<T>(shape: Shape<T>): Shape<ReadonlyMap<string, T> | undefined> {
  return {
    wanted: "a mapping",
    zero: undefined,
    decode(node, scope, before) {
      if (node.kind !== "mapping") {
        if (isNullWord(node)) return undefined;
        scope.wrongShape(node, "a mapping", describeNode(node, typeWord));
        return undefined;
      }
      const map = new Map(before);
      readEntries(node, scope, ({ key, keyText, value }) => {
        scope.path.push(keyText);
        const decoded = scope.read(shape, value, shape.zero);
        scope.path.pop();
        if (map.has(keyText)) {
          scope.shapeProblem(key, `Cannot read ${scope.where()}: key "${keyText}" is there twice`);
        }
        map.set(keyText, decoded);
      });
      return map;
    },
    encode: (value) => ({ kind: "map", entries: sortedEntries(value, shape) }),
    isZero: (value) => value === undefined || value.size === 0,
  };
}

export const textList: Shape<readonly string[] | undefined> = listOf(text, "a list of texts");
export const textMap: Shape<ReadonlyMap<string, string> | undefined> = mapOf(text);

function sortedEntries<T>(map: ReadonlyMap<string, T> | undefined, shape: Shape<T>): EmitEntry[] {
  const keys = [...(map?.keys() ?? [])].toSorted(compareKeys);
  return keys.map((key) => ({
    key: { kind: "text", text: key } satisfies Emit,
    // The key is one of the map's own; undefined can only be a value of T.
    value: shape.encode(map?.get(key) as T),
    flow: undefined,
  }));
}
