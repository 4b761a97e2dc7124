export { bashCompletionScript, completions, zshCompletionScript } from "./completion.ts";
export { parseDuration, type DurationResult } from "./duration.ts";
export { helpText, longHelpText, type HelpSubject } from "./help.ts";
export { manPage } from "./man-page.ts";
export { parseLine, type Element, type ParsedLine, type ParseOptions } from "./parse.ts";
export { CommandLineProblem } from "./problem.ts";
export { type ReadWordFile, Tokens } from "./tokens.ts";
export type { Argument, Command, Flag, ValueKind } from "./tree.ts";
export {
  missingFlags,
  readValues,
  type LookAtPath,
  type ReadValues,
  type ReadValuesOptions,
  type Value,
  type ValueProblem,
  Values,
} from "./values.ts";
