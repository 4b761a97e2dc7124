/** Which escapers an action gets in its context, and what becomes of `html` and `urlquery` in it. */
import { BUILTINS } from "../functions/builtins.ts";
import { printNode, type ActionNode, type CommandNode, type ValueEscaper } from "../parse/nodes.ts";
import type { Context } from "./context.ts";
import {
  attributeName,
  commentText,
  htmlText,
  quotedAttribute,
  rcdataText,
  unquotedAttribute,
} from "./escapers.ts";
import { scriptRegexp, scriptString, scriptTemplate, scriptValue } from "./script-escapers.ts";
import { styleString, styleValue } from "./style-escapers.ts";
import { imageSet, urlFilter, urlNormal, urlQuery } from "./url-escapers.ts";

/** Evaluates arguments to one text: what `{{ html a b }}` passes to `html`. */
export const ARGUMENTS_FUNCTION = "_eval_args_";

/** An action that cannot be escaped; its place is the node's. */
export class ActionError extends Error {
  override readonly name = "ActionError";
}

/** The escapers for a context, innermost first. @throws ActionError */
function escapersFor(context: Context, node: ActionNode): ValueEscaper[] {
  const escapers = contentEscapers(context, node);
  if (context.delim === "SpaceOrTagEnd") escapers.push(unquotedAttribute);
  else if (context.delim !== "None") escapers.push(quotedAttribute);
  return escapers;
}

function contentEscapers({ state, urlPart }: Context, node: ActionNode): ValueEscaper[] {
  switch (state) {
    case "Text":
      return [htmlText];
    case "RCDATA":
      return [rcdataText];
    case "Attr":
    case "MetaContent":
    case "Dead":
      return [];
    case "Tag":
    case "AttrName":
      return [attributeName];
    case "URL":
    case "CSSURL":
    case "CSSDqURL":
    case "CSSSqURL":
    case "CSSDqStr":
    case "CSSSqStr": {
      if (urlPart === "Unknown") {
        throw new ActionError(`${printNode(node)} appears in an ambiguous context within a URL`);
      }
      if (urlPart === "QueryOrFrag") return [urlQuery];
      const encode = state === "CSSDqStr" || state === "CSSSqStr" ? styleString : urlNormal;
      return urlPart === "None" ? [urlFilter, encode] : [encode];
    }
    case "MetaContentURL":
      return [urlFilter];
    case "Srcset":
      return [imageSet];
    case "JS":
      return [scriptValue];
    case "JSDqStr":
    case "JSSqStr":
      return [scriptString];
    case "JSTmplLit":
      return [scriptTemplate];
    case "JSRegexp":
      return [scriptRegexp];
    case "CSS":
      return [styleValue];
    default:
      return [commentText];
  }
}

/** The action with its escapers. @throws ActionError */
export function escapeAction(context: Context, node: ActionNode): ActionNode {
  const { commands } = node.pipe;
  for (const [at, command] of commands.entries()) {
    const name = predefined(command);
    if (name === undefined) continue;
    const isUnquoted = context.state === "Attr" && context.delim === "SpaceOrTagEnd";
    if (at < commands.length - 1 || (isUnquoted && name === "html")) {
      throw new ActionError(`predefined escaper "${name}" disallowed in template`);
    }
  }
  const escapers = escapersFor(context, node);
  const last = commands.at(-1);
  const name = last === undefined ? undefined : predefined(last);
  if (last === undefined || name === undefined) return { ...node, escapers };
  return withPredefined(node, last, { name, escapers });
}

function predefined(command: CommandNode): "html" | "urlquery" | undefined {
  const first = command.args[0];
  if (first?.kind !== "identifier") return undefined;
  return first.name === "html" || first.name === "urlquery" ? first.name : undefined;
}

/** Escapers that do no more than the function of this name. */
const EQUIVALENT: Readonly<Record<"html" | "urlquery", readonly ValueEscaper[]>> = {
  html: [htmlText, rcdataText, quotedAttribute],
  urlquery: [urlQuery, urlNormal],
};

/**
 * A pipeline that ends in `html` or `urlquery`. The function takes the place of an equivalent escaper;
 * without one it stays in front of the escapers.
 */
function withPredefined(
  node: ActionNode,
  last: CommandNode,
  { name, escapers }: { name: "html" | "urlquery"; escapers: readonly ValueEscaper[] },
): ActionNode {
  const { pipe } = node;
  const own: ValueEscaper = (value, run) => BUILTINS.get(name)?.call([value], run) ?? null;
  const isReplaced = escapers.some((escape) => EQUIVALENT[name].includes(escape));
  const replaced = escapers.map((escape) => (EQUIVALENT[name].includes(escape) ? own : escape));
  if (pipe.commands.length > 1) {
    if (!isReplaced) return { ...node, escapers };
    return {
      ...node,
      pipe: { ...pipe, commands: pipe.commands.slice(0, -1) },
      escapers: replaced,
    };
  }
  const [first, ...args] = last.args;
  if (first === undefined || args.length === 0) return { ...node, escapers };
  // `{{ html a b }}` becomes the text of its arguments, then `html`.
  const evaluate = { ...first, kind: "identifier", name: ARGUMENTS_FUNCTION } as const;
  const command = { ...last, args: [evaluate, ...args] };
  return {
    ...node,
    pipe: { ...pipe, commands: [command] },
    escapers: isReplaced ? replaced : [own, ...escapers],
  };
}
