import {
  compileMatcher,
  formatMatcher,
  formatMatchers,
  isClassicLabelName,
  isValidLabelName,
  parseMatcher,
  parseMatchers,
  sameMatcher,
  tryCompileMatcher,
  type MatcherMode,
  type MatcherWarning,
} from "@tocsin/domain/matcher";
import type { MatcherSpec, MatcherType } from "@tocsin/domain/model";
import { textFromBytes } from "@tocsin/domain/text";
import { allOf, judge, within, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";

const MODES: readonly MatcherMode[] = ["classic", "utf8", "fallback"];

export const MATCHER_PLAYERS: FolderPlayers = {
  "parse-single.json": playParse,
  "parse-list.json": playParse,
  "regex.json": playRegex,
  "label.json": playLabel,
  "escape.json": playEscape,
};

type Outcome =
  | { readonly specs: readonly MatcherSpec[]; readonly warning: MatcherWarning | undefined }
  | { readonly error: string };

function playParse({ input, want }: VectorCase): Verdict {
  const { kind } = input as { kind: "single" | "list" };
  const parse = kind === "single" ? parseSingle : parseList;
  const text = readText(input, "text");
  const wants = want as Record<MatcherMode, Record<string, unknown>>;
  return allOf(MODES.map((mode) => within(mode, judgeParse(parse, text, { mode, want: wants[mode] }))));
}

type Parse = (text: string, mode: MatcherMode) => Outcome;

function judgeParse(
  parse: Parse,
  text: string,
  { mode, want }: { mode: MatcherMode; want: Record<string, unknown> },
): Verdict {
  const got = parse(text, mode);
  const isRefused = "error" in want || "error_base64" in want;
  if ("error" in got) return judge(isRefused, true);
  if (isRefused) return judge("refused", got.specs);
  const printed = parse === parseSingle ? got.specs.map(formatMatcher).join() : formatMatchers(got.specs);
  const wanted = (want["matchers"] ?? []) as { op: MatcherType }[];
  const wantSpecs = wanted.map((matcher) => ({
    type: matcher.op,
    name: readText(matcher, "name"),
    value: readText(matcher, "value"),
  }));
  return allOf([
    within("matchers", judge(wantSpecs, got.specs)),
    within("string", judge(readText(want, "string"), printed)),
    within("warning", judge(want["warning"], got.warning?.kind)),
    within("reparse", judgeReparse(parse, { text: printed, specs: got.specs }, want["reparse"])),
  ]);
}

function judgeReparse(
  parse: Parse,
  printed: { text: string; specs: readonly MatcherSpec[] },
  want: unknown,
): Verdict {
  const wants = want as Record<MatcherMode, string>;
  return allOf(
    MODES.map((mode) => {
      const got = parse(printed.text, mode);
      const kind = "error" in got ? "error" : isSameList(printed.specs, got.specs) ? "same" : "differs";
      return within(mode, judge(wants[mode].replace(/[^a-z].*$/s, ""), kind));
    }),
  );
}

function parseSingle(text: string, mode: MatcherMode): Outcome {
  const result = parseMatcher(text, mode);
  if (!result.ok) return { error: result.error };
  return { specs: [bare(result.matcher)], warning: result.warning };
}

function parseList(text: string, mode: MatcherMode): Outcome {
  const result = parseMatchers(text, mode);
  if (!result.ok) return { error: result.error };
  return { specs: result.matchers.map(bare), warning: result.warning };
}

function playRegex({ input, want }: VectorCase): Verdict {
  const { pattern, subjects } = input as { pattern: string; subjects: readonly string[] };
  const { matches } = want as { matches?: readonly boolean[] };
  const result = tryCompileMatcher({ type: "=~", name: "a", value: pattern });
  if (!result.ok) return matches === undefined ? judge(true, true) : judge(matches, result.error);
  const opposite = compileMatcher({ type: "!~", name: "a", value: pattern });
  return allOf([
    judge(
      matches,
      subjects.map((subject) => result.matcher.matches(subject)),
    ),
    within(
      "!~",
      judge(
        matches,
        subjects.map((subject) => !opposite.matches(subject)),
      ),
    ),
  ]);
}

function playLabel({ input, want }: VectorCase): Verdict {
  const label = readText(input, "label");
  return judge(want, {
    classic_regex_accepts: isClassicLabelName(label),
    name_classic: isValidLabelName(label, "classic"),
    name_fallback: isValidLabelName(label, "fallback"),
    name_utf8: isValidLabelName(label, "utf8"),
    value: label.isWellFormed(),
  });
}

function playEscape({ input, want }: VectorCase): Verdict {
  const { op } = input as { op: MatcherType };
  const spec = { type: op, name: readText(input, "name"), value: readText(input, "value") };
  const { string, reparse } = want as { string: string; reparse: unknown };
  const text = formatMatcher(spec);
  return allOf([judge(string, text), judgeReparse(parseSingle, { text, specs: [spec] }, reparse)]);
}

function bare({ type, name, value }: MatcherSpec): MatcherSpec {
  return { type, name, value };
}

function isSameList(left: readonly MatcherSpec[], right: readonly MatcherSpec[]): boolean {
  return (
    left.length === right.length && left.every((spec, at) => sameMatcher(spec, right[at] ?? spec))
  );
}

/** A text field, or its bytes when they are not valid UTF-8. */
function readText(holder: unknown, field: string): string {
  const fields = holder as Record<string, string | undefined>;
  const encoded = fields[`${field}_base64`];
  return encoded === undefined ? (fields[field] ?? "") : textFromBytes(Buffer.from(encoded, "base64"));
}
