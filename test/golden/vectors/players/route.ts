import { fingerprint, formatFingerprint } from "@tocsin/domain/alert";
import { formatGoDuration } from "@tocsin/domain/duration";
import type { MatcherMode } from "@tocsin/domain/matcher";
import { labelSetFromRecord, type LabelSet } from "@tocsin/domain/model";
import {
  compileRoutes,
  formatLabelSet,
  groupKey,
  groupKeyHash,
  groupLabels,
  matchRoutes,
  walkRoutes,
  type Route,
} from "@tocsin/domain/route";
import { judge, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";
import { runAmtool } from "./amtool-run.ts";
import { readConfig } from "./config-text.ts";

export const ROUTE_PLAYERS: FolderPlayers = {
  "match.json": playMatch,
  "walk.json": playWalk,
  "amtool.json": playAmtool,
};

interface AmtoolInput {
  readonly mode: MatcherMode;
  readonly config: string;
  /** Behind `config routes`. */
  readonly args: readonly string[];
}

interface AmtoolWant {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit_code: number;
}

interface RouteInput {
  readonly mode: MatcherMode;
  readonly config: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Matched {
  readonly route_labels: Readonly<Record<string, string>>;
  readonly route_labels_rendered?: unknown;
}

function playMatch({ input, want }: VectorCase): Verdict {
  const { mode, config, labels } = input as RouteInput;
  const root = compileRoutes(readConfig(config, mode).route);
  const set = labelSetFromRecord(labels);
  const { hi, lo } = fingerprint(set);
  const wanted = want as { matched: Matched[] };
  return judge(
    { ...wanted, matched: wanted.matched.map(withoutTemplates) },
    {
      fingerprint: formatFingerprint(hi, lo),
      label_set_string: formatLabelSet(set),
      matched: matchRoutes(root, set).map((route, at) => ({
        ...showRoute(route),
        ...showGroup(route, set),
        // Labels without templates are rendered as they are.
        ...(wanted.matched[at]?.route_labels_rendered !== undefined &&
          !hasTemplate(route.labels) && { route_labels_rendered: route.labels }),
      })),
    },
  );
}

const FEATURES: Readonly<Record<MatcherMode, string>> = {
  classic: "classic-mode",
  utf8: "utf8-strict-mode",
  fallback: "",
};

async function playAmtool({ input, want }: VectorCase): Promise<Verdict> {
  const { mode, config, args } = input as AmtoolInput;
  const { stdout, exit_code: exitCode } = want as AmtoolWant;
  const features = `--enable-feature=${FEATURES[mode]}`;
  const result = await runAmtool(
    ["config", "routes", ...args, "--config.file=CONFIG", features],
    { files: { CONFIG: config }, stdin: "" },
  );
  // Without the log, and without blank lines at the end, as the recording has it.
  const shown = result.stdout.replace(/^time=.*\n/gm, "");
  return judge(
    { stdout: stdout.trimEnd(), exitCode },
    { stdout: shown.trimEnd(), exitCode: result.exitCode },
  );
}

function playWalk({ input, want }: VectorCase): Verdict {
  const { mode, config } = input as RouteInput;
  const root = compileRoutes(readConfig(config, mode).route);
  return judge(want, { routes: [...walkRoutes(root)].map(showRoute) });
}

function showRoute(route: Route): object {
  return {
    active_time_intervals: route.activeTimeIntervals,
    continue: route.continue,
    group_by: route.groupBy,
    group_by_all: route.groupByAll,
    group_interval: showMs(route.groupIntervalMs),
    group_wait: showMs(route.groupWaitMs),
    id: route.id,
    idx: route.idx,
    key: route.key,
    mute_time_intervals: route.muteTimeIntervals,
    receiver: route.receiver,
    repeat_interval: showMs(route.repeatIntervalMs),
    route_labels: route.labels,
  };
}

function showGroup(route: Route, labels: LabelSet): object {
  const group = groupLabels(route, labels);
  const key = groupKey(route, group);
  return {
    group_labels: Object.fromEntries(group.names.map((name, at) => [name, group.values[at]])),
    group_key: key,
    group_key_hash: groupKeyHash(key),
  };
}

/** What templates make of route labels belongs to the vectors of templates. */
function withoutTemplates(matched: Matched): object {
  if (!hasTemplate(matched.route_labels)) return matched;
  const { route_labels_rendered: _, ...rest } = matched;
  return rest;
}

function hasTemplate(labels: Readonly<Record<string, string>>): boolean {
  return Object.values(labels).some((value) => value.includes("{{"));
}

function showMs(ms: number): string {
  return formatGoDuration(BigInt(ms) * 1_000_000n);
}
