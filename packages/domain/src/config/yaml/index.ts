export { yaml11Fault } from "../yaml-11/fault.ts";
export { emitYaml, type Emit, type EmitEntry } from "./emit.ts";
export type { AliasNode, MappingNode, ScalarNode, SequenceNode, YamlNode } from "./node.ts";
export { parseYaml, type YamlParse } from "./parse.ts";
export { firstDocument } from "./source.ts";
