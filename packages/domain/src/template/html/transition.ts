/** One step of the HTML state machine: from a context over some text to the next context. */
import { quoteGo } from "../../text/index.ts";
import {
  HtmlError,
  isComment,
  isInScriptLiteral,
  TEXT,
  type Context,
  type Delim,
  type Element,
  type State,
  type Step,
} from "./context.ts";
import { unescapeHtml } from "./entities.ts";
import {
  stepAfterName,
  stepAttrName,
  stepBeforeValue,
  stepHtmlComment,
  stepMetaContent,
  stepMetaContentUrl,
  stepTag,
  stepText,
  stepUrl,
} from "./markup.ts";
import { stepDelimited, stepScript, stepTemplateLiteral } from "./script.ts";
import { stepBlockComment, stepLineComment, stepStyle, stepStyleString } from "./style.ts";

type Stepper = (context: Context, text: string) => Step;

const stay: Stepper = (context, text) => ({ context, length: text.length });

const STEPPERS: Readonly<Record<State, Stepper>> = {
  Text: stepText,
  Tag: stepTag,
  AttrName: stepAttrName,
  AfterName: stepAfterName,
  BeforeValue: stepBeforeValue,
  HTMLCmt: stepHtmlComment,
  RCDATA: stepElementText,
  Attr: stay,
  URL: stepUrl,
  Srcset: stepUrl,
  MetaContent: stepMetaContent,
  MetaContentURL: stepMetaContentUrl,
  JS: stepScript,
  JSDqStr: stepDelimited,
  JSSqStr: stepDelimited,
  JSTmplLit: stepTemplateLiteral,
  JSRegexp: stepDelimited,
  JSBlockCmt: stepBlockComment,
  JSLineCmt: stepLineComment,
  JSHTMLOpenCmt: stepLineComment,
  JSHTMLCloseCmt: stepLineComment,
  CSS: stepStyle,
  CSSDqStr: stepStyleString,
  CSSSqStr: stepStyleString,
  CSSDqURL: stepStyleString,
  CSSSqURL: stepStyleString,
  CSSURL: stepStyleString,
  CSSBlockCmt: stepBlockComment,
  CSSLineCmt: stepLineComment,
  Dead: stay,
};

const END_TAGS: Readonly<Record<Element, RegExp | undefined>> = {
  None: undefined,
  Meta: undefined,
  Script: /<\/script[> \t\n\f/]/i,
  Style: /<\/style[> \t\n\f/]/i,
  Textarea: /<\/textarea[> \t\n\f/]/i,
  Title: /<\/title[> \t\n\f/]/i,
};
/** What ends an attribute's value. */
export const DELIM_ENDS: Readonly<Record<Exclude<Delim, "None">, RegExp>> = {
  DoubleQuote: /"/,
  SingleQuote: /'/,
  SpaceOrTagEnd: /[ \t\n\f\r>]/,
};
/** Types of `script` whose content is a script or JSON; of any other it is text. */
const SCRIPT_TYPES: ReadonlySet<string> = new Set([
  "",
  "application/ecmascript",
  "application/javascript",
  "application/json",
  "application/ld+json",
  "application/x-ecmascript",
  "application/x-javascript",
  "module",
  "text/ecmascript",
  "text/javascript",
  "text/javascript1.0",
  "text/javascript1.1",
  "text/javascript1.2",
  "text/javascript1.3",
  "text/javascript1.4",
  "text/javascript1.5",
  "text/jscript",
  "text/livescript",
  "text/x-ecmascript",
  "text/x-javascript",
]);

/** The step in a state, without a look at what surrounds it. */
export function stepIn(state: State, context: Context, text: string): Step {
  return STEPPERS[state](context, text);
}

/**
 * Follows a text of a template. It remembers where elements end, so that a text is searched for each end
 * tag once and not at every step.
 */
export class TextWalk {
  readonly #text: string;
  readonly #ends = new Map<Element, number>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The next context and how much text led there; 0 when an element ended right there. */
  step(context: Context, from: number): Step {
    const rest = this.#text.slice(from);
    if (context.delim !== "None") return afterAttributeText(context, rest);
    const length = this.#elementEnd(context, from) - from;
    if (length === 0) return { context: TEXT, length };
    return stepIn(context.state, context, rest.slice(0, length));
  }

  #elementEnd({ element, state }: Context, from: number): number {
    const form = END_TAGS[element];
    if (form === undefined || isProtected(element, state)) return this.#text.length;
    let end = this.#ends.get(element) ?? -1;
    if (end < from) {
      const found = this.#text.slice(from).search(form);
      end = found < 0 ? this.#text.length : from + found;
      this.#ends.set(element, end);
    }
    return end;
  }
}

/** In literals and comments of a script, end tags are text. */
function isProtected(element: Element, state: State): boolean {
  return element === "Script" && (isInScriptLiteral(state) || isComment(state));
}

/** Text in an element whose tags are text: up to its end tag. */
function stepElementText(context: Context, text: string): Step {
  const form = END_TAGS[context.element];
  const end = form === undefined ? -1 : text.search(form);
  return end < 0 ? { context, length: text.length } : { context: TEXT, length: end };
}

function afterAttributeText(context: Context, text: string): Step {
  if (context.delim === "None") return { context, length: text.length };
  const end = text.search(DELIM_ENDS[context.delim]);
  const value = end < 0 ? text : text.slice(0, end);
  if (context.delim === "SpaceOrTagEnd") {
    // Browsers differ in what these mean there.
    const bad = /["'<=`]/.exec(value)?.[0];
    if (bad !== undefined) {
      throw new HtmlError(`${quoteGo(bad)} in unquoted attr: ${quoteGo(value)}`);
    }
  }
  if (end < 0) return { context: insideValue(context, text), length: text.length };
  const { state, element, attr } = context;
  const isOtherType =
    state === "Attr" && element === "Script" && attr === "ScriptType" && !isScriptType(value);
  const next: Context = { ...TEXT, state: "Tag", element: isOtherType ? "None" : element };
  return { context: next, length: context.delim === "SpaceOrTagEnd" ? end : end + 1 };
}

/** Follows scripts, styles and URLs inside an attribute, character references resolved. */
function insideValue(context: Context, text: string): Context {
  let current = context;
  let rest = unescapeHtml(text);
  while (rest !== "") {
    const step = stepIn(current.state, current, rest);
    current = step.context;
    rest = rest.slice(step.length);
  }
  return current;
}

function isScriptType(value: string): boolean {
  const [type = ""] = value.split(";");
  return SCRIPT_TYPES.has(type.trim().toLowerCase());
}
