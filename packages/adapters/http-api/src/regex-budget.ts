import {
  askingCost,
  compileRegex,
  patternCost,
  type Matcher,
  type RegexCompiler,
  type RegexResult,
  workOnLabels,
} from "@tocsin/domain/matcher";
import { longestValue, type LabelSet } from "@tocsin/domain/model";
import type { SilenceDraft } from "@tocsin/engine/api";
import { AppError } from "@tocsin/foundation";
import { readTenant, type ApiContext } from "./context.ts";
import type { Exchange } from "./exchange.ts";
import type { Query } from "./query-text.ts";

/** Compiling so much takes some 10 to 20 ms each time. A list of names with bars between costs nothing, however long. */
const COST_MAX = 2_400;

const ADVICE =
  "a{100} has a hundred, behind .* each counts twentyfold, " +
  "and names with | between have none if each . in them is written \\.";
const SHOWN_SIZE_MAX = 60;

/**
 * The regular expressions that one request may have together: neither compiling nor matching can be stopped.
 * Compiles each once, and throws before it is too much.
 */
export class RegexBudget implements RegexCompiler {
  readonly #what: string;
  readonly #known = new Map<string, RegexResult>();
  #cost = 0;

  /** `what` names where they stand. */
  constructor(what: string) {
    this.#what = what;
  }

  compile(pattern: string): RegexResult {
    const known = this.#known.get(pattern);
    if (known !== undefined) return known;
    this.spend(pattern);
    const result = compileRegex(pattern);
    this.#known.set(pattern, result);
    return result;
  }

  /** For who compiles it later. */
  spend(pattern: string): void {
    const cost = patternCost(pattern, COST_MAX);
    this.#cost += cost;
    if (this.#cost <= COST_MAX) return;
    const shown = JSON.stringify(
      pattern.length > SHOWN_SIZE_MAX ? `${pattern.slice(0, SHOWN_SIZE_MAX)}…` : pattern,
    );
    const steps = `${this.#cost} steps of at most ${COST_MAX}, ${cost} of them in ${shown}`;
    throw new AppError(
      "invalid-argument",
      `regular expressions of ${this.#what} are too large: ${steps}; ${ADVICE}`,
    );
  }
}

const QUERIED = ["filter", "receiver", "receiver_matchers", "matchers"];
/** Matchers may have characters by their numbers, so that the pattern is not to be seen in the text. */
const ESCAPED = /\\[xuU0-7]/;
/** What a pattern takes however short it is. */
const STEPS_MIN = 30;

/** About how many steps the regular expressions of a list's parameters have; more than allowed is refused later. */
export function stepsOfQuery(query: Query): number {
  const texts = QUERIED.flatMap((name) => query.getAll(name));
  const steps = texts.reduce((sum, text) => sum + STEPS_MIN + costOfParameter(text), 0);
  return Math.min(steps, COST_MAX);
}

function costOfParameter(text: string): number {
  return ESCAPED.test(text) ? COST_MAX : patternCost(text.replaceAll("\\\\", "\\"), COST_MAX);
}

/** What matching one value may take: some 3 ns for each step and character. */
const MATCH_COST_MAX = 20_000_000;

/** Tells of labels how much work it is to match them. Throws when it could not be done in one go. */
export function matchWorkOf(matchers: readonly Matcher[]): (labels: LabelSet) => number {
  if (matchers.length === 0) return () => 0;
  const cost = askingCost(matchers);
  return (labels) => {
    const work = workOnLabels(labels)(cost);
    if (work <= MATCH_COST_MAX || cost.steps === 0) return work;
    const steps = `with ${cost.steps} steps, for a label of ${longestValue(labels)} characters`;
    throw new AppError(
      "invalid-argument",
      `regular expressions of a filter are too large, ${steps}`,
    );
  };
}

/** As often a silence's expressions are read or compiled. */
const COMPILED_COUNT = 3;

/**
 * The same for a silence; what it takes is taken in turns. A stored one that is posted again, with
 * another end perhaps, is not refused: it may be of another program's data folder, and is compiled already.
 */
export async function payForSilence(
  context: ApiContext,
  exchange: Exchange,
  draft: SilenceDraft,
): Promise<void> {
  const patterns = regexesOf(draft);
  const cost = patterns.reduce((sum, text) => sum + patternCost(text, COST_MAX), 0);
  if (cost > COST_MAX) {
    if (await isStored(context, exchange, { id: draft.id, patterns })) return;
    const budget = new RegexBudget("the silence");
    for (const pattern of patterns) budget.spend(pattern);
  }
  await exchange.pace.compile(COMPILED_COUNT * cost);
}

async function isStored(
  context: ApiContext,
  exchange: Exchange,
  { id, patterns }: { readonly id: string; readonly patterns: readonly string[] },
): Promise<boolean> {
  if (id === "") return false;
  const { reader } = await readTenant(context, exchange);
  const stored = reader.silences().find((silence) => silence.id === id);
  const known = new Set(stored === undefined ? [] : regexesOf(stored));
  return patterns.every((pattern) => known.has(pattern));
}

function regexesOf({ matcherSets }: Pick<SilenceDraft, "matcherSets">): readonly string[] {
  const regexes = matcherSets.flat().filter(({ type }) => type.endsWith("~"));
  return regexes.map(({ value }) => value);
}
