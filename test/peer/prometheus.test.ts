/** A real Prometheus finds Tocsin, sends it alerts, and Tocsin notifies. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  call,
  eventually,
  freePort,
  Instance,
  startPrometheus,
  Webhook,
  type HttpServer,
} from "../e2e/servers/index.ts";
import { findProgram } from "../e2e/servers/process.ts";

const TIMEOUT_MS = 120_000;
const program = findProgram("prometheus");
const missing = program === undefined ? "not installed: Debian package prometheus" : "";

const RULES = `
groups:
- name: tests
  interval: 1s
  rules:
  - alert: TargetDown
    expr: up{job="target"} == 0
    labels: {severity: page}
    annotations: {summary: '{{ $labels.job }} is down'}
`;

let webhook: Webhook;
let instance: Instance;
let prometheus: HttpServer;
let targetPort: number;
let target: Server | undefined;

const title = `a real Prometheus${missing && ` (${missing})`}`;

describe.skipIf(program === undefined)(title, { timeout: TIMEOUT_MS }, () => {
  beforeAll(async () => {
    webhook = await Webhook.start();
    instance = await Instance.start({ config: alertmanagerConfig(webhook.url) });
    targetPort = await freePort();
    prometheus = (await startPrometheus({
      config: prometheusConfig(new URL(instance.endpoint).host, targetPort),
      files: { "rules.yml": RULES },
    })) as HttpServer; // Skipped when it is missing.
  }, TIMEOUT_MS);

  afterAll(async () => {
    target?.close();
    await prometheus.stop();
    await instance.remove();
    await webhook.stop();
  }, TIMEOUT_MS);

  it("knows Tocsin as one of its Alertmanagers", async () => {
    await eventually("an active Alertmanager", async () => {
      const answer = await call(`${prometheus.endpoint}/api/v1/alertmanagers`);
      return answer.text.includes(`${new URL(instance.endpoint).host}/api/v2/alerts`);
    });
  });

  it("has its alerts told, with their labels, annotations and source", async () => {
    const [message] = await webhook.told("TargetDown", { status: "firing" });
    expect(message).toMatchObject({
      receiver: "hook",
      groupLabels: { alertname: "TargetDown" },
      commonLabels: { job: "target", severity: "page", replica: "one" },
      alerts: [{ annotations: { summary: "target is down" } }],
    });
    expect(message?.alerts[0]).toHaveProperty("generatorURL", expect.stringContaining("/graph?"));
  });

  it("has their ends told when what was wrong is over", async () => {
    target = createServer((_request, reply) => reply.end("ok 1\n"));
    target.listen(targetPort, "127.0.0.1");
    await once(target, "listening");
    const [message] = await webhook.told("TargetDown", { status: "resolved" });
    expect(message?.alerts).toHaveLength(1);
    expect(webhook.of("TargetDown").map(({ status }) => status)).toEqual(["firing", "resolved"]);
  });
});

function alertmanagerConfig(url: string): string {
  return `
route: {receiver: hook, group_by: [alertname], group_wait: 200ms, group_interval: 1s, repeat_interval: 1h}
receivers:
- name: hook
  webhook_configs: [{url: '${url}/hook'}]
`;
}

function prometheusConfig(alertmanager: string, port: number): string {
  return `
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: {replica: one}}
rule_files: [rules.yml]
alerting:
  alertmanagers: [{static_configs: [{targets: ['${alertmanager}']}]}]
scrape_configs:
- job_name: target
  static_configs: [{targets: ['127.0.0.1:${port}']}]
`;
}
