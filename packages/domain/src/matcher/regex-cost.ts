/**
 * How much work a pattern is, seen from its text: about as many steps as the program has that RE2 makes of
 * it. Compiling takes some 10 µs for each, and matching a few ns for each and each character of the value;
 * neither can be stopped. `a{1000}` is seven characters and a thousand steps.
 *
 * What stands behind something of variable length can begin at many places of the value at once: in
 * `.*a[ab]{900}` a thousand steps are alive at each character, in ever new combinations, and each takes ten
 * times as long. So classes, bars and repetitions cost more there. Plain texts make few combinations.
 *
 * It is an estimate for limits, not a parser: what it misreads RE2 refuses.
 */

/** Nothing is counted further: any limit is below. */
const COST_MAX = 1_000_000;

// None of these reads far for nothing: a text made of their beginnings is gone through once.
const ESCAPE = /\\(?:Q[^]*?(?:\\E|$)|[pP]\{[^}]{0,40}\}|x\{[^}]{0,8}\}|[^])/y;
const GROUP_START = /\((?:\?(?:P?<\w+>|[imsU-]*:?))?/y;
const POSIX_NAME = /^\[:\^?\w+:\]/;
const REPEAT = /\{(\d+)(?:,(\d*))?\}/y;

/** As often a step counts that may be alive at many places at once. */
const WIDE_FACTOR = 12;
const VARIABLE = new Set(["*", "+", "?", "|"]);
/** A class, any character, a bar; what is escaped only if it stands for several. */
const CHOICE = /^(?:[[.|]|\\[dDwWsSpPC])/;

/** A class of Unicode has hundreds of ranges. */
const UNICODE_CLASS_COST = 4;

interface Group {
  cost: number;
  /** Of what a repetition behind it repeats. */
  last: number;
  /** The largest product of repetitions one inside the other. */
  repeats: number;
  /** The same of what a repetition behind it repeats. */
  lastRepeats: number;
}

const EMPTY: Group = { cost: 0, last: 0, repeats: 1, lastRepeats: 1 };

/** RE2 refuses a larger one, and more of several one inside the other, at once. */
const REPEAT_MAX = 1_000;

/**
 * The steps of a pattern, at most a million; of one that RE2 refuses for a repetition, the characters that it
 * reads to see that. Takes time linear in its length.
 */
export function regexCost(pattern: string): number {
  const outer: Group[] = [];
  let group: Group = { ...EMPTY };
  let isVariable = false;
  /** Of the steps those that may be alive at many places. */
  let wideCost = 0;
  const add = (cost: number, repeats = 1): void => {
    group.last = Math.min(cost, COST_MAX);
    group.cost = Math.min(group.cost + group.last, COST_MAX);
    group.lastRepeats = repeats;
    group.repeats = Math.max(group.repeats, repeats);
  };
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at];
    const token = tokenAt(pattern, at);
    at += token.length;
    if (char === "(") {
      outer.push(group);
      group = { ...EMPTY };
    } else if (char === ")") {
      const { cost, repeats } = group;
      group = outer.pop() ?? { ...EMPTY };
      add(cost + 1, repeats);
    } else if (char === "{" && token.length > 1) {
      const count = countOf(token);
      group.lastRepeats = count === 0 ? 1 : count * group.lastRepeats;
      group.repeats = Math.max(group.repeats, group.lastRepeats);
      if (group.lastRepeats > REPEAT_MAX) return Math.min(at, COST_MAX);
      const repeated = group.last * (count - 1);
      group.cost = Math.min(group.cost + Math.max(repeated, 0), COST_MAX);
      group.last = Math.min(group.last + Math.max(repeated, 0), COST_MAX);
      if (isVariable) wideCost += Math.max(repeated, 0);
      isVariable ||= token.includes(",");
    } else if (char === "*" || char === "+" || char === "?") {
      group.cost += 1;
    } else {
      // A class is as much work as it has ranges, an escaped text as it has characters.
      const cost = Math.ceil(token.length / 4) + UNICODE_CLASS_COST * countUnicodeClasses(token);
      add(cost);
      if (isVariable && CHOICE.test(token)) wideCost += cost;
    }
    isVariable ||= VARIABLE.has(token);
  }
  // A group that is never closed is read all the same.
  const open = outer.reduce((sum, { cost }) => sum + cost + 1, group.cost);
  return Math.min(open + (WIDE_FACTOR - 1) * wideCost, COST_MAX);
}

function countUnicodeClasses(token: string): number {
  return token.length === 1 ? 0 : (token.match(/\\[pP]/g)?.length ?? 0);
}

function tokenAt(pattern: string, at: number): string {
  if (pattern[at] === "[") return pattern.slice(at, findClassEnd(pattern, at));
  const form = { "\\": ESCAPE, "(": GROUP_START, "{": REPEAT }[pattern[at] ?? ""];
  if (form === undefined) return pattern.charAt(at);
  form.lastIndex = at;
  return form.exec(pattern)?.[0] ?? pattern.charAt(at);
}

/** Behind the bracket that closes a class; the end of the pattern if none does. */
function findClassEnd(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === "^") at += 1;
  // A bracket that stands first is meant as it is.
  if (pattern[at] === "]") at += 1;
  while (at < pattern.length && pattern[at] !== "]") {
    if (pattern[at] === "\\") at += 2;
    else at += POSIX_NAME.exec(pattern.slice(at, at + 12))?.[0].length ?? 1;
  }
  return Math.min(at + 1, pattern.length);
}

/** The larger number of `{2,30}`; of `{2,}` the only one. */
function countOf(repeat: string): number {
  const numbers = repeat.match(/\d+/g) ?? [];
  return Math.max(...numbers.map(Number));
}
