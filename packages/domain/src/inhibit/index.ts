export { InhibitIndex, type InhibitSource } from "./inhibit-index.ts";
export { compileInhibitRules, inhibitRuleSteps, InhibitRules, type InhibitRule } from "./rule.ts";
export type { Listened, SourceEnd } from "./source-set.ts";
