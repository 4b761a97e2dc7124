import {
  formatGoDuration,
  formatPrometheusDuration,
  parseGoDuration,
  parsePrometheusDuration,
  parseSignedPrometheusDuration,
  type DurationMsResult,
  type DurationNsResult,
} from "@tocsin/domain/duration";
import { allOf, judge, within, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";

interface Parsed {
  readonly nanoseconds?: string;
  readonly printed?: string;
  readonly error?: string;
}

interface ParseWant {
  readonly go: Parsed;
  readonly go_from_yaml_string: Parsed;
  readonly prometheus: Parsed;
  readonly prometheus_allow_negative: Parsed;
}

interface PrintWant {
  readonly go: string;
  readonly prometheus: string;
  readonly prometheus_json: string;
}

export const DURATION_PLAYERS: FolderPlayers = { "duration.json": playDuration };

function playDuration({ input, want }: VectorCase): Verdict {
  const { text, nanoseconds } = input as { text?: string; nanoseconds?: string };
  if (text !== undefined) return playParse(text, want as ParseWant);
  return playPrint(BigInt(nanoseconds ?? ""), want as PrintWant);
}

function playParse(text: string, want: ParseWant): Verdict {
  const prometheus = parsePrometheusDuration(text);
  const signed = parseSignedPrometheusDuration(text);
  const go = parseGoDuration(text);
  return allOf([
    within("prometheus", judgeParsed(want.prometheus, showMs(prometheus))),
    within("prometheus_allow_negative", judgeParsed(want.prometheus_allow_negative, showMs(signed))),
    within("go", judgeParsed(want.go, showNs(go))),
    within("go_from_yaml_string", judgeParsed(want.go_from_yaml_string, showNs(go))),
  ]);
}

function playPrint(ns: bigint, want: PrintWant): Verdict {
  const prometheus = formatPrometheusDuration(Number(ns / 1_000_000n));
  return allOf([
    within("go", judge(want.go, formatGoDuration(ns))),
    within("prometheus", judge(want.prometheus, prometheus)),
    within("prometheus_json", judge(want.prometheus_json, prometheus)),
  ]);
}

/** The wording of an error is ours; printed forms are compared where the vector has them. */
function judgeParsed(want: Parsed, got: Parsed): Verdict {
  if (want.error !== undefined || got.error !== undefined) {
    return judge(want.error !== undefined, got.error !== undefined);
  }
  return judge(want, want.printed === undefined ? { nanoseconds: got.nanoseconds } : got);
}

function showMs(result: DurationMsResult): Parsed {
  if (!result.ok) return { error: result.error };
  const nanoseconds = String(BigInt(result.ms) * 1_000_000n);
  return { nanoseconds, printed: formatPrometheusDuration(result.ms) };
}

function showNs(result: DurationNsResult): Parsed {
  if (!result.ok) return { error: result.error };
  return { nanoseconds: String(result.ns), printed: formatGoDuration(result.ns) };
}
