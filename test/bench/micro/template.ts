import { applyAlert, completeAlert } from "@tocsin/domain/alert";
import { buildTemplateData, compileTemplates } from "@tocsin/domain/template";
import type { AlertRecord, InstanceId } from "@tocsin/domain/model";
import { makeLabelSets } from "./labels.ts";
import type { MicroBench } from "./measure.ts";

const ALERT_COUNT = 5;
const NOW_MS = 1_700_000_000_000;

/** What Slack is sent by default, for a group of five alerts: title, text, pretext and the rest. */
const TEXTS: readonly string[] = [
  '{{ template "slack.default.title" . }}',
  '{{ template "slack.default.titlelink" . }}',
  '{{ template "slack.default.pretext" . }}',
  '{{ template "slack.default.text" . }}',
  '{{ template "slack.default.fallback" . }}',
];

/** The data are made anew for each notification, as they are in the program. */
export function makeTemplateBench(): MicroBench {
  const templates = compileTemplates([]);
  const alerts = makeAlerts();
  return {
    id: "template",
    what: "render Slack's default texts for five alerts",
    goals: [{ of: "ours", is: "at-least", bound: 20_000 }],
    run: () => {
      const data = buildTemplateData({
        receiver: "team-a",
        groupLabels: { names: ["alertname"], values: ["Alert_1"] },
        alerts,
        externalUrl: "http://alertmanager.example.com",
        reason: "first notification",
      });
      for (const text of TEXTS) {
        const rendered = templates.renderText(text, data, { nowMs: NOW_MS });
        if (!rendered.ok) throw new Error(JSON.stringify(rendered.problem));
      }
      return 1;
    },
  };
}

function makeAlerts(): readonly { readonly record: AlertRecord; readonly resolved: boolean }[] {
  return makeLabelSets(ALERT_COUNT).map((labels) => {
    const posted = {
      labels,
      annotations: '{"description":"Errors for ten minutes","summary":"High error rate"}',
      generatorUrl: "http://prometheus.example.com/graph?g0.expr=up",
    };
    const completed = completeAlert(posted, { nowMs: NOW_MS, resolveTimeoutMs: 300_000 });
    const stampBy = "a" as InstanceId; // any name will do
    const record = applyAlert(undefined, completed, { nowMs: NOW_MS, stampUs: 1, stampBy });
    return { record, resolved: false };
  });
}
