import type { RouteConfig } from "../config/types.ts";

/** A route of a configuration that says nothing but what is given. For tests. */
export function routeConfigOf(fields: Partial<RouteConfig>): RouteConfig {
  return {
    receiver: "hub",
    groupBy: undefined,
    groupByAll: false,
    matchers: [],
    continue: false,
    groupWaitMs: undefined,
    groupIntervalMs: undefined,
    repeatIntervalMs: undefined,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    labels: undefined,
    routes: [],
    ...fields,
  };
}
