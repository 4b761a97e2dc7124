export {
  compareMatchers,
  formatMatcher,
  formatMatchers,
  isReserved,
  sameMatcher,
} from "./format.ts";
export {
  compileMatcher,
  compileMatchers,
  matchesAll,
  tryCompileMatcher,
  type Matcher,
  type MatcherResult,
} from "./matcher.ts";
export { MatcherIndex, matcherSteps } from "./matcher-index.ts";
export { askingCost, workOnLabels, type AskingCost } from "./matcher-work.ts";
export { isClassicLabelName, isValidLabelName, type MatcherMode } from "./mode.ts";
export {
  parseMatcher,
  parseMatchers,
  type MatcherWarning,
  type ParsedMatcher,
  type ParsedMatchers,
} from "./parse.ts";
export {
  compileRegex,
  findsEmpty,
  patternCost,
  RegexCache,
  type RegexCompiler,
  regexProblem,
  type RegexResult,
} from "./regex.ts";
export { literalPrefix } from "./regex-prefix.ts";
export type { ValueTest } from "./regex-shape.ts";
