import { describe, expect, it } from "vitest";
import { labelSetFrom, type LabelSet } from "../../model/index.ts";
import { buildTemplateData, templateDataSteps, type TemplateAlert } from "./build-data.ts";
import { templateDataJsonSteps, templateDataToJson } from "./to-json.ts";

function inputOf(labels: LabelSet, annotations: Readonly<Record<string, string>>) {
  const record: TemplateAlert = {
    ...labels,
    annotations: JSON.stringify(annotations),
    fpHi: 1,
    fpLo: 2,
    generatorUrl: "",
    startsAtMs: 0,
    endsAtMs: 1,
    sent: undefined,
  };
  const alerts = [1, 2, 3].map(() => ({ record, resolved: false }));
  return { receiver: "r", groupLabels: labels, alerts, externalUrl: "", reason: "because" };
}

const sizeOf = (steps: Iterable<number>): number => [...steps].reduce((sum, size) => sum + size, 0);

/** What a message of three alerts costs: to make its data, and its JSON. */
function costs(...input: Parameters<typeof inputOf>): readonly [number, number] {
  const whole = inputOf(...input);
  return [
    sizeOf(templateDataSteps(whole)),
    sizeOf(templateDataJsonSteps(buildTemplateData(whole))),
  ];
}

const many: [string, string][] = Array.from({ length: 900 }, (_, at) => [`l${at}`, "v"]);
const FEW = labelSetFrom([["alertname", "Disk"]]);

describe("templateDataSteps() and templateDataJsonSteps()", () => {
  it("yield one for a simple alert, and more for many labels or long annotations", () => {
    expect(costs(FEW, {})).toEqual([3, 3]);
    const [data, json] = costs(labelSetFrom(many), {});
    expect(data).toBeGreaterThan(3 * 5);
    expect(json).toBeGreaterThan(3 * 8);
    for (const annotations of [Object.fromEntries(many), { a: "x".repeat(10_000) }]) {
      for (const cost of costs(FEW, annotations)) expect(cost).toBeGreaterThan(3 * 8);
    }
  });
});

describe("templateDataToJson()", () => {
  it("looks up no label by its name", () => {
    const whole = buildTemplateData(inputOf(labelSetFrom(many), {}));
    // The alerts have the same list of names.
    Object.assign(whole.commonLabels.names, { indexOf: () => expect.unreachable("looked up") });
    const json: unknown = JSON.parse(templateDataToJson(whole));
    expect(json).toMatchObject({ commonLabels: Object.fromEntries(many) });
  });

  it("writes no alerts as an empty list", () => {
    const none = buildTemplateData({ ...inputOf(FEW, {}), alerts: [] });
    expect(JSON.parse(templateDataToJson(none))).toMatchObject({ alerts: [], receiver: "r" });
  });
});
