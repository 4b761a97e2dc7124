import type { InhibitRuleConfig } from "../config/types.ts";
import { compileMatchers, MatcherIndex, type Matcher, type RegexCache } from "../matcher/index.ts";
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

  /** Which rules take the labels for a target, in the order of the configuration. */
  withTarget(labels: LabelSet): readonly number[] {
    const indexes = this.#byTarget.matching(labels);
    return indexes.length < 2 ? indexes : indexes.sort((left, right) => left - right);
  }
}

/** Makes the rules of a configuration; `cache` shares compiled regexes with other tenants. */
export function compileInhibitRules(
  configs: readonly InhibitRuleConfig[],
  cache?: RegexCache,
): InhibitRules {
  const list = configs.map((config) => ({
    name: config.name,
    sourceMatchers: compileMatchers(config.sourceMatchers, cache),
    targetMatchers: compileMatchers(config.targetMatchers, cache),
    equal: [...new Set(config.equal)],
  }));
  return new InhibitRules(list);
}
