const ACTION = /\{\{[\s\S]*?\}\}/g;

/** Says what is wrong with the syntax of a template; undefined when it can be used. */
export function checkUrlTemplate(text: string): string | undefined {
  return text.replace(ACTION, "").includes("{{") ? "an action is not closed" : undefined;
}
