import { describe, expect, it } from "vitest";
import { labelSetFromRecord } from "../model/index.ts";
import { compileTemplates, DEFAULT_LIMITS } from "../template/index.ts";
import { RouteLabelRenderer } from "./route-labels.ts";

function render(
  labels: Readonly<Record<string, string>>,
  renderer = new RouteLabelRenderer(DEFAULT_LIMITS),
) {
  return renderer.render(compileTemplates([]), {
    receiver: "team.a",
    groupLabels: labelSetFromRecord({ alertname: "Disk" }),
    alerts: [],
    externalUrl: "http://am",
    nowMs: 0,
    labels,
  });
}

describe("RouteLabelRenderer.render()", () => {
  it("renders labels, which may show one another and the group", () => {
    const { labels, failed } = render({
      owner: "{{ .Receiver }}",
      title:
        '{{ .GroupLabels.alertname }} for {{ routeLabels "owner" }}, {{ .NotificationReason }}',
    });
    expect(labels).toEqual({ owner: "team\\.a", title: "Disk for team\\.a, unknown" });
    expect(failed).toEqual([]);
  });

  it("leaves out labels that fail, and says why", () => {
    const { labels, failed } = render({
      good: "x",
      bad: "{{ .Nope }}",
      one: '{{ routeLabels "two" }}',
      two: '{{ routeLabels "one" }}',
    });
    expect(labels).toEqual({ good: "x" });
    expect(failed.map(({ name }) => name)).toEqual(["bad", "one", "two"]);
    expect(failed[1]?.problem.message).toContain("route label cycle detected: one -> two -> one");
  });

  it("ends when all its labels together cost too much", () => {
    const renderer = new RouteLabelRenderer({ ...DEFAULT_LIMITS, stepsMax: 1_000 });
    const heavy = { heavy: "{{ range 300 }}{{ end }}ok" };
    const rendered = [1, 2, 3, 4].map(() => render(heavy, renderer).labels["heavy"]);
    expect(rendered).toEqual(["ok", "ok", "ok", undefined]);
  });
});
