import { describe, expect, it } from "vitest";
import { labelSetFromRecord } from "@tocsin/domain/model";
import { LoneMachine, TENANT } from "./machine.ts";
import { Webhooks, type Delivery } from "./webhooks.ts";

const configWith = (groupInterval: string): string => `
route: {receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: ${groupInterval}}
receivers:
- name: hook
  webhook_configs: [{url: 'http://sink/hook'}]
`;
const VALID_MS = 60_000;

async function startMachine(groupInterval = "10s"): Promise<LoneMachine> {
  const machine = new LoneMachine({ config: configWith(groupInterval) }, new Webhooks());
  await machine.start();
  return machine;
}

/** Posts an alert that ends `VALID_MS` later unless it is posted again. */
async function post(machine: LoneMachine): Promise<void> {
  const ms = Math.floor(machine.wallMs);
  const at = (instantMs: number) => ({ ms: instantMs, subNs: 0, offsetMin: 0 });
  const labels = labelSetFromRecord({ alertname: "X" });
  const alert = { labels, annotations: "{}", generatorUrl: "" };
  const { signal } = new AbortController();
  const posted = [{ ...alert, startsAt: at(ms), endsAt: at(ms + VALID_MS) }];
  await machine.settle(machine.api.postAlerts(TENANT, posted, signal));
}

async function runFor(machine: LoneMachine, delayMs: number): Promise<void> {
  await machine.events.runUntil(machine.events.nowMs + delayMs);
}

function statusesOf({ webhooks }: LoneMachine): readonly Delivery["status"][] {
  return webhooks.deliveries.map(({ status }) => status);
}

describe("an alert that runs out about a restart", () => {
  it("is told as resolved once it could have been sent again, not an interval later", async () => {
    // One tick passes while the machine is down; the next would come 100 s after its start.
    const machine = await startMachine("100s");
    await post(machine);
    await runFor(machine, 10_000);
    await machine.crash(2 * VALID_MS);
    await runFor(machine, VALID_MS - 2_000);
    expect(statusesOf(machine)).toEqual(["firing"]);
    await runFor(machine, 4_000);
    expect(statusesOf(machine)).toEqual(["firing", "resolved"]);
  });

  it("is not told as resolved if it is sent again by then", async () => {
    const machine = await startMachine();
    await post(machine);
    await runFor(machine, 10_000);
    await machine.crash(2 * VALID_MS);
    await runFor(machine, VALID_MS / 2);
    await post(machine);
    await runFor(machine, VALID_MS - 2_000);
    expect(statusesOf(machine)).toEqual(["firing"]);
  });

  it("is told in the end also when no process lives for as long as it was valid", async () => {
    const machine = await startMachine();
    await post(machine);
    await runFor(machine, 10_000);
    const diedAtMs = machine.events.nowMs;
    while (!statusesOf(machine).includes("resolved")) {
      expect(machine.events.nowMs - diedAtMs).toBeLessThan(3 * VALID_MS);
      await machine.crash(1_000);
      await runFor(machine, 5_000);
    }
    expect(machine.events.nowMs - diedAtMs).toBeGreaterThan(VALID_MS - 10_000);
    expect(statusesOf(machine)).toEqual(["firing", "resolved"]);
  });

  it("is held back while it is sent again between restarts, seldom enough", async () => {
    const machine = await startMachine();
    await post(machine);
    for (let count = 0; count < 20; count += 1) {
      await machine.crash(1_000);
      await runFor(machine, VALID_MS / 3);
      await post(machine);
      await runFor(machine, VALID_MS / 6);
    }
    expect(new Set(statusesOf(machine))).toEqual(new Set(["firing"]));
  });
});
