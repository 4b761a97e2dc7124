import { TemplateFailure, type TemplateProblem } from "../problem.ts";
import { quoteGo } from "../../text/index.ts";
import { printNode, type TemplateSyntaxNode } from "../parse/nodes.ts";
import { byteSize } from "../values/text.ts";

/** Line and column of a node; Go counts columns in bytes, from 0 on the first line and on the others. */
export function placeOf(node: TemplateSyntaxNode): {
  readonly line: number;
  readonly column: number;
} {
  const before = node.source.text.slice(0, node.pos);
  const lineStart = before.lastIndexOf("\n") + 1;
  return {
    line: before.split("\n").length,
    column: byteSize(before.slice(lineStart)),
  };
}

/** The failure of a running template, with the place where it was. */
export function execFailure(
  message: string,
  where: { readonly node: TemplateSyntaxNode; readonly template: string },
  isOverBudget = false,
): TemplateFailure {
  const { node, template } = where;
  const { line, column } = placeOf(node);
  const at = printNode(node);
  const file = node.source.name;
  const problem: TemplateProblem = {
    stage: "exec",
    message: `template: ${file}:${line}:${column}: executing ${quoteGo(template)} at <${at}>: ${message}`,
    file,
    line,
    column,
    at,
    isOverBudget,
  };
  return new TemplateFailure(problem);
}
