import { describe, expect, it } from "vitest";
import type { AlertRecord, GroupKey, InstanceId, TenantId } from "@tocsin/domain/model";
import { DEFAULT_LIMITS, TemplateCache } from "@tocsin/domain/template";
import type { NotifyJob } from "@tocsin/engine/ports";
import { MetricRegistry, silentLogger, type LogFields, type Slicing } from "@tocsin/foundation";
import { Rendering } from "./rendering.ts";

const SLICING: Slicing = { sizeMax: 1, rest: () => undefined };

const JOB: NotifyJob = {
  tenant: "team-a" as TenantId, // any name will do
  receiver: "ops",
  integration: { kind: "slack", index: 1, sendResolved: true, settings: {} },
  groupKey: "{}:{}" as GroupKey, // not looked at
  groupLabels: { names: ["alertname"], values: ["Disk"] },
  routeLabels: { who: "{{ not run again }}" },
  templateFiles: [{ name: "own.tmpl", text: '{{ define "own" }}{{ .Receiver }}{{ end }}' }],
  alerts: [],
  reason: "first notification",
  nowMs: 0,
  repeatIntervalMs: 1,
  receiverData: {},
  idempotencyKey: "",
};

function play() {
  const lines: (LogFields | undefined)[] = [];
  const metrics = new MetricRegistry();
  const rendering = new Rendering(
    {
      logger: { ...silentLogger, log: (_level, _message, fields) => void lines.push(fields) },
      metrics,
      externalUrl: "http://am",
      templates: new TemplateCache(),
      templateLimits: () => DEFAULT_LIMITS,
    },
    ["slack"],
  );
  const counter = metrics.counter("tocsin_notification_template_fallbacks_total", "", []);
  const counts = (): unknown =>
    Object.fromEntries(
      [...counter.series.values()].map(({ labels, data }) => [labels, data.value]),
    );
  return { rendering, lines, counts };
}

describe("Rendering", () => {
  it("renders with the configuration's files and the job's data", async () => {
    const renderer = await play().rendering.start(JOB, [], SLICING);
    const text = '{{ template "own" . }} {{ routeLabels "who" }} {{ .ExternalURL }}';
    expect(renderer.renderStrict({ name: "title", text })).toBe(
      "ops {{ not run again }} http://am",
    );
  });

  it("lets others have turns while it makes the data of many alerts", async () => {
    const record: AlertRecord = {
      names: ["alertname"],
      values: ["Disk"],
      fpHi: 1,
      fpLo: 2,
      annotations: "{}",
      generatorUrl: "",
      startsAtMs: 0,
      endsAtMs: 1,
      sent: undefined,
      past: undefined,
      updatedAtMs: 0,
      timeout: false,
      stampUs: 0,
      prevUs: 0,
      keepUntilMs: 1,
      stampBy: "am" as InstanceId,
      prevBy: "",
    };
    const alerts = Array.from({ length: 100 }, () => ({ record, resolved: false }));
    let restCount = 0;
    const rest = () => Promise.resolve((restCount += 1));
    const renderer = await play().rendering.start(JOB, alerts, { sizeMax: 30, rest });
    expect(restCount).toBe(3);
    expect(renderer.data.alerts.elements()).toHaveLength(100);
  });

  it("counts and logs each text that was told in other words", async () => {
    const { rendering, lines, counts } = play();
    expect(counts()).toEqual({ "slack,default": 0, "slack,plain": 0 });
    const renderer = await rendering.start(JOB, [], SLICING);
    const form = "line";
    renderer.renderText({ name: "title", text: "{{ .Nope }}", defaultText: "usual", form });
    renderer.renderText({ name: "text", text: "{{", defaultText: "{{", form });
    renderer.renderText({ name: "footer", text: "fine", defaultText: "", form });
    rendering.report(JOB, renderer);
    expect(counts()).toEqual({ "slack,default": 1, "slack,plain": 1 });
    expect(lines).toMatchObject([
      {
        tenant: "team-a",
        receiver: "ops",
        integration: "slack[1]",
        field: "title",
        sent: "default",
      },
      { field: "text", sent: "plain", err: "template: :1: unclosed action" },
    ]);
  });
});
