/**
 * The patterns that need no engine. Most in the field are a name, a few names with bars between, or a name
 * with `.*` before or after: a comparison of strings answers as RE2 would, two to ten times as fast. The
 * awkward case is that `.` does not match a newline, so the free part must not contain one.
 */

/** Tells whether a whole value matches. */
export type ValueTest = (value: string) => boolean;

/** A pattern of one of the common shapes. */
interface Shape {
  readonly test: ValueTest;
  /** What comparing takes for each character of the value, in steps as `patternCost` counts them. */
  readonly steps: number;
}

/** The shape of a pattern; undefined if it has none of them. */
export function readShape(pattern: string): Shape | undefined {
  // One group around all, and anchors around that, as `match_re` has them: they change nothing.
  const wrapped = /^\^?\((?:\?:)?([^()]*)\)\$?$/.exec(pattern)?.[1];
  const body = wrapped ?? pattern;
  if (body === ".*") return free(isOneLine);
  if (body === ".+") return free((value) => value !== "" && isOneLine(value));
  return isLiteral(body, BAR_CODE) ? free(alternatives(body)) : readAffix(body);
}

/** One whose comparison is no work to speak of. */
function free(test: ValueTest): Shape {
  return { test, steps: 0 };
}

/** The names are read when it is first asked: there may be tens of thousands, and some only want to know the shape. */
function alternatives(list: string): ValueTest {
  if (!list.includes("|")) {
    const only = unescaped(list);
    return (value) => value === only;
  }
  let accepted: ReadonlySet<string> | undefined;
  return (value) => {
    accepted ??= new Set(unescaped(list).split("|"));
    return accepted.has(value);
  };
}

/** `abc.*`, `abc.+`, `.*abc`, `.+abc`, `.*abc.*` and mixtures. */
function readAffix(body: string): Shape | undefined {
  const parts = /^(\.[*+])?([^]*?)(\.[*+])?$/.exec(body);
  const [, before, middle = "", after] = parts ?? [];
  const literal = readLiteral(middle);
  if (literal === undefined || literal === "" || literal.includes("\n")) return undefined;
  const beforeSize = before === ".+" ? 1 : 0;
  const afterSize = after === ".+" ? 1 : 0;
  if (before === undefined) {
    const sizeMin = literal.length + afterSize;
    return free(
      (value) => value.length >= sizeMin && value.startsWith(literal) && isOneLine(value),
    );
  }
  if (after === undefined) {
    const sizeMin = literal.length + beforeSize;
    return free((value) => value.length >= sizeMin && value.endsWith(literal) && isOneLine(value));
  }
  const test: ValueTest = (value) => {
    const at = value.indexOf(literal, beforeSize);
    return at >= 0 && at + literal.length + afterSize <= value.length && isOneLine(value);
  };
  return { test, steps: searchSteps(literal) };
}

/**
 * What looking for a text in the middle may take: at worst its beginning is compared at each character. One
 * longer than the value is not there at all.
 */
function searchSteps({ length }: string): number {
  return Math.ceil(Math.min(length, SEARCHED_SIZE_MAX) / COMPARED_PER_STEP);
}

const SEARCHED_SIZE_MAX = 4_096;
const COMPARED_PER_STEP = 8;

/** The text that a pattern stands for when it has nothing special but escaped punctuation. */
function readLiteral(pattern: string): string | undefined {
  return isLiteral(pattern) ? unescaped(pattern) : undefined;
}

const BAR_CODE = 0x7c;
const BACKSLASH_CODE = 0x5c;
/** What means something else than itself. */
const SPECIAL = codesOf(".+*?()|[]{}^$");
/** What may stand behind a backslash; a bar is left to the engine, so that those without are between texts. */
const ESCAPABLE = codesOf("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{}~");

/** By hand and in one pass: some patterns are tens of thousands of names. `allowedCode` is not special. */
function isLiteral(pattern: string, allowedCode?: number): boolean {
  for (let at = 0; at < pattern.length; at += 1) {
    const code = pattern.charCodeAt(at);
    if (code === BACKSLASH_CODE) {
      at += 1;
      if (ESCAPABLE[pattern.charCodeAt(at)] !== 1) return false;
    } else if (SPECIAL[code] === 1 && code !== allowedCode) return false;
  }
  return pattern.isWellFormed();
}

function unescaped(literal: string): string {
  if (!literal.includes("\\\\")) return literal.replaceAll("\\", "");
  return literal.replace(/\\([^])/g, "$1");
}

function codesOf(chars: string): Uint8Array {
  const codes = new Uint8Array(128);
  for (const char of chars) codes[char.charCodeAt(0)] = 1;
  return codes;
}

function isOneLine(value: string): boolean {
  return !value.includes("\n");
}
