import { DELIM_ENDS, stepIn } from "./transition.ts";
import { isInTag, TEXT, type Context } from "./context.ts";

/** The text of some HTML without its tags and comments, for use in an attribute. */
export function stripTags(html: string): string {
  let context: Context = TEXT;
  let kept = "";
  let isAllText = true;
  let at = 0;
  while (at < html.length) {
    if (context.delim !== "None") {
      const end = html.slice(at).search(DELIM_ENDS[context.delim]);
      if (end < 0) break;
      at += context.delim === "SpaceOrTagEnd" ? end : end + 1;
      context = { ...TEXT, state: "Tag", element: context.element };
      continue;
    }
    // The content of scripts and styles is not looked into.
    const isContent = context.element !== "None" && !isInTag(context.state);
    const step = stepQuietly(isContent ? "RCDATA" : context.state, context, html.slice(at));
    const next = at + step.length;
    if (context.state === "Text" || context.state === "RCDATA") {
      const piece = html.slice(at, next);
      const tag = step.context.state === context.state ? -1 : piece.lastIndexOf("<");
      kept += tag < 0 ? piece : piece.slice(0, tag);
    } else isAllText = false;
    context = step.context;
    at = next;
  }
  if (isAllText) return html;
  const isText = context.state === "Text" || context.state === "RCDATA";
  return isText ? kept + html.slice(at) : kept;
}

/** What cannot be understood ends the text. */
function stepQuietly(
  ...[state, context, text]: Parameters<typeof stepIn>
): ReturnType<typeof stepIn> {
  try {
    return stepIn(state, context, text);
  } catch {
    return { context: { ...context, state: "Dead" }, length: text.length };
  }
}
