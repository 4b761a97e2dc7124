/** One script of alerts, silences, reloads and restarts, played to a real Alertmanager and to Tocsin. */
import { describe, expect, it } from "vitest";
import {
  eventually,
  inMs,
  Webhook,
  type AlertPost,
  type WebhookMessage,
} from "../e2e/servers/index.ts";
import { findProgram } from "../e2e/servers/process.ts";
import { realAlertmanager, tocsin, type Subject } from "./subjects.ts";

const SCRIPT_TIMEOUT_MS = 240_000;

interface Stage {
  readonly webhook: Webhook;
  readonly subject: Subject;
}

const program = findProgram("prometheus-alertmanager") ?? findProgram("alertmanager");
const missing = program === undefined ? " (not installed: prometheus-alertmanager)" : "";

async function stageOf(start: (config: string) => Promise<Subject>): Promise<Stage> {
  const webhook = await Webhook.start();
  return { webhook, subject: await start(configOf(webhook.url)) };
}

function configOf(url: string, moreRoutes = ""): string {
  return `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
  routes:
  - {matchers: ['team="a"'], receiver: pair, continue: true}
  - {matchers: ['team=~".+"'], receiver: quiet, group_by: [team]}
${moreRoutes}
inhibit_rules:
- {source_matchers: ['severity="page"'], target_matchers: ['severity="info"'], equal: [host]}
receivers:
- name: hook
  webhook_configs: [{url: '${url}/hook'}]
- name: pair
  webhook_configs: [{url: '${url}/one'}, {url: '${url}/two', max_alerts: 1}]
- name: quiet
  webhook_configs: [{url: '${url}/quiet', send_resolved: false}]
- name: late
  webhook_configs: [{url: '${url}/late'}]
`;
}

type Labels = Readonly<Record<string, string>>;

const a = (instance: string): Labels => ({ alertname: "A", instance });
const TEAM: Labels = { alertname: "Team", team: "a" };
const SILENT: Labels = { alertname: "Silent" };
const SOURCE: Labels = { alertname: "Source", severity: "page", host: "h" };
const TARGET: Labels = { alertname: "Target", severity: "info", host: "h" };
const LAST: Labels = { alertname: "Last" };
const MARK: Labels = { alertname: "Mark" };
const LATE: Labels = { alertname: "Late", kind: "late" };

const firing = (...labels: readonly Labels[]): AlertPost[] =>
  labels.map((one) => ({
    labels: one,
    annotations: { summary: `about ${one["alertname"]}` },
    endsAt: inMs(3_600_000),
  }));
const resolved = (...labels: readonly Labels[]): AlertPost[] =>
  firing(...labels).map((alert) => ({ ...alert, startsAt: inMs(-1), endsAt: inMs(0) }));

/** Waits until the webhook was told this of the alert, last of all. */
async function toldOf({ webhook }: Stage, labels: Labels, status: string): Promise<void> {
  const names = Object.keys(labels);
  const isIt = (other: Labels): boolean => names.every((name) => other[name] === labels[name]);
  await eventually(`the webhook is told that ${JSON.stringify(labels)} is ${status}`, () => {
    const alerts = webhook.messages.flatMap((message) => message.alerts);
    return alerts.findLast((alert) => isIt(alert.labels))?.status === status;
  });
}

/** Each step waits for what it must lead to; what must stay silent shows at the end. */
async function play(stage: Stage): Promise<void> {
  await playGroups(stage);
  await playSuppression(stage);
  await playReload(stage);
  await playRestart(stage);
}

async function playGroups(stage: Stage): Promise<void> {
  const client = stage.subject.client();
  await client.post(...firing(a("1"), a("2")));
  await toldOf(stage, a("2"), "firing");
  await client.post(...firing(a("3")));
  await toldOf(stage, a("3"), "firing");
  await client.post(...resolved(a("1")));
  await toldOf(stage, a("1"), "resolved");
  await client.post(...firing(TEAM));
  await stage.webhook.told("Team", { count: 3 });
}

async function playSuppression({ subject, webhook }: Stage): Promise<void> {
  const client = subject.client();
  const silence = await client.silence("Silent");
  await client.post(...firing(SILENT, SOURCE));
  await webhook.told("Source");
  await client.post(...firing(TARGET, MARK));
  await webhook.told("Mark");
  await client.expire(silence);
  await webhook.told("Silent");
}

async function playReload({ subject, webhook }: Stage): Promise<void> {
  const late = `  - {matchers: ['kind="late"'], receiver: late, group_by: ['...']}`;
  expect(await subject.reload(configOf(webhook.url, late))).toBe(200);
  expect(await subject.reload("route: {}")).toBe(500);
  expect(await subject.reload(configOf(webhook.url, late))).toBe(200);
  await subject.client().post(...firing(LATE));
  await webhook.told("Late");
}

async function playRestart(stage: Stage): Promise<void> {
  const { subject } = stage;
  // What was told a moment before a restart may be told again: something that is over by then comes last.
  await subject.client().post(...firing(LAST));
  await toldOf(stage, LAST, "firing");
  await subject.client().post(...resolved(LAST));
  await toldOf(stage, LAST, "resolved");
  await subject.restart();
  const client = subject.client();
  await client.post(...firing(a("2"), a("3"), TEAM, SILENT, SOURCE, TARGET, MARK, LATE));
  await client.post(...firing(a("4")));
  await toldOf(stage, a("4"), "firing");
  await client.post(...resolved(SOURCE));
  await toldOf(stage, TARGET, "firing");
  const rest = [a("2"), a("3"), a("4"), TEAM, SILENT, TARGET, MARK, LATE];
  await client.post(...resolved(...rest));
  for (const labels of [SOURCE, ...rest]) await toldOf(stage, labels, "resolved");
  await stage.webhook.told("Team", { status: "resolved", count: 2 });
}

/** What is compared: the messages to each place, in their order, without instants. */
function storyOf(
  messages: readonly WebhookMessage[],
): Readonly<Record<string, readonly unknown[]>> {
  const story: Record<string, unknown[]> = {};
  for (const message of messages) {
    const alerts = message.alerts.map(({ status, labels, annotations }) => ({
      status,
      labels,
      annotations,
    }));
    const { path, version, status, receiver, groupKey, groupLabels, commonLabels } = message;
    const told = { version, status, receiver, groupLabels, commonLabels, alerts };
    (story[`${path} ${groupKey}`] ??= []).push(told);
  }
  return story;
}

/**
 * A program that is too busy may take the alerts of one request into two messages, the real one too: then
 * the stories differ by chance, and all begins anew.
 */
const OPTIONS = { timeout: SCRIPT_TIMEOUT_MS, retry: 2 };

describe.skipIf(program === undefined)(`the same script${missing}`, () => {
  it("makes Tocsin send what a real Alertmanager sends", OPTIONS, async () => {
    const stages = await Promise.all([stageOf(realAlertmanager), stageOf(tocsin)]);
    try {
      await Promise.all(stages.map(play));
      const [wanted, got] = stages.map(({ webhook }) => storyOf(webhook.messages));
      expect(Object.keys(wanted ?? {}).length).toBeGreaterThan(8);
      expect(got).toEqual(wanted);
    } finally {
      for (const { subject, webhook } of stages) {
        await subject.remove();
        await webhook.stop();
      }
    }
  });
});
