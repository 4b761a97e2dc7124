/**
 * The text with which every value begins that a pattern matches, so that most values are turned away by a
 * comparison of strings: of ten thousand routes by host name all but a few are not asked. It is what is
 * written at the beginning of the pattern before anything that has a meaning, and may be shorter than it
 * could be. None is found where a bar stands outside of groups, since it separates whole patterns, nor where
 * a bracket closes more than was opened: patterns are compiled within a group.
 */

const SPECIAL = new Set(".+*?()|[]{}^$\\");
/** What changes how often the character before it is there, if it is there at all. */
const REPEATING = new Set("*+?{");
/** Flags and the ends of quoted stretches are nothing: what repeats behind them repeats what is before. */
const NOTHING = /^(?:\(\?[^:P<]|\\[QE])/;
/** `[:^xdigit:]` is the longest, without its beginning. */
const CLASS_NAME_SIZE_MAX = 9;
/** Behind a backslash these stand for themselves. */
const PUNCTUATION = /^[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]$/;

/** The prefix; "" if none is seen. The pattern is one that compiles. */
export function literalPrefix(pattern: string): string {
  // Behind an anchor as before it; a second one is left to the engine.
  let at = pattern.startsWith("^") ? 1 : 0;
  const begin = at;
  const chars: string[] = [];
  while (at < pattern.length) {
    const char = readChar(pattern, at);
    if (char === undefined) break;
    chars.push(char.text);
    at = char.end;
  }
  if (at === begin || NOTHING.test(pattern.slice(at)) || hasBarOutside(pattern)) return "";
  if (REPEATING.has(pattern.charAt(at))) chars.pop();
  return chars.join("");
}

/** A character that stands for itself; undefined for anything else. */
function readChar(pattern: string, at: number): { text: string; end: number } | undefined {
  if (pattern.charAt(at) === "\\") {
    const escaped = pattern.charAt(at + 1);
    return PUNCTUATION.test(escaped) ? { text: escaped, end: at + 2 } : undefined;
  }
  const text = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
  return SPECIAL.has(text) ? undefined : { text, end: at + text.length };
}

/** Perhaps: a bar that separates whole patterns, or a bracket that would close a group around this one. */
function hasBarOutside(pattern: string): boolean {
  let depth = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "\\") {
      at += 1;
      // A quoted stretch may hold anything.
      if (pattern.charAt(at) === "Q") return true;
    } else if (char === "[") {
      at = endOfClass(pattern, at);
    } else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    if (depth < 0 || (char === "|" && depth === 0)) return true;
  }
  return false;
}

/** Where the bracket is that closes the class; a bracket right at the beginning is a member of it. */
function endOfClass(pattern: string, begin: number): number {
  let at = begin + (pattern.charAt(begin + 1) === "^" ? 2 : 1);
  if (pattern.charAt(at) === "]") at += 1;
  while (at < pattern.length && pattern.charAt(at) !== "]") {
    if (pattern.charAt(at) === "\\") at += 2;
    else if (pattern.startsWith("[:", at)) {
      const end = pattern.slice(at + 2, at + 2 + CLASS_NAME_SIZE_MAX).indexOf(":]");
      at += end < 0 ? 1 : end + 4;
    } else at += 1;
  }
  return at;
}
