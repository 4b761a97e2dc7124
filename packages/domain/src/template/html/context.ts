/**
 * Where in an HTML document a place in a template is. The names of the parts are those that Go's error
 * messages show.
 */

export type State =
  | "Text"
  | "Tag"
  | "AttrName"
  | "AfterName"
  | "BeforeValue"
  | "HTMLCmt"
  | "RCDATA"
  | "Attr"
  | "URL"
  | "Srcset"
  | "MetaContent"
  | "MetaContentURL"
  | "JS"
  | "JSDqStr"
  | "JSSqStr"
  | "JSTmplLit"
  | "JSRegexp"
  | "JSBlockCmt"
  | "JSLineCmt"
  | "JSHTMLOpenCmt"
  | "JSHTMLCloseCmt"
  | "CSS"
  | "CSSDqStr"
  | "CSSSqStr"
  | "CSSDqURL"
  | "CSSSqURL"
  | "CSSURL"
  | "CSSBlockCmt"
  | "CSSLineCmt"
  /** Behind a `break` or `continue`: nothing that follows is reached. */
  | "Dead";

/** What ends an attribute's value. `None`: not inside one. */
export type Delim = "None" | "DoubleQuote" | "SingleQuote" | "SpaceOrTagEnd";

/** Which part of a URL: a value in the query is escaped more strictly than one in front of it. */
export type UrlPart = "None" | "PreQuery" | "QueryOrFrag" | "Unknown";

/** What a `/` would start in JavaScript. */
export type JsContext = "Regexp" | "DivOp" | "Unknown";

export type Attr = "None" | "Script" | "ScriptType" | "Style" | "URL" | "Srcset" | "MetaContent";

export type Element = "None" | "Script" | "Style" | "Textarea" | "Title" | "Meta";

export interface Context {
  readonly state: State;
  readonly delim: Delim;
  readonly urlPart: UrlPart;
  readonly js: JsContext;
  /** Open braces of each `${…}` in a template literal, outermost first. */
  readonly braces: readonly number[];
  readonly attr: Attr;
  readonly element: Element;
}

/** Ordinary text, where every document starts and ends. */
export const TEXT: Context = {
  state: "Text",
  delim: "None",
  urlPart: "None",
  js: "Regexp",
  braces: [],
  attr: "None",
  element: "None",
};

/** The context as Go prints it; it also tells contexts apart. */
export function printContext(context: Context): string {
  const { state, delim, urlPart, js, braces, attr, element } = context;
  const parts = [`state${state}`, `delim${delim}`, `urlPart${urlPart}`, `jsCtx${js}`];
  return `{${parts.join(" ")} [${braces.join(" ")}] attr${attr} element${element} <nil>}`;
}

export function sameContext(left: Context, right: Context): boolean {
  return left === right || printContext(left) === printContext(right);
}

export function isComment(state: State): boolean {
  return state.endsWith("Cmt");
}

export function isInTag(state: State): boolean {
  return (
    state === "Tag" ||
    state === "AttrName" ||
    state === "AfterName" ||
    state === "BeforeValue" ||
    state === "Attr"
  );
}

/** Inside a string, template or regular expression of a script. */
export function isInScriptLiteral(state: State): boolean {
  return (
    state === "JSDqStr" || state === "JSSqStr" || state === "JSTmplLit" || state === "JSRegexp"
  );
}

/** The state that the value of an attribute starts in. */
export const ATTR_START: Readonly<Record<Attr, State>> = {
  None: "Attr",
  Script: "JS",
  ScriptType: "Attr",
  Style: "CSS",
  URL: "URL",
  Srcset: "Srcset",
  MetaContent: "MetaContent",
};

/** The context after passing over nothing: an action in `<a {{.}}` is an attribute's name, and so on. */
export function nudged(context: Context): Context {
  switch (context.state) {
    case "Tag":
      return { ...context, state: "AttrName" };
    case "BeforeValue": {
      const state = ATTR_START[context.attr];
      return { ...context, state, delim: "SpaceOrTagEnd", attr: "None" };
    }
    case "AfterName":
      return { ...context, state: "AttrName", attr: "None" };
    default:
      return context;
  }
}

/** What a step over some text led to. */
export interface Step {
  readonly context: Context;
  /** How much of the text was passed over. */
  readonly length: number;
}

/** The text cannot be understood; the escaper adds where. */
export class HtmlError extends Error {
  override readonly name = "HtmlError";
}
