/** An inhibition rule as it is written. Mirrors `config/common/inhibitrule.go` of Alertmanager 0.34. */
import { isValidLabelName } from "../matcher/index.ts";
import type { MatcherSpec } from "../model/index.ts";
import { checkMatchNames, joinMatchers, matcherList, regexMap } from "./matchers.ts";
import type { RegexMap } from "./matchers.ts";
import { field, struct, text, textList, textMap } from "./schema/index.ts";
import type { Report, Scope, StructShape } from "./schema/index.ts";
import type { InhibitRuleConfig } from "./types.ts";

export interface InhibitRuleDocument {
  readonly name: string;
  readonly sourceMatch: ReadonlyMap<string, string> | undefined;
  readonly sourceMatchRe: RegexMap | undefined;
  readonly sourceMatchers: readonly MatcherSpec[];
  readonly targetMatch: ReadonlyMap<string, string> | undefined;
  readonly targetMatchRe: RegexMap | undefined;
  readonly targetMatchers: readonly MatcherSpec[];
  readonly equal: readonly string[] | undefined;
}

export const inhibitRule: StructShape<InhibitRuleDocument> = struct<InhibitRuleDocument>(
  {
    name: field("name", text),
    sourceMatch: field("source_match", textMap),
    sourceMatchRe: field("source_match_re", regexMap),
    sourceMatchers: field("source_matchers", matcherList),
    targetMatch: field("target_match", textMap),
    targetMatchRe: field("target_match_re", regexMap),
    targetMatchers: field("target_matchers", matcherList),
    equal: field("equal", textList),
  },
  { check: checkRule },
);

function checkRule(rule: InhibitRuleDocument, report: Report, scope: Scope): void {
  checkMatchNames(rule.sourceMatch, "source_match", report);
  checkMatchNames(rule.sourceMatchRe, "source_match_re", report);
  checkMatchNames(rule.targetMatch, "target_match", report);
  checkMatchNames(rule.targetMatchRe, "target_match_re", report);
  for (const name of rule.equal ?? []) {
    if (isValidLabelName(name, scope.mode)) continue;
    report(`"${name}" in "equal" is not a valid label name`, { key: "equal" });
  }
}

/** The rule as the rest of the program sees it. */
export function inhibitRuleConfig(rule: InhibitRuleDocument): InhibitRuleConfig {
  return {
    name: rule.name,
    sourceMatchers: joinMatchers({
      match: rule.sourceMatch,
      matchRe: rule.sourceMatchRe,
      matchers: rule.sourceMatchers,
    }),
    targetMatchers: joinMatchers({
      match: rule.targetMatch,
      matchRe: rule.targetMatchRe,
      matchers: rule.targetMatchers,
    }),
    equal: rule.equal ?? [],
  };
}
