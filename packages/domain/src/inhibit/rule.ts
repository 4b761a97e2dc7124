import { atOnce, type Steps } from "@tocsin/foundation";
import type { InhibitRuleConfig } from "../config/types.ts";
import {
  compileMatchers,
  MatcherIndex,
  matcherSteps,
  type Matcher,
  type RegexCache,
} from "../matcher/index.ts";
import type { LabelSet } from "../model/index.ts";

/** While a source fires, targets with the same values of the `equal` labels are not notified. */
export interface InhibitRule {
  /** May be empty; names need not be unique. */
  readonly name: string;
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  /** A missing label and an empty one are equal. */
  readonly equal: readonly string[];
}

/**
 * The rules of a configuration, looked up by labels. Immutable, so tenants with equal rules can share
 * them; what fires is in an `InhibitIndex` of their own.
 */
export class InhibitRules {
  readonly list: readonly InhibitRule[];
  readonly #bySource = new MatcherIndex<number>();
  readonly #byTarget = new MatcherIndex<number>();

  constructor(list: readonly InhibitRule[]) {
    this.list = list;
    for (const [index, rule] of list.entries()) {
      this.#bySource.add(rule.sourceMatchers, index);
      this.#byTarget.add(rule.targetMatchers, index);
    }
  }

  /** What `withSource` may take for each character of a label, in steps of regular expressions. */
  get sourceSteps(): number {
    return this.#bySource.regexSteps;
  }

  /** What `withTarget` may take for each character of a label, in steps of regular expressions. */
  get targetSteps(): number {
    return this.#byTarget.regexSteps;
  }

  /** Which rules take the labels for a source. */
  withSource(labels: LabelSet): readonly number[] {
    return this.#bySource.matching(labels);
  }

  /** Which rules take the labels for a target, in no particular order. */
  withTarget(labels: LabelSet): readonly number[] {
    return this.#byTarget.matching(labels);
  }
}

/** Makes the rules of a configuration; `cache` shares compiled regexes with other tenants. */
export function compileInhibitRules(
  configs: readonly InhibitRuleConfig[],
  cache?: RegexCache,
): InhibitRules {
  return atOnce(inhibitRuleSteps(configs, cache));
}

/** The same in steps of some 10 µs: one for a rule and one for each step of its regular expressions. */
export function* inhibitRuleSteps(
  configs: readonly InhibitRuleConfig[],
  cache?: RegexCache,
): Steps<InhibitRules> {
  const list: InhibitRule[] = [];
  for (const { name, equal, ...config } of configs) {
    const sourceMatchers = compileMatchers(config.sourceMatchers, cache);
    const targetMatchers = compileMatchers(config.targetMatchers, cache);
    list.push({ name, sourceMatchers, targetMatchers, equal: [...new Set(equal)] });
    yield 1 + matcherSteps(sourceMatchers) + matcherSteps(targetMatchers);
  }
  return new InhibitRules(list);
}
