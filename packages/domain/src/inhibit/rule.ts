import type { InhibitRuleConfig } from "../config/types.ts";
import { compileMatchers, type Matcher, type RegexCache } from "../matcher/index.ts";

/** While a source fires, targets with the same values of the `equal` labels are not notified. */
export interface InhibitRule {
  /** May be empty; names need not be unique. */
  readonly name: string;
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  /** A missing label and an empty one are equal. */
  readonly equal: readonly string[];
}

/** Makes the rules of a configuration; `cache` shares compiled regexes with other tenants. */
export function compileInhibitRules(
  configs: readonly InhibitRuleConfig[],
  cache?: RegexCache,
): readonly InhibitRule[] {
  return configs.map((config) => ({
    name: config.name,
    sourceMatchers: compileMatchers(config.sourceMatchers, cache),
    targetMatchers: compileMatchers(config.targetMatchers, cache),
    equal: [...new Set(config.equal)],
  }));
}
