/**
 * Patterns of file names as Go's `filepath.Match` reads them on Unix: `*` and `?` within one name,
 * `[a-c]`, `[^a]`, and `\` before a character that is meant. Braces and `**` mean nothing.
 *
 * Tenants write patterns, so a match must not take long: after a mismatch only the last star is
 * stretched, by one character (an earlier star need not be tried again, for the last one can take what
 * it would). That is at most the length of the pattern times that of the name.
 */

type Part =
  | { readonly kind: "star" }
  | { readonly kind: "any" }
  | { readonly kind: "one"; readonly char: string }
  | {
      readonly kind: "class";
      readonly isNegated: boolean;
      readonly ranges: readonly (readonly [low: number, high: number])[];
    };

/** A pattern made ready for matching. */
export interface FilePattern {
  /** Whether the whole name is meant. No part of a pattern but a `/` matches a `/`. */
  matches(name: string): boolean;
}

/** Makes a pattern ready; undefined when it is not well-formed, such as `[a`. */
export function compileFilePattern(pattern: string): FilePattern | undefined {
  const parts = parse(Array.from(pattern));
  return parts && { matches: (name) => matchParts(parts, Array.from(name)) };
}

function parse(chars: readonly string[]): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] as string; // in range
    if (char === "*") {
      if (parts.at(-1)?.kind !== "star") parts.push({ kind: "star" });
    } else if (char === "?") parts.push({ kind: "any" });
    else if (char === "[") {
      const found = parseClass(chars, at + 1);
      if (found === undefined) return undefined;
      parts.push(found.part);
      at = found.end;
    } else {
      if (char === "\\") at += 1;
      const meant = chars[at];
      if (meant === undefined) return undefined;
      parts.push({ kind: "one", char: meant });
    }
  }
  return parts;
}

/** A class from behind its bracket; `end` is the place of the closing one. */
function parseClass(
  chars: readonly string[],
  start: number,
): { readonly part: Part; readonly end: number } | undefined {
  const isNegated = chars[start] === "^";
  const ranges: (readonly [number, number])[] = [];
  let at = isNegated ? start + 1 : start;
  while (chars[at] !== "]" || ranges.length === 0) {
    const low = parseMember(chars, at);
    if (low === undefined) return undefined;
    const high = chars[low.next] === "-" ? parseMember(chars, low.next + 1) : low;
    if (high === undefined) return undefined;
    ranges.push([low.code, high.code]);
    at = high.next;
  }
  return { part: { kind: "class", isNegated, ranges }, end: at };
}

function parseMember(
  chars: readonly string[],
  at: number,
): { readonly code: number; readonly next: number } | undefined {
  const isEscaped = chars[at] === "\\";
  const char = isEscaped ? chars[at + 1] : chars[at];
  if (char === undefined || (!isEscaped && (char === "-" || char === "]"))) return undefined;
  return { code: char.codePointAt(0) as number, next: at + (isEscaped ? 2 : 1) }; // not empty
}

function matchParts(parts: readonly Part[], chars: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  /** The last star, and where the rest of the pattern was tried behind it. */
  let star = -1;
  let triedAt = 0;
  while (at < chars.length) {
    const current = parts[part];
    const char = chars[at] as string; // in range
    if (current?.kind === "star") {
      star = part;
      triedAt = at;
      part += 1;
    } else if (current !== undefined && matchesOne(current, char)) {
      part += 1;
      at += 1;
    } else if (star >= 0 && chars[triedAt] !== "/") {
      triedAt += 1;
      at = triedAt;
      part = star + 1;
    } else return false;
  }
  return parts.slice(part).every(({ kind }) => kind === "star");
}

function matchesOne(part: Exclude<Part, { kind: "star" }>, char: string): boolean {
  if (part.kind === "one") return char === part.char;
  if (char === "/") return false;
  if (part.kind === "any") return true;
  const code = char.codePointAt(0) as number; // not empty
  return part.isNegated !== part.ranges.some(([low, high]) => low <= code && code <= high);
}
