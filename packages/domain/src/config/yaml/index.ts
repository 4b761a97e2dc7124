export type { AliasNode, MappingNode, ScalarNode, SequenceNode, YamlNode } from "./node.ts";
export { parseYaml, type YamlParse } from "./parse.ts";
