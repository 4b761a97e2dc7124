export { emitYaml, type Emit, type EmitEntry } from "./emit.ts";
export type { AliasNode, MappingNode, ScalarNode, SequenceNode, YamlNode } from "./node.ts";
export { parseYaml, type YamlParse } from "./parse.ts";
export { firstDocument } from "./source.ts";
