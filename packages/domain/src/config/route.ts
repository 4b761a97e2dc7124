/** A node of the routing tree as it is written. Mirrors Route of `config/config.go` in Alertmanager 0.34. */
import { compareMatchers, isValidLabelName } from "../matcher/index.ts";
import type { MatcherSpec } from "../model/index.ts";
import { checkMatchNames, joinMatchers, matcherList, regexMap } from "./matchers.ts";
import type { RegexMap } from "./matchers.ts";
import {
  bool,
  duration,
  field,
  listOf,
  optional,
  shown,
  struct,
  text,
  textList,
  textMap,
} from "./schema/index.ts";
import type { Report, Scope, Shape, StructShape } from "./schema/index.ts";
import type { RouteConfig } from "./types.ts";

export interface RouteDocument {
  /** Empty inherits. */
  readonly receiver: string;
  /** As written, `...` included. Undefined inherits. */
  readonly groupBy: readonly string[] | undefined;
  readonly match: ReadonlyMap<string, string> | undefined;
  readonly matchRe: RegexMap | undefined;
  readonly matchers: readonly MatcherSpec[];
  readonly muteTimeIntervals: readonly string[] | undefined;
  readonly activeTimeIntervals: readonly string[] | undefined;
  readonly continue: boolean;
  /** Undefined items are nulls, which are refused once all is read. */
  readonly routes: readonly (RouteDocument | undefined)[] | undefined;
  readonly groupWaitMs: number | undefined;
  readonly groupIntervalMs: number | undefined;
  readonly repeatIntervalMs: number | undefined;
  readonly labels: ReadonlyMap<string, string> | undefined;
}

/** In a `group_by`, alone: all labels. */
const ALL_LABELS = "...";

// The table refers to itself: a route holds routes.
const routeList: Shape<readonly (RouteDocument | undefined)[] | undefined> = {
  wanted: "a list of routes",
  zero: undefined,
  decode: (node, scope, before) => childRoutes().decode(node, scope, before),
  encode: (value) => childRoutes().encode(value),
  isZero: (value) => value === undefined || value.length === 0,
};

export const route: StructShape<RouteDocument> = struct<RouteDocument>(
  {
    receiver: field("receiver", text),
    groupBy: field("group_by", textList),
    match: field("match", textMap),
    matchRe: field("match_re", regexMap),
    matchers: field("matchers", matcherList),
    muteTimeIntervals: field("mute_time_intervals", textList),
    activeTimeIntervals: field("active_time_intervals", textList),
    continue: shown("continue", bool),
    routes: field("routes", routeList),
    groupWaitMs: field("group_wait", optional(duration)),
    groupIntervalMs: field("group_interval", optional(duration)),
    repeatIntervalMs: field("repeat_interval", optional(duration)),
    labels: field("labels", textMap),
  },
  { check: checkRoute },
);

function childRoutes(): Shape<readonly (RouteDocument | undefined)[] | undefined> {
  return listOf(optional(route), "a list of routes");
}

function checkRoute(node: RouteDocument, report: Report, scope: Scope): void {
  checkMatchNames(node.match, "match", report);
  checkMatchNames(node.matchRe, "match_re", report);
  for (const name of node.labels?.keys() ?? []) {
    if (isValidLabelName(name, scope.mode)) continue;
    report(`"${name}" is not a valid label name`, { key: "labels" });
  }
  checkGroupBy(node.groupBy ?? [], report, scope);
  if (node.groupIntervalMs === 0)
    report('"group_interval" must not be zero', { key: "group_interval" });
  if (node.repeatIntervalMs === 0) {
    report('"repeat_interval" must not be zero', { key: "repeat_interval" });
  }
}

function checkGroupBy(names: readonly string[], report: Report, scope: Scope): void {
  const place = { key: "group_by" };
  const seen = new Set<string>();
  for (const name of names) {
    if (name === ALL_LABELS) continue;
    if (!isValidLabelName(name, scope.mode)) {
      report(`"${name}" in "group_by" is not a valid label name`, place);
    }
    if (seen.has(name)) report(`label "${name}" is twice in "group_by"`, place);
    seen.add(name);
  }
  if (seen.size > 0 && names.includes(ALL_LABELS)) {
    report('the wildcard "..." in "group_by" must stand alone', place);
  }
}

/** The route as the rest of the program sees it. */
export function routeConfig(node: RouteDocument): RouteConfig {
  const groupByAll = node.groupBy?.includes(ALL_LABELS) ?? false;
  return {
    receiver: node.receiver === "" ? undefined : node.receiver,
    groupBy: groupByAll ? undefined : node.groupBy,
    groupByAll,
    matchers: joinMatchers(node).toSorted(compareMatchers),
    continue: node.continue,
    groupWaitMs: node.groupWaitMs,
    groupIntervalMs: node.groupIntervalMs,
    repeatIntervalMs: node.repeatIntervalMs,
    muteTimeIntervals: node.muteTimeIntervals ?? [],
    activeTimeIntervals: node.activeTimeIntervals ?? [],
    labels: node.labels === undefined ? undefined : Object.fromEntries(node.labels),
    routes: (node.routes ?? []).flatMap((child) =>
      child === undefined ? [] : [routeConfig(child)],
    ),
  };
}
