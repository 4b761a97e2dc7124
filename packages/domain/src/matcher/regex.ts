/**
 * Regular expressions of matchers: RE2 syntax, matched against the whole value (S-67).
 *
 * Those of a common shape never reach the engine, see `readShape`. Everything else runs in re2js, whose time
 * is linear in the value whatever the pattern is, and which sees only values that begin as the pattern does.
 *
 * The engine keeps a state for each set of steps that it meets together, and goes from one to the next by a
 * look into a table. A hostile pattern has a new one at each character of a value, of 5 µs and a kilobyte
 * each. So a pattern has room for few of them: one that needs more is matched step by step, which is slower
 * for what repeats and ten times as fast for what does not.
 */
import { RE2Set } from "re2js";
import { regexCost } from "./regex-cost.ts";
import { literalPrefix } from "./regex-prefix.ts";
import { readShape, type ValueTest } from "./regex-shape.ts";
import { spellUnicodeClasses } from "./unicode-class.ts";

/** A pattern that compiles. */
export interface Regex {
  readonly ok: true;
  readonly test: ValueTest;
  /** What `patternCost` says of the pattern. */
  readonly steps: number;
}

export type RegexResult = Regex | { readonly ok: false; readonly error: string };

/** Who compiles patterns: a cache, or who watches what they take. */
export interface RegexCompiler {
  compile(pattern: string): RegexResult;
}

const CACHE_SIZE = 4096;

/**
 * Compiled patterns, shared by tenants that write the same. Holds at most twice `generationSize`: when the
 * young generation is full it becomes the old one, and the old one is dropped.
 */
export class RegexCache implements RegexCompiler {
  readonly #generationSize: number;
  #young = new Map<string, RegexResult>();
  #old = new Map<string, RegexResult>();

  constructor(generationSize: number = CACHE_SIZE / 2) {
    this.#generationSize = generationSize;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  compile(pattern: string): RegexResult {
    const young = this.#young.get(pattern);
    if (young !== undefined) return young;
    const result = this.#old.get(pattern) ?? compileRegex(pattern);
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(pattern, result);
    return result;
  }
}

/** What the states of a pattern may take, see above: some hundreds of states, the more the longer it is. */
const STATES_BYTES_MIN = 65_536;
const STATES_BYTES_PER_STEP = 64;
const STATES_BYTES_MAX = 8_388_608;

/** Compiles a pattern, anchored as `^(?:pattern)$`. The error names the pattern and the reason. */
export function compileRegex(pattern: string): RegexResult {
  const shape = readShape(pattern);
  if (shape !== undefined) return { ok: true, ...shape };
  if (!pattern.isWellFormed()) return refuse(pattern, "it is not valid UTF-8");
  try {
    const steps = regexCost(pattern);
    const memoryMax = STATES_BYTES_MIN + STATES_BYTES_PER_STEP * steps;
    const regex = new RE2Set(RE2Set.UNANCHORED, 0, Math.min(memoryMax, STATES_BYTES_MAX));
    regex.add(`^(?:${spellUnicodeClasses(pattern)})$`);
    regex.compile();
    // The parsed form is a third of the memory, and only adding a pattern would need it again.
    regex.regexps.length = 0;
    const prefix = literalPrefix(pattern);
    const test: ValueTest =
      prefix === ""
        ? (value) => regex.match(value).length > 0
        : (value) => value.startsWith(prefix) && regex.match(value).length > 0;
    return { ok: true, test, steps };
  } catch (thrown) {
    return refuse(pattern, reasonOf(thrown));
  }
}

/** True if a pattern without a problem, not anchored, is found in the empty string: what silences refuse (S-62). */
export function findsEmpty(pattern: string, compiler?: RegexCompiler): boolean {
  // There is one place to look at, and it is the whole value.
  const regex = compiler === undefined ? compileRegex(pattern) : compiler.compile(pattern);
  return regex.ok && regex.test("");
}

/** The reason why the bare pattern is refused; undefined if it can be read. */
export function regexProblem(pattern: string): string | undefined {
  if (!pattern.isWellFormed()) return refuse(pattern, "it is not valid UTF-8").error;
  if (readShape(pattern) !== undefined) return undefined;
  try {
    new RE2Set().add(spellUnicodeClasses(pattern));
    return undefined;
  } catch (thrown) {
    return refuse(pattern, reasonOf(thrown)).error;
  }
}

/** The engine's words, as Go has them where the two differ. */
function reasonOf(thrown: unknown): string {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return reason
    .replace(/trailing backslash at end of expression$/, "$&: ``")
    .replace(
      /invalid named capture: `(\(\?P|\(\?<)<?`$/,
      "invalid or unsupported Perl syntax: `$1`",
    )
    .replace(/(`\\[pP]\{.*)=\}`$/s, "$1}`");
}

function refuse(pattern: string, reason: string): RegexResult & { ok: false } {
  const wanted = "wanted RE2 syntax, without look-around and back-references";
  return {
    ok: false,
    error: `Cannot compile regex ${JSON.stringify(pattern)}: ${reason}; ${wanted}`,
  };
}

/** The steps that a pattern takes, see `regexCost`; 0 if it is not RE2 that answers. */
export function patternCost(pattern: string, costMax?: number): number {
  return readShape(pattern) === undefined ? regexCost(pattern, costMax) : 0;
}
