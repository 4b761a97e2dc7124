import { atOnce, type Steps } from "@tocsin/foundation";
import { Budget } from "../budget.ts";
import { ALERTS_FIELD, type AlertData, type TemplateData } from "./data.ts";
import { jsonFieldsOf, jsonText, toJson } from "./json.ts";

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
  return atOnce(templateDataJsonSteps(data)).join("");
}

/**
 * The same in steps of one alert each, yielded as what it costs, in simple alerts. Its result is the text in
 * pieces: messages of tens of thousands are tens of megabytes, and so may be one of a few hundred with many
 * labels, and each copy of all of it in one piece would hold everybody up.
 */
export function* templateDataJsonSteps(data: TemplateData): Steps<readonly string[]> {
  const budget = unlimited();
  const alerts: string[] = [];
  for (const [at, alert] of data.alerts.elements().entries()) {
    const json = toJson(alert, budget);
    alerts.push(at === 0 ? json : `,${json}`);
    yield 1 + (json.length >> 10);
  }
  const list = data.alerts.isNil ? ["null"] : ["[", ...alerts, "]"];
  const members = jsonFieldsOf(data).map((field, at) => {
    const json = field.name === ALERTS_FIELD ? list : [toJson(field.read(data), budget)];
    return [`${at === 0 ? "{" : ","}${jsonText(field.jsonName)}:`, ...json];
  });
  return [...members.flat(), "}"];
}

/** One alert as JSON in the order of upstream's fields. */
export function alertDataToJson(alert: AlertData): string {
  return toJson(alert, unlimited());
}
