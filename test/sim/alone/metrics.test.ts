import { labelSetFromRecord } from "@tocsin/domain/model";
import { describe, expect, it } from "vitest";
import { LoneMachine, TENANT } from "./machine.ts";
import { Webhooks } from "./webhooks.ts";

const CONFIG = `
route: {receiver: hook, group_by: [alertname], group_wait: 1s}
receivers:
- name: hook
  webhook_configs: [{url: 'http://sink/hook'}]
`;

async function post(machine: LoneMachine, count: number): Promise<void> {
  const ms = Math.floor(machine.wallMs);
  const at = (instantMs: number) => ({ ms: instantMs, subNs: 0, offsetMin: 0 });
  const alerts = Array.from({ length: count }, (_, index) => ({
    labels: labelSetFromRecord({ alertname: "X", index: `${index}` }),
    annotations: "{}",
    generatorUrl: "",
    startsAt: at(ms),
    endsAt: at(ms + 60_000),
  }));
  await machine.settle(machine.api.postAlerts(TENANT, alerts, new AbortController().signal));
}

function counterOf({ metrics }: LoneMachine, name: string, label: string): number | undefined {
  const series = metrics.families.get(`alertmanager_${name}`)?.series.values() ?? [];
  for (const { labels, data } of series) {
    if (labels[0] === label && "value" in data) return data.value;
  }
  return undefined;
}

describe("the metrics of notifications and alerts", () => {
  it.each([
    { status: 200, failed: 0 },
    { status: 400, failed: 1 },
  ])("count $failed failed requests when a receiver answers $status", async (wanted) => {
    const webhooks = new Webhooks();
    webhooks.answers.set("/hook", { status: wanted.status, delayMs: 0 });
    const machine = new LoneMachine({ config: CONFIG }, webhooks);
    await machine.start();
    await post(machine, 1);
    await machine.events.runUntil(machine.events.nowMs + 5_000);
    expect(counterOf(machine, "notification_requests_total", "webhook")).toBe(1);
    expect(counterOf(machine, "notification_requests_failed_total", "webhook")).toBe(wanted.failed);
  });

  it("count a request that is tried again as failed each time", async () => {
    const webhooks = new Webhooks();
    webhooks.answers.set("/hook", { status: 503, delayMs: 0 });
    const machine = new LoneMachine({ config: CONFIG }, webhooks);
    await machine.start();
    await post(machine, 1);
    await machine.events.runUntil(machine.events.nowMs + 10_000);
    const requests = counterOf(machine, "notification_requests_total", "webhook");
    expect(requests).toBeGreaterThan(2);
    expect(counterOf(machine, "notification_requests_failed_total", "webhook")).toBe(requests);
  });

  it("count only alerts that were stored as handed on", async () => {
    const nameLimit = { countMax: 2, onLimited: () => {} };
    const machine = new LoneMachine({ config: CONFIG, nameLimit }, new Webhooks());
    await machine.start();
    await post(machine, 5);
    for (const subscriber of ["dispatcher", "inhibitor"]) {
      expect(counterOf(machine, "alerts_subscriber_channel_writes_total", subscriber)).toBe(2);
    }
  });
});
