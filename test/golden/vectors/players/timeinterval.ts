import { marshalConfig, type ParsedConfig } from "@tocsin/domain/config";
import { contains, findContaining, formatTimeInterval, ZoneOffsets } from "@tocsin/domain/time-interval";
import { allOf, judge, within, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";
import { indent, readConfig, wrapSection } from "./config-text.ts";

export const TIMEINTERVAL_PLAYERS: FolderPlayers = {
  "contains.json": playContains,
  "definition-ok.json": playDefinition,
  "definition-error.json": playDefinition,
  "mutes.json": playMutes,
};

function playContains({ input, want }: VectorCase): Verdict {
  const { spec, instant } = input as { spec: string; instant: string };
  const [interval] = readSpec(spec).timeIntervals.get("t") ?? [];
  if (interval === undefined) return { kind: "fail", difference: "no interval was read" };
  return judge(want, { contains: contains(interval, Date.parse(instant), new ZoneOffsets()) });
}

function playDefinition({ input, want }: VectorCase): Verdict {
  const { spec } = input as { spec: string };
  const { error, json, yaml } = want as { error?: string; json: unknown; yaml: string };
  let config: ParsedConfig;
  try {
    config = readSpec(spec);
  } catch (thrown) {
    return error === undefined ? judge("accepted", String(thrown)) : judge(true, true);
  }
  if (error !== undefined) return judge({ error }, "accepted");
  const [interval] = config.timeIntervals.get("t") ?? [];
  if (interval === undefined) return { kind: "fail", difference: "no interval was read" };
  return allOf([
    within("json", judge(json, formatTimeInterval(interval))),
    within("yaml", judge(yaml, writtenInterval(config))),
  ]);
}

function playMutes({ input, want }: VectorCase): Verdict {
  const { time_intervals, names, instant } = input as {
    time_intervals: string;
    names: readonly string[];
    instant: string;
  };
  const config = readConfig(wrapSection("time_intervals", time_intervals));
  const result = findContaining(names, {
    intervals: config.timeIntervals,
    zones: new ZoneOffsets(),
    nowMs: Date.parse(instant),
  });
  const { error, by = [], muted } = want as { error?: string; by?: string[]; muted?: boolean };
  if (!result.ok) return judge(error !== undefined, true);
  // Upstream repeats a name for each entry and each mention; once is enough.
  return judge({ by: [...new Set(by)], muted }, { by: result.names, muted: result.names.length > 0 });
}

function readSpec(spec: string): ParsedConfig {
  const entry = `- name: t\n  time_intervals:\n  -\n${indent(spec, 4)}`;
  return readConfig(wrapSection("time_intervals", entry));
}

/** The one interval as the configuration writes it, moved to the left margin. */
function writtenInterval(config: ParsedConfig): string {
  const [, written = ""] = marshalConfig(config).split("\n  time_intervals:\n");
  const lines = written.split("\n");
  const end = lines.findIndex((line) => !/^( {4}| {2}- )/.test(line));
  const own = lines.slice(0, end < 0 ? lines.length : end);
  // `Local` is written again as it was; the vectors were made where it is called UTC.
  return own.map((line) => `${line.slice(4)}\n`).join("").replace("location: Local", "location: UTC");
}
