/** Steps through text and tags. */
import { quoteGo } from "../../text/index.ts";
import { firstRunes } from "../values/text.ts";
import { attributeKind } from "./attributes.ts";
import {
  ATTR_START,
  HtmlError,
  TEXT,
  type Attr,
  type Context,
  type Element,
  type State,
  type Step,
} from "./context.ts";

const SPACE = " \t\n\f\r";
const ELEMENTS: ReadonlyMap<string, Element> = new Map([
  ["script", "Script"],
  ["style", "Style"],
  ["textarea", "Textarea"],
  ["title", "Title"],
  ["meta", "Meta"],
]);
const CONTENT: Readonly<Record<Element, State>> = {
  None: "Text",
  Script: "JS",
  Style: "CSS",
  Textarea: "RCDATA",
  Title: "RCDATA",
  Meta: "Text",
};

/** Ordinary text: up to the next tag or comment. */
export function stepText(context: Context, text: string): Step {
  for (let from = 0; ;) {
    let at = text.indexOf("<", from);
    if (at < 0 || at + 1 === text.length) return { context, length: text.length };
    if (text.startsWith("<!--", at))
      return { context: { ...TEXT, state: "HTMLCmt" }, length: at + 4 };
    at += 1;
    const isEnd = text.charAt(at) === "/";
    if (isEnd) at += 1;
    if (isEnd && at === text.length) return { context, length: text.length };
    const name = /^[A-Za-z](?:[A-Za-z0-9]|[:-](?=[A-Za-z0-9]))*/.exec(
      text.slice(at, at + 500),
    )?.[0];
    if (name !== undefined) {
      const element = isEnd ? "None" : (ELEMENTS.get(name.toLowerCase()) ?? "None");
      return { context: { ...TEXT, state: "Tag", element }, length: at + name.length };
    }
    from = at;
  }
}

/** Inside a tag: up to the end of an attribute's name or of the tag. */
export function stepTag(context: Context, text: string): Step {
  const start = skipSpace(text, 0);
  if (start === text.length) return { context, length: start };
  if (text.charAt(start) === ">") {
    const { element } = context;
    const kept = element === "Meta" ? "None" : element;
    return { context: { ...TEXT, state: CONTENT[element], element: kept }, length: start + 1 };
  }
  const end = attributeNameEnd(text, start);
  if (end === start) {
    const found = quoteGo(text.slice(start));
    throw new HtmlError(`expected space, attr name, or end of tag, but got ${found}`);
  }
  const attr = attributeOf(text.slice(start, end).toLowerCase(), context.element);
  const state = end === text.length ? "AttrName" : "AfterName";
  return { context: { ...TEXT, state, element: context.element, attr }, length: end };
}

function attributeOf(name: string, element: Element): Attr {
  if (element === "Script" && name === "type") return "ScriptType";
  if (element === "Meta" && name === "content") return "MetaContent";
  switch (attributeKind(name)) {
    case "url":
      return "URL";
    case "css":
      return "Style";
    case "script":
      return "Script";
    case "srcset":
      return "Srcset";
    default:
      return "None";
  }
}

export function stepAttrName(context: Context, text: string): Step {
  const length = attributeNameEnd(text, 0);
  return { context: length === text.length ? context : { ...context, state: "AfterName" }, length };
}

export function stepAfterName(context: Context, text: string): Step {
  const start = skipSpace(text, 0);
  if (start === text.length) return { context, length: start };
  // The tag ends or another attribute follows: this one has no value.
  if (text.charAt(start) !== "=") return { context: { ...context, state: "Tag" }, length: start };
  return { context: { ...context, state: "BeforeValue" }, length: start + 1 };
}

export function stepBeforeValue(context: Context, text: string): Step {
  const start = skipSpace(text, 0);
  if (start === text.length) return { context, length: start };
  const quote = text.charAt(start);
  const delim = quote === '"' ? "DoubleQuote" : quote === "'" ? "SingleQuote" : "SpaceOrTagEnd";
  const length = delim === "SpaceOrTagEnd" ? start : start + 1;
  return { context: { ...context, state: ATTR_START[context.attr], delim }, length };
}

export function stepHtmlComment(context: Context, text: string): Step {
  const end = text.indexOf("-->");
  return end < 0 ? { context, length: text.length } : { context: TEXT, length: end + 3 };
}

/** A URL: notes whether its path is over. */
export function stepUrl(context: Context, text: string): Step {
  const length = text.length;
  if (/[#?]/.test(text)) return { context: { ...context, urlPart: "QueryOrFrag" }, length };
  if (context.urlPart === "None" && skipSpace(text, 0) < length) {
    return { context: { ...context, urlPart: "PreQuery" }, length };
  }
  return { context, length };
}

/** The `content` of a `meta`, in which a refresh can name a URL. */
export function stepMetaContent(context: Context, text: string): Step {
  const match = /url[ \t\n\f\r]*=/i.exec(text);
  if (match === null) return { context, length: text.length };
  const length = match.index + match[0].length;
  return { context: { ...context, state: "MetaContentURL" }, length };
}

export function stepMetaContentUrl(context: Context, text: string): Step {
  const end = text.indexOf(";");
  if (end < 0) return { context, length: text.length };
  return { context: { ...context, state: "MetaContent" }, length: end + 1 };
}

function attributeNameEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (" \t\n\f\r=>".includes(char)) return at;
    if (char === "'" || char === '"' || char === "<") {
      const shown = quoteGo(firstRunes(text, 32));
      throw new HtmlError(`${quoteGo(char)} in attribute name: ${shown}`);
    }
  }
  return text.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACE.includes(text.charAt(at))) at += 1;
  return at;
}
