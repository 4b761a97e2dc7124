/** Steps through JavaScript: strings, template literals, regular expressions and comments. */
import { quoteGo } from "../../text/index.ts";
import { firstRunes } from "../values/text.ts";
import { HtmlError, type Context, type JsContext, type State, type Step } from "./context.ts";

/** Words behind which a `/` starts a regular expression. */
const BEFORE_REGEXP: ReadonlySet<string> = new Set(
  `break case continue delete do else finally in instanceof return throw try typeof void`.split(
    " ",
  ),
);

export function stepScript(context: Context, text: string): Step {
  const at = text.search(/["'`/{}<\-#]/);
  if (at < 0)
    return { context: { ...context, js: slashAfter(text, context.js) }, length: text.length };
  const before: Context = { ...context, js: slashAfter(text.slice(0, at), context.js) };
  const length = at + 1;
  const enter = (state: State, extra = 0): Step => ({
    context: { ...before, state, js: "Regexp" },
    length: length + extra,
  });
  switch (text.charAt(at)) {
    case '"':
      return enter("JSDqStr");
    case "'":
      return enter("JSSqStr");
    case "`":
      return enter("JSTmplLit");
    case "/":
      return stepSlash(before, text, at);
    case "<":
      if (!text.startsWith("<!--", at)) break;
      return { context: { ...before, state: "JSHTMLOpenCmt" }, length: length + 3 };
    case "-":
      if (!text.startsWith("-->", at)) break;
      return { context: { ...before, state: "JSHTMLCloseCmt" }, length: length + 2 };
    case "#":
      if (!text.startsWith("#!", at)) break;
      return { context: { ...before, state: "JSLineCmt" }, length: length + 1 };
    default:
      return { context: stepBrace(before, text.charAt(at)), length };
  }
  return { context: before, length };
}

function stepSlash(context: Context, text: string, at: number): Step {
  const next = text.charAt(at + 1);
  if (next === "/") return { context: { ...context, state: "JSLineCmt" }, length: at + 2 };
  if (next === "*") return { context: { ...context, state: "JSBlockCmt" }, length: at + 2 };
  if (context.js === "Regexp")
    return { context: { ...context, state: "JSRegexp" }, length: at + 1 };
  if (context.js === "DivOp") return { context: { ...context, js: "Regexp" }, length: at + 1 };
  const shown = quoteGo(firstRunes(text.slice(at), 32));
  throw new HtmlError(`'/' could start a division or regexp: ${shown}`);
}

/** Braces matter only inside `${…}`, where the last one goes back to the template literal. */
function stepBrace(context: Context, brace: string): Context {
  const depth = context.braces.at(-1);
  if (depth === undefined) return context;
  const outer = context.braces.slice(0, -1);
  if (brace === "{") return { ...context, braces: [...outer, depth + 1] };
  if (depth > 0) return { ...context, braces: [...outer, depth - 1] };
  return { ...context, braces: outer, state: "JSTmplLit" };
}

export function stepTemplateLiteral(context: Context, text: string): Step {
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") {
      at += 1;
      if (at === text.length) throw unfinishedEscape(text);
    } else if (char === "$" && text.charAt(at + 1) === "{") {
      const braces = [...context.braces, 0];
      return { context: { ...context, state: "JS", braces }, length: at + 2 };
    } else if (char === "`") return { context: { ...context, state: "JS" }, length: at + 1 };
  }
  return { context, length: text.length };
}

function unfinishedEscape(text: string): HtmlError {
  return new HtmlError(`unfinished escape sequence in JS string: ${quoteGo(text)}`);
}

/** A string or regular expression up to its end. */
export function stepDelimited(context: Context, text: string): Step {
  const end = context.state === "JSDqStr" ? '"' : context.state === "JSSqStr" ? "'" : "/";
  const isRegexp = end === "/";
  let isInSet = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") {
      at += 1;
      if (at === text.length) throw unfinishedEscape(text);
    } else if (isRegexp && char === "[") isInSet = true;
    else if (isRegexp && char === "]") isInSet = false;
    else if (char === end) {
      // The slash of "</script" is escaped later and ends nothing.
      if (isRegexp && text.slice(Math.max(at - 1, 0), at + 7).toLowerCase() === "</script") at += 1;
      else if (!isInSet) {
        return { context: { ...context, state: "JS", js: "DivOp" }, length: at + 1 };
      }
    }
  }
  if (isInSet) throw new HtmlError(`unfinished JS regexp charset: ${quoteGo(text)}`);
  return { context, length: text.length };
}

const JS_SPACES: ReadonlySet<string> = new Set("\t\n\f\r \u2028\u2029");

/** The end without white space. No regular expression: they try each of many spaces as the first. */
function endOfCode(text: string): number {
  let end = text.length;
  while (end > 0 && JS_SPACES.has(text.charAt(end - 1))) end -= 1;
  return end;
}

/** What a slash behind some text would start. */
export function slashAfter(text: string, before: JsContext): JsContext {
  const trimmed = text.slice(0, endOfCode(text));
  if (trimmed === "") return before;
  const last = trimmed.charAt(trimmed.length - 1);
  if (last === "+" || last === "-") {
    // "++" ends a value, a single one wants another.
    let count = 1;
    while (trimmed.charAt(trimmed.length - 1 - count) === last) count += 1;
    return count % 2 === 1 ? "Regexp" : "DivOp";
  }
  if (last === ".") return /[0-9]\.$/.test(trimmed.slice(-2)) ? "DivOp" : "Regexp";
  if (",<>=*%&|^?!~([:;{}".includes(last)) return "Regexp";
  const word = /[A-Za-z0-9$_]*$/.exec(trimmed.slice(-12))?.[0] ?? "";
  return BEFORE_REGEXP.has(word) ? "Regexp" : "DivOp";
}
