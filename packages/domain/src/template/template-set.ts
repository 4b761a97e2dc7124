/**
 * Named templates as Go keeps them: definitions of later files replace those of earlier ones, except
 * that a definition with nothing but white space and comments replaces none.
 */
import { isEmptyTree, type ListNode, type ParsedTemplate } from "./parse/nodes.ts";
import { parseTemplate } from "./parse/parser.ts";

/** A template file of a configuration; the name shows in error messages. */
export interface TemplateSource {
  readonly name: string;
  readonly text: string;
}

export type Definitions = ReadonlyMap<string, ListNode>;

/** Adds parsed definitions to a set, which may lie over another one. */
export function addDefinitions(
  definitions: Map<string, ListNode>,
  parsed: readonly ParsedTemplate[],
  below?: Definitions,
): void {
  for (const { name, root } of parsed) {
    const isKnown = definitions.has(name) || below?.has(name) === true;
    if (!isEmptyTree(root) || !isKnown) definitions.set(name, root);
  }
}

/** A text to be rendered: its own tree, and the definitions that it adds or replaces. */
export interface ParsedText {
  readonly root: ListNode;
  readonly parsed: readonly ParsedTemplate[];
}

/** Parses an inline text, which Go knows under the empty name. @throws TemplateFailure */
export function parseText(text: string, functions: ReadonlySet<string>): ParsedText {
  const parsed = parseTemplate(text, { name: "", functions });
  const root = parsed.find(({ name }) => name === "")?.root;
  const source = { name: "", text };
  return { root: root ?? { kind: "list", pos: 0, source, nodes: [] }, parsed };
}
