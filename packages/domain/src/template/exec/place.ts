import type { RenderLimits } from "../budget.ts";
import { TemplateFailure, type TemplateProblem } from "../problem.ts";
import { quoteGo } from "../../text/index.ts";
import { printNode, type TemplateSyntaxNode } from "../parse/nodes.ts";
import { placeIn, type TemplatePlace } from "../parse/place.ts";

/** Line and column of a node. */
export function placeOf(node: TemplateSyntaxNode): TemplatePlace {
  return placeIn(node.source.text, node.pos);
}

/** The failure of a running template, with the place where it was. */
export function execFailure(
  message: string,
  where: { readonly node: TemplateSyntaxNode; readonly template: string },
  limit?: keyof RenderLimits,
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
    limit,
  };
  return new TemplateFailure(problem);
}
