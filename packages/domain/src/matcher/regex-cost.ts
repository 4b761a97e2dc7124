/**
 * How much work a pattern is, seen from its text: about as many steps as the program has that RE2 makes of
 * it. Compiling takes some 10 µs for each, and matching a few ns for each and each character of the value;
 * neither can be stopped. `a{1000}` is seven characters and a thousand steps.
 *
 * What stands behind something of variable length can begin at many places of the value at once: in
 * `.*a[ab]{900}` a thousand steps are alive at each character, and each takes some 25 ns. Such steps are
 * called wide here and cost more; of the others, the narrow ones, one is alive at a time. A group that is
 * repeated and matches several lengths is wide as a whole: its beginning stands behind its end. Each side of
 * a bar begins where the group does. Of a text as many steps are alive as it overlaps itself: one of `web`,
 * three of `aaa`. What takes no character, a bracket that captures or `\b`, is gone through with what stands
 * beside it, so it is wide in any case.
 *
 * Without regard to case the engine takes each range of a class character by character, 30 ns for each.
 *
 * It is an estimate for limits, not a parser: what it misreads RE2 refuses.
 */

/** Nothing is counted further: any limit is below. */
const COST_MAX = 1_000_000;

// None of these reads far for nothing: a text made of their beginnings is gone through once.
const ESCAPE = /\\(?:Q[^]*?(?:\\E|$)|[pP](?:\{[^}]{0,40}\}|[A-Za-z])|x\{[^}]{0,8}\}|[^])/y;
const GROUP_START = /\((?:\?(?:P?<\w+>|[imsU-]*:?))?/y;
const POSIX_NAME = /^\[:\^?\w+:\]/;
const REPEAT = /\{(\d+)(?:,(\d*))?\}/y;

const OPERATORS = new Set("()|*+?.^$");

/** As often a step counts that may be alive at many places at once. */
const WIDE_FACTOR = 20;

const CAPTURING = /^\((?!\?)|</;
const ASSERTION = /^(?:[$^]|\\[AbBz])$/;

/** A class of Unicode has hundreds of ranges. */
const UNICODE_CLASS_COST = 14;

/** A pattern, or a part of it, is without regard to case. */
const FOLDING = /\(\?[a-zA-Z-]*i/;
const FOLDED_PER_STEP = 150;

/** RE2 refuses a larger one, and more of several one inside the other, at once. */
const REPEAT_MAX = 1_000;

interface Part {
  /** Steps of the program. */
  cost: number;
  /** Of these, those that are alive at many places if the part is repeated or comes behind what varies. */
  narrow: number;
  /** Of these, those that are alive at many places in any case. */
  wide: number;
  /** Whether it matches several lengths. */
  isVariable: boolean;
  /** Whether what stands before it does. */
  readonly isBehindVariable: boolean;
  /** The largest product of repetitions one inside the other. */
  repeats: number;
}

const NOTHING: Part = {
  cost: 0,
  narrow: 0,
  wide: 0,
  isVariable: false,
  isBehindVariable: false,
  repeats: 1,
};

/**
 * The steps of a pattern, at most a million; of one that RE2 refuses for a repetition, the characters that it
 * reads to see that. Takes time linear in its length, but reads no further than it takes to see that the
 * steps are more than `costMax`.
 */
export function regexCost(pattern: string, costMax: number = COST_MAX): number {
  const reading = new Reading(FOLDING.test(pattern));
  let tokenCount = 0;
  for (let at = 0; at < pattern.length;) {
    const token = tokenAt(pattern, at);
    at += token.length;
    reading.take(token);
    if (reading.isRefused) return Math.min(at, COST_MAX);
    tokenCount += 1;
    // Brackets come in pairs, and what repeats has something to repeat: a step for two at least.
    if (tokenCount > 2 * (costMax + 1)) break;
  }
  return Math.min(reading.end(), COST_MAX);
}

/** A pattern as far as it was read. */
class Reading {
  readonly #isFolding: boolean;
  readonly #outer: Part[] = [];
  #group: Part = { ...NOTHING };
  /** What a repetition repeats that comes next. */
  #last: Part = { ...NOTHING };
  /** The text that was read last, of which it is not known yet how much is alive at a time. */
  #text: string[] = [];
  /** Whether what was read so far matches several lengths, from the last bar on. */
  #isVariable = false;

  constructor(isFolding: boolean) {
    this.#isFolding = isFolding;
  }

  get isRefused(): boolean {
    return this.#group.repeats > REPEAT_MAX;
  }

  take(token: string): void {
    if (isText(token)) return this.#takeText(token);
    this.#endText();
    if (token.startsWith("(")) this.#open(token);
    else if (token === ")") this.#close();
    else if (token === "|") this.#takeBar();
    else if (token === "*" || token === "+") this.#repeat({ copies: 1, isLoop: true });
    else if (token === "?") this.#repeat({ copies: 1, isVariable: true });
    else if (isRepetition(token)) this.#repeatCounted(token);
    else this.#takeClass(token);
  }

  /** The steps of all. A group that is never closed is read all the same. */
  end(): number {
    this.#endText();
    while (this.#outer.length > 0) this.#close();
    return this.#group.cost + (WIDE_FACTOR - 1) * this.#group.wide;
  }

  #takeText(token: string): void {
    this.#text.push(token.toLowerCase());
    this.#group.cost += 1;
    this.#last = this.#partOf(1, 1);
  }

  #endText(): void {
    if (this.#text.length === 0) return;
    addAlive(this.#group, this.#partOf(0, overlaps(this.#text)));
    this.#text = [];
  }

  /** A class is as much work to read as it has ranges, a quoted text as it has characters. */
  #takeClass(token: string): void {
    if (ASSERTION.test(token)) return this.#add({ ...NOTHING, cost: 1, wide: 1 });
    const unicodeCount = countUnicodeClasses(token);
    const ownCost = Math.ceil(token.length / 4) + UNICODE_CLASS_COST * unicodeCount;
    const cost = this.#isFolding
      ? 2 * ownCost + Math.ceil(countFolded(token) / FOLDED_PER_STEP)
      : ownCost;
    const alive = token.startsWith("\\Q") ? token.length : 1 + Math.min(unicodeCount, 1);
    this.#add(this.#partOf(cost, alive));
  }

  /** A way more at the beginning of the group. */
  #takeBar(): void {
    this.#isVariable = this.#group.isBehindVariable;
    this.#add(this.#partOf(1, 1));
    this.#group.isVariable = true;
  }

  #open(token: string): void {
    this.#outer.push(this.#group);
    const wide = CAPTURING.test(token) ? 1 : 0;
    this.#group = { ...NOTHING, cost: 1, wide, isBehindVariable: this.#isVariable };
  }

  #close(): void {
    const inner = this.#group;
    const group = this.#outer.pop() ?? { ...NOTHING, cost: 1 };
    this.#isVariable = inner.isBehindVariable || inner.isVariable;
    group.isVariable ||= inner.isVariable;
    group.repeats = Math.max(group.repeats, inner.repeats);
    this.#group = group;
    this.#add(inner);
  }

  #add(part: Part): void {
    this.#group.cost += part.cost;
    addAlive(this.#group, part);
    this.#last = part;
  }

  #repeatCounted(token: string): void {
    const count = countOf(token);
    const isLoop = token.endsWith(",}");
    this.#last.repeats = count === 0 ? 1 : count * this.#last.repeats;
    this.#group.repeats = Math.max(this.#group.repeats, this.#last.repeats);
    this.#repeat({ copies: Math.max(count, 1), isLoop, isVariable: token.includes(",") });
  }

  /** What comes again is alive together with what came before if either varies. */
  #repeat({ copies, isLoop = false, isVariable = isLoop }: Repetition): void {
    const group = this.#group;
    const part = this.#last;
    const isOften = copies > 1 || isLoop;
    if (isOften && part.isVariable) {
      group.narrow -= part.narrow;
      group.wide += part.narrow;
      part.wide += part.narrow;
      part.narrow = 0;
    }
    if (isVariable) addAlive(group, this.#partOf(1, 1));
    group.cost += (copies - 1) * part.cost + (isVariable ? 1 : 0);
    group.narrow += (copies - 1) * part.narrow;
    group.wide += (copies - 1) * part.wide;
    part.cost *= copies;
    part.narrow *= copies;
    part.wide *= copies;
    part.isVariable ||= isVariable;
    if (isVariable) this.#vary();
  }

  #vary(): void {
    this.#group.isVariable = true;
    this.#isVariable = true;
  }

  #partOf(cost: number, alive: number): Part {
    const kind = this.#isVariable ? { wide: alive } : { narrow: alive };
    return { ...NOTHING, cost, ...kind };
  }
}

interface Repetition {
  /** As often it stands in the program. */
  readonly copies: number;
  readonly isLoop?: boolean;
  readonly isVariable?: boolean;
}

function addAlive(group: Part, part: Part): void {
  group.narrow += part.narrow;
  group.wide += part.wide;
}

/** What stands for itself, escaped or not. */
function isText(token: string): boolean {
  if (token.startsWith("\\")) return /^\\[^0-9A-Za-z]$/s.test(token);
  return token.length === 1 && !OPERATORS.has(token);
}

function isRepetition(token: string): boolean {
  return token.length > 1 && token.startsWith("{");
}

/** At most so many characters are in the ranges of a class: each ends at the last one written, at most. */
function countFolded(token: string): number {
  const rangeCount = token.split("-").length - 1;
  if (rangeCount === 0) return 0;
  let last = 0;
  for (const char of token) last = Math.max(last, char.codePointAt(0) ?? 0);
  for (const [, hex = ""] of token.matchAll(/\\x\{?([0-9A-Fa-f]+)/g)) {
    last = Math.max(last, Number.parseInt(hex, 16));
  }
  return rangeCount * Math.min(last, 0x10_ff_ff);
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

/**
 * How many beginnings of a text may be at work at one place: two for `abab`, since the second one begins
 * before the first is done. By the borders of each beginning, as in the search of Knuth, Morris and Pratt.
 */
function overlaps(text: readonly string[]): number {
  const borders = [0];
  const depths = [1];
  for (let at = 1; at < text.length; at += 1) {
    let border = borders[at - 1] ?? 0;
    while (border > 0 && text[at] !== text[border]) border = borders[border - 1] ?? 0;
    if (text[at] === text[border]) border += 1;
    borders.push(border);
    depths.push(1 + (border > 0 ? (depths[border - 1] ?? 0) : 0));
  }
  return depths.reduce((most, depth) => Math.max(most, depth), 0);
}
