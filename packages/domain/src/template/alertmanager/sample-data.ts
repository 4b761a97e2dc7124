import { templateDataFromJson } from "./data-json.ts";
import type { TemplateData } from "./data.ts";

const MINUTE_MS = 60_000;

/**
 * Made-up data to try templates with, one alert firing and one resolved at `nowMs`. The values are those
 * of `amtool template render` in Alertmanager 0.34, so that output can be compared.
 */
export function sampleTemplateData(nowMs: number): TemplateData {
  const commonLabels = pairs("commonlabel", 2);
  const commonAnnotations = pairs("commonannotation", 2);
  const at = (ageMs: number): string => new Date(nowMs - ageMs).toISOString();
  return templateDataFromJson({
    receiver: "receiver",
    status: "alertstatus",
    alerts: [
      {
        status: "firing",
        labels: { label1: "value1", label2: "value2", instance: "foo.bar:1234", ...commonLabels },
        annotations: { annotation1: "value1", annotation2: "value2", ...commonAnnotations },
        startsAt: at(5 * MINUTE_MS),
        endsAt: at(0),
        generatorURL: "https://generatorurl.com",
        fingerprint: "fingerprint1",
      },
      {
        status: "resolved",
        labels: { foo: "bar", baz: "qux", ...commonLabels },
        annotations: { aaa: "bbb", ccc: "ddd", ...commonAnnotations },
        startsAt: at(10 * MINUTE_MS),
        endsAt: at(0),
        generatorURL: "https://generatorurl.com",
        fingerprint: "fingerprint2",
      },
    ],
    groupLabels: pairs("grouplabel", 2),
    commonLabels,
    commonAnnotations,
    externalURL: "https://example.com",
  });
}

/** `grouplabelkey1: grouplabelvalue1` and so on. */
function pairs(stem: string, count: number): Record<string, string> {
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  return Object.fromEntries(numbers.map((at) => [`${stem}key${at}`, `${stem}value${at}`]));
}
