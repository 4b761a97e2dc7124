/** Walks the pairs of a mapping, with what merge keys bring in. */
import { isMergeKey } from "../yaml/node.ts";
import type { MappingNode, YamlNode } from "../yaml/node.ts";
import { readText, typeWord } from "./scalars.ts";
import type { Scope } from "./scope.ts";
import { describeNode, followAliases, isNull } from "./shape.ts";

type UsePair = (key: YamlNode, value: YamlNode, isMerged: boolean) => void;
type UseEntry = (entry: MappingEntry) => void;

export interface MappingEntry {
  readonly key: YamlNode;
  readonly keyText: string;
  readonly value: YamlNode;
  /** Brought in by a merge key. */
  readonly isMerged: boolean;
}

/** Calls `use` for every pair whose key is a text, null counting as the empty one. */
export function readEntries(node: MappingNode, scope: Scope, use: UseEntry): void {
  readPairs(node, scope, (key, value, isMerged) => {
    const keyNode = followAliases(key);
    const keyText = isNull(keyNode) ? "" : readText(keyNode, scope, "a text as key");
    if (keyText !== undefined) use({ key, keyText, value, isMerged });
  });
}

/** Calls `use` for every pair in the order of the text; a merged mapping stands where its `<<` does. */
export function readPairs(node: MappingNode, scope: Scope, use: UsePair): void {
  for (let at = 0; at + 1 < node.children.length; at += 2) {
    const key = node.children[at] as YamlNode; // In bounds: pairs, by the loop.
    const value = node.children[at + 1] as YamlNode;
    if (isMergeKey(key)) readMerged(value, scope, use);
    else use(key, value, false);
  }
}

function readMerged(node: YamlNode, scope: Scope, use: UsePair): void {
  const useMerged: UsePair = (key, value) => use(key, value, true);
  // Of several mappings the first wins, so it is read last. A list behind an alias is refused.
  const parts = node.kind === "sequence" ? node.children.toReversed() : [node];
  for (const part of parts) {
    const mapping = part.kind === "alias" ? part.target : part;
    if (mapping.kind !== "mapping") {
      const wanted = 'a mapping or a list of mappings behind "<<"';
      scope.wrongShape(part, wanted, describeNode(part, typeWord));
      return;
    }
    if (!scope.spend()) continue;
    const followed = scope.throughAlias(mapping, () => readPairs(mapping, scope, useMerged));
    if (!followed) scope.shapeProblem(node, 'Cannot merge with "<<": the mapping contains itself');
  }
}
