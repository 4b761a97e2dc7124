/**
 * Which matchers and label names are allowed. `classic`: ASCII names, upstream's old parser. `utf8`: any
 * UTF-8, the new parser. `fallback` (the default): the new parser, and the old one where they disagree.
 */
export type MatcherMode = "classic" | "utf8" | "fallback";

const CLASSIC_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** True if a label or annotation may be called so in the mode (S-4). */
export function isValidLabelName(name: string, mode: MatcherMode): boolean {
  return mode === "classic" ? isClassicLabelName(name) : name !== "" && name.isWellFormed();
}

/** ASCII letters, digits and `_`, no digit first: what `match`, `source_match` and so on accept. */
export function isClassicLabelName(name: string): boolean {
  return CLASSIC_NAME.test(name);
}
