import { describe, expect, it } from "vitest";
import type { AlertRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { ConfirmRequest } from "../peer/messages.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ClusterTime } from "../time/index.ts";
import { Confirmations } from "./confirmations.ts";

const TENANT = "team-a" as TenantId;
const WAIT_MS = 3_000;

describe("Confirmations.isConfirmed()", () => {
  it("is so for what was confirmed here or by the coordinator, and for nothing else of this moment", () => {
    const { confirmations, alert, stampUs } = made();
    expect(confirmations.isConfirmed(TENANT, alert(OWN))).toBe(false);
    confirmations.confirm(TENANT, [stampUs]);
    expect(confirmations.isConfirmed(TENANT, alert(OWN))).toBe(true);
    expect(confirmations.isConfirmed("team-b" as TenantId, alert(OWN))).toBe(false);
    expect(confirmations.isConfirmed(TENANT, alert(OTHER))).toBe(false);
    confirmations.note(OTHER, [{ tenant: TENANT, stampUs }]);
    expect(confirmations.isConfirmed(TENANT, alert(OTHER))).toBe(true);
  });

  it("is so for what is older than the wait, confirmed or not", () => {
    const { confirmations, alert, clock } = made();
    const old = alert(OTHER);
    clock.jump(WAIT_MS - 1);
    expect(confirmations.isConfirmed(TENANT, old)).toBe(false);
    clock.jump(1);
    expect(confirmations.isConfirmed(TENANT, old)).toBe(true);
  });

  it("is always so where nobody else owns the tenant", () => {
    const { confirmations, alert } = made([OWN]);
    expect(confirmations.isConfirmed(TENANT, alert(OWN))).toBe(true);
    // Its coordinator may know of owners to come, and wait for them.
    expect(confirmations.isConfirmed(TENANT, alert(OTHER))).toBe(false);
  });
});

describe("Confirmations.confirm()", () => {
  it("tells every other owner that is trusted, in one message for what comes up meanwhile", async () => {
    const { confirmations, sent, answer } = made();
    confirmations.confirm(TENANT, [1]);
    confirmations.confirm(TENANT, [2]);
    confirmations.confirm(TENANT, [3, 4]);
    expect(sent).toEqual([[OTHER, [1]]]);
    answer();
    await Promise.resolve()
      .then(() => {})
      .then(() => {});
    expect(sent).toEqual([
      [OTHER, [1]],
      [OTHER, [2, 3, 4]],
    ]);
  });
});

function made(owners: readonly InstanceId[] = [OWN, OTHER, THIRD]) {
  const clock = new ManualClock();
  const time = new ClusterTime(clock);
  const sent: [InstanceId, number[]][] = [];
  let answer = (): void => {};
  const call = async (to: { id: InstanceId }, request: { body: object }): Promise<never> => {
    const { writes } = request.body as ConfirmRequest;
    sent.push([to.id, writes.map(({ stampUs }) => stampUs)]);
    await new Promise<void>((resolve) => (answer = resolve));
    return {} as never;
  };
  const confirmations = new Confirmations({
    clock,
    waitMs: WAIT_MS,
    time,
    ownId: OWN,
    calls: { call },
    owners: () => ({ sets: [owners] }),
    isSuspected: (id) => id === idOf(THIRD),
    signal: new AbortController().signal,
  });
  const stampUs = time.nowMs() * 1_000;
  const alert = (stampBy: InstanceId): AlertRecord => ({ stampUs, stampBy }) as AlertRecord;
  return { clock, confirmations, sent, stampUs, alert, answer: () => answer() };
}
