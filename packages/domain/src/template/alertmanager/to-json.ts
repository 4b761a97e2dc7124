import { atOnce, type Steps } from "@tocsin/foundation";
import { Budget } from "../budget.ts";
import { ALERTS_FIELD, type AlertData, type TemplateData } from "./data.ts";
import { jsonOfFields, toJson } from "./json.ts";

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
  return atOnce(templateDataJsonSteps(data));
}

/** The same in steps of one alert each: messages of tens of thousands are tens of megabytes. */
export function* templateDataJsonSteps(data: TemplateData): Steps<string> {
  const budget = unlimited();
  const alerts: string[] = [];
  for (const alert of data.alerts.elements()) {
    alerts.push(toJson(alert, budget));
    yield 1;
  }
  const list = data.alerts.isNil ? "null" : `[${alerts.join(",")}]`;
  return jsonOfFields(data, (field) => {
    return field.name === ALERTS_FIELD ? list : toJson(field.read(data), budget);
  });
}

/** One alert as JSON in the order of upstream's fields. */
export function alertDataToJson(alert: AlertData): string {
  return toJson(alert, unlimited());
}
