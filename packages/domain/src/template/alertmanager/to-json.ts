import { Budget } from "../budget.ts";
import type { AlertData, TemplateData } from "./data.ts";
import { toJson } from "./json.ts";

/** Data comes from bounded requests, so its JSON needs no bound of its own. */
function unlimited(): Budget {
  const max = Number.MAX_SAFE_INTEGER;
  return new Budget({ stepsMax: max, depthMax: 100, outputMaxChars: max });
}

/**
 * The data as JSON in the order of upstream's fields: what webhooks send between `version` and
 * `groupKey`. Times are RFC 3339 with nanoseconds, keys of labels sorted. @throws GoError for a year
 * beyond 9999
 */
export function templateDataToJson(data: TemplateData): string {
  return toJson(data, unlimited());
}

/** One alert as JSON in the order of upstream's fields. */
export function alertDataToJson(alert: AlertData): string {
  return toJson(alert, unlimited());
}
