/** Steps through CSS, and the comments that CSS and JavaScript have alike. */
import { quoteGo } from "../../text/index.ts";
import { HtmlError, type Context, type Step } from "./context.ts";
import { stepUrl } from "./markup.ts";

const LINE_END = { script: /[\n\r\u2028\u2029]/, style: /[\n\f\r]/ } as const;

export function stepStyle(context: Context, text: string): Step {
  const enter = (state: Context["state"], length: number): Step => ({
    context: { ...context, state },
    length,
  });
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case "(": {
        if (!endsInUrl(text.slice(0, at))) break;
        let next = at + 1;
        while (/[\t\n\f\r ]/.test(text.charAt(next))) next += 1;
        if (text.charAt(next) === '"') return enter("CSSDqURL", next + 1);
        if (text.charAt(next) === "'") return enter("CSSSqURL", next + 1);
        return enter("CSSURL", next);
      }
      case "/":
        if (text.charAt(at + 1) === "/") return enter("CSSLineCmt", at + 2);
        if (text.charAt(at + 1) === "*") return enter("CSSBlockCmt", at + 2);
        break;
      case '"':
        return enter("CSSDqStr", at + 1);
      case "'":
        return enter("CSSSqStr", at + 1);
      default:
    }
  }
  return { context, length: text.length };
}

function endsInUrl(text: string): boolean {
  return /(?:^|[^A-Za-z0-9_\u0080-\uffff-])url[\t\n\f\r ]*$/i.test(text.slice(-1000));
}

/** A string or URL of CSS; both are watched for where a URL's path ends. */
export function stepStyleString(context: Context, text: string): Step {
  const end = STRING_END[context.state as keyof typeof STRING_END]; // called in these states only
  let from = 0;
  let current = context;
  for (;;) {
    const found = text.slice(from).search(end);
    if (found < 0) {
      const rest = stepUrl(current, decodeCss(text.slice(from))).context;
      return { context: rest, length: text.length };
    }
    let at = from + found;
    if (text.charAt(at) !== "\\") {
      return { context: { ...current, state: "CSS" }, length: at + 1 };
    }
    at += 1;
    if (at === text.length) {
      throw new HtmlError(`unfinished escape sequence in CSS string: ${quoteGo(text)}`);
    }
    current = stepUrl(current, decodeCss(text.slice(0, at + 1))).context;
    from = at + 1;
  }
}

const STRING_END = {
  CSSDqStr: /[\\"]/,
  CSSDqURL: /[\\"]/,
  CSSSqStr: /[\\']/,
  CSSSqURL: /[\\']/,
  CSSURL: /[\\\t\n\f\r )]/,
} as const;

/** Replaces the escapes of CSS by what they stand for. */
export function decodeCss(text: string): string {
  return text.replace(
    /\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[\t\n\f\r ])?|([^]))/gu,
    (_whole, hex: string | undefined, char: string | undefined) => {
      if (hex === undefined) return char ?? "";
      const code = Number.parseInt(hex, 16);
      const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : "\ufffd";
    },
  );
}

export function stepBlockComment(context: Context, text: string): Step {
  const end = text.indexOf("*/");
  if (end < 0) return { context, length: text.length };
  const state = context.state === "JSBlockCmt" ? "JS" : "CSS";
  return { context: { ...context, state }, length: end + 2 };
}

/** The end of the line belongs to what follows. */
export function stepLineComment(context: Context, text: string): Step {
  const isStyle = context.state === "CSSLineCmt";
  const end = text.search(isStyle ? LINE_END.style : LINE_END.script);
  if (end < 0) return { context, length: text.length };
  return { context: { ...context, state: isStyle ? "CSS" : "JS" }, length: end };
}
