import { findsEmpty, isValidLabelName, regexProblem, type MatcherMode } from "../matcher/index.ts";
import type { MatcherSpec } from "../model/index.ts";

export type SilenceValidation =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: string };

export interface SilenceContent {
  readonly matcherSets: readonly (readonly MatcherSpec[])[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

/**
 * Checks a silence as the engine does (S-62): at least one matcher set, none empty, names and regexes
 * valid, in each set one matcher that does not match the empty string, and no end before the start.
 */
export function validateSilence(silence: SilenceContent, mode: MatcherMode): SilenceValidation {
  if (silence.matcherSets.length === 0) return refuse("it has no matchers; wanted at least one");
  for (const [setIndex, set] of silence.matcherSets.entries()) {
    const problem = findSetProblem(set, mode);
    if (problem !== undefined) return refuse(`matcher set ${setIndex}${problem}`);
  }
  if (silence.endsAtMs < silence.startsAtMs) return refuse("its end is before its start");
  return { ok: true };
}

/** What the API checks before: the start before the end, and the end after now. */
export function validateSilenceTimes(
  { startsAtMs, endsAtMs }: Pick<SilenceContent, "startsAtMs" | "endsAtMs">,
  nowMs: number,
): SilenceValidation {
  if (startsAtMs >= endsAtMs) return refuse("its start is not before its end");
  return endsAtMs <= nowMs ? refuse("its end is in the past") : { ok: true };
}

function findSetProblem(set: readonly MatcherSpec[], mode: MatcherMode): string | undefined {
  if (set.length === 0) return " is empty; wanted at least one matcher";
  for (const [index, matcher] of set.entries()) {
    const problem = findMatcherProblem(matcher, mode);
    if (problem !== undefined) return `, matcher ${index}: ${problem}`;
  }
  if (!set.every(matchesEmpty)) return undefined;
  return " matches alerts without any label; wanted a matcher that the empty string does not match";
}

function findMatcherProblem(matcher: MatcherSpec, mode: MatcherMode): string | undefined {
  const { type, name, value } = matcher;
  if (!isValidLabelName(name, mode)) return `label name ${JSON.stringify(name)} is not valid`;
  // The bare pattern is checked, so one that closes the anchoring group itself is refused here.
  if (type === "=~" || type === "!~") return regexProblem(value);
  return value.isWellFormed() ? undefined : "the value is not valid UTF-8";
}

/** Upstream searches the bare pattern: `b|` and `$|b` count; negative matchers never do. */
function matchesEmpty({ type, value }: MatcherSpec): boolean {
  if (type === "=") return value === "";
  return type === "=~" && findsEmpty(value);
}

function refuse(reason: string): SilenceValidation {
  return { ok: false, error: `Cannot take silence: ${reason}` };
}
