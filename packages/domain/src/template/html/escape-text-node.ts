/** Literal text of a template in HTML: comments go, stray `<` is escaped, and the context moves on. */
import { isComment, isInScriptLiteral, type Context } from "./context.ts";
import { TextWalk } from "./transition.ts";

/** Where the text leads, and what of it is written. @throws HtmlError */
export function escapeTextNode(
  start: Context,
  text: string,
): { readonly context: Context; readonly text: string } {
  const walk = new TextWalk(text);
  let context = start;
  let written = 0;
  let result = "";
  for (let at = 0; at < text.length;) {
    const step = walk.step(context, at);
    const next = at + step.length;
    const piece = new Piece(text, at, next);
    if (context.state === "Text" || context.state === "RCDATA") {
      for (const stray of piece.strayMarks(step.context.state !== context.state)) {
        result += `${text.slice(written, stray)}&lt;`;
        written = stray + 1;
      }
    } else if (isComment(context.state) && context.delim === "None") {
      result += commentRemains(context, text.slice(written, next));
      written = next;
    }
    const startsComment = step.context.state !== context.state && isComment(step.context.state);
    if (startsComment && step.context.delim === "None") {
      result += text.slice(written, next - COMMENT_STARTS[step.context.state as CommentState]);
      written = next;
    }
    if (isInScriptLiteral(context.state) && SPECIAL_TAG.test(piece.text)) {
      result += text.slice(written, at) + piece.text.replace(SPECIAL_TAGS, "\\x3C$1");
      written = next;
    }
    context = step.context;
    at = next;
  }
  if (written === 0) return { context, text };
  const isSwallowed = isComment(context.state) && context.delim === "None";
  return { context, text: isSwallowed ? result : result + text.slice(written) };
}

/** Tags that would end or change the script although they stand in a string. */
const SPECIAL_TAG = /<(script|\/script|!--)/i;
const SPECIAL_TAGS = /<(script|\/script|!--)/gi;

type CommentState =
  | "HTMLCmt"
  | "JSBlockCmt"
  | "JSLineCmt"
  | "JSHTMLOpenCmt"
  | "JSHTMLCloseCmt"
  | "CSSBlockCmt"
  | "CSSLineCmt";

/** Characters that start a comment. */
const COMMENT_STARTS: Readonly<Record<CommentState, number>> = {
  HTMLCmt: 4,
  JSBlockCmt: 2,
  JSLineCmt: 2,
  JSHTMLOpenCmt: 4,
  JSHTMLCloseCmt: 3,
  CSSBlockCmt: 2,
  CSSLineCmt: 2,
};

/** What a removed comment leaves, so that what it kept apart stays apart. */
function commentRemains({ state }: Context, comment: string): string {
  if (state === "CSSBlockCmt") return " ";
  if (state !== "JSBlockCmt") return "";
  return /[\n\r\u2028\u2029]/.test(comment) ? "\n" : " ";
}

/** A part of a text that one step of the state machine passed over. */
class Piece {
  readonly text: string;
  readonly #whole: string;
  readonly #from: number;

  constructor(whole: string, from: number, to: number) {
    this.text = whole.slice(from, to);
    this.#whole = whole;
    this.#from = from;
  }

  /** Where a `<` starts neither a tag nor a document type; the last one does if the piece ends in a tag. */
  *strayMarks(endsInTag: boolean): Generator<number> {
    const last = this.text.lastIndexOf("<");
    const end = endsInTag && last >= 0 ? last : this.text.length;
    for (
      let at = this.text.indexOf("<");
      at >= 0 && at < end;
      at = this.text.indexOf("<", at + 1)
    ) {
      const place = this.#from + at;
      if (!/^<!doctype/i.test(this.#whole.slice(place, place + 9))) yield place;
    }
  }
}
