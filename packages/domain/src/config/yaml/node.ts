/** A node of a YAML document with its place in the text, before anything is resolved. */
export type YamlNode = ScalarNode | MappingNode | SequenceNode | AliasNode;

interface NodeBase {
  /** Offset of its first character in the text. */
  readonly offset: number;
  /** Short form (`!!int`, `!own`); empty when none was written. */
  readonly tag: string;
}

export interface ScalarNode extends NodeBase {
  readonly kind: "scalar";
  readonly value: string;
  /** Written without quotes and not as a block: its text decides its type. */
  readonly plain: boolean;
}

export interface MappingNode extends NodeBase {
  readonly kind: "mapping";
  /** Key, value, key, value, … in the order of the text, merge keys included. */
  readonly children: readonly YamlNode[];
}

export interface SequenceNode extends NodeBase {
  readonly kind: "sequence";
  readonly children: readonly YamlNode[];
}

export interface AliasNode extends NodeBase {
  readonly kind: "alias";
  readonly name: string;
  readonly target: YamlNode;
}

/** Whether a mapping's key asks for the keys of another mapping (`<<`). */
export function isMergeKey(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === "<<" && (node.plain || node.tag === "!!merge");
}
