/** What it takes to find the place of alerts under a configuration, in alerts: some 10 µs each. */
import { longestValue, type LabelSet } from "@tocsin/domain/model";
import { STEPS_PER_ALERT } from "./alert-status.ts";
import type { TenantSettings } from "./settings.ts";

/** So many routes are compared with those in force in that time, or asked by one alert. */
const ROUTES_COMPARED_PER_ALERT = 3;
const ROUTES_ASKED_PER_ALERT = 500;

/** What it takes to begin a change to these settings. */
export function sizeOfBeginning(settings: TenantSettings | undefined): number {
  return settings === undefined ? 0 : Math.floor(countRoutes(settings) / ROUTES_COMPARED_PER_ALERT);
}

/** What it takes to find the groups of one alert. */
export function sizeOfRouting(settings: TenantSettings | undefined, labels: LabelSet): number {
  if (settings === undefined) return 1;
  const routes = Math.floor(countRoutes(settings) / ROUTES_ASKED_PER_ALERT);
  const { regexSteps } = settings;
  if (regexSteps === 0) return 1 + routes;
  return 1 + routes + (regexSteps * longestValue(labels)) / STEPS_PER_ALERT;
}

/** The root comes last when routes are numbered. */
function countRoutes({ root }: TenantSettings): number {
  return root.idx + 1;
}
