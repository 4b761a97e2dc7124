import { describe, expect, it } from "vitest";
import type { AlertRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { ConfirmRequest } from "../peer/messages.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ClusterTime } from "../time/index.ts";
import { Confirmations } from "./confirmations.ts";

const TENANT = "team-a" as TenantId;
const WAIT_MS = 3_000;

describe("Confirmations.mayTell()", () => {
  it("is so for what was confirmed here or by the coordinator, and for nothing else of this moment", () => {
    const { confirmations, mayTell, stampUs } = made();
    expect(mayTell(OWN)).toBe(false);
    confirmations.confirm(TENANT, [stampUs]);
    expect(mayTell(OWN)).toBe(true);
    expect(mayTell(OWN, "team-b" as TenantId)).toBe(false);
    expect(mayTell(OTHER)).toBe(false);
    confirmations.note(OTHER, [{ tenant: TENANT, stampUs }]);
    expect(mayTell(OTHER)).toBe(true);
  });

  it("is so for what is older than the wait, confirmed or not", () => {
    const { mayTell, clock } = made();
    clock.jump(WAIT_MS - 1);
    expect(mayTell(OTHER)).toBe(false);
    clock.jump(1);
    expect(mayTell(OTHER)).toBe(true);
  });

  it("is so for whoever has waited for so long, although the alert was sent again meanwhile", () => {
    const { confirmations, clock, newAlert } = made();
    const sinceMs = clock.monotonicMs();
    clock.jump(WAIT_MS - 1);
    expect(confirmations.mayTell(TENANT, [newAlert(OTHER)], { sinceMs, isAlone: false })).toBe(
      false,
    );
    clock.jump(1);
    expect(confirmations.mayTell(TENANT, [newAlert(OTHER)], { sinceMs, isAlone: false })).toBe(
      true,
    );
  });

  it("does not count the time in which no quorum was in reach", () => {
    const { mayTell, clock, reach } = made();
    clock.jump(WAIT_MS);
    reach.lostMs = WAIT_MS;
    expect(mayTell(OTHER)).toBe(false);
    clock.jump(WAIT_MS - 1);
    expect(mayTell(OTHER)).toBe(false);
    clock.jump(1);
    expect(mayTell(OTHER)).toBe(true);
  });

  it("is so at once for who is cut off, unless a quorum has granted ahead of its pings", () => {
    const { mayTell, reach } = made();
    reach.isCutOff = true;
    expect(mayTell(OTHER)).toBe(false);
    expect(mayTell(OTHER, TENANT, true)).toBe(true);
    reach.isCutOff = false;
    expect(mayTell(OTHER, TENANT, true)).toBe(false);
  });

  it("is always so where nobody else owns the tenant", () => {
    const { mayTell } = made([OWN]);
    expect(mayTell(OWN)).toBe(true);
    // Its coordinator may know of owners to come, and wait for them.
    expect(mayTell(OTHER)).toBe(false);
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
  const reach = { isCutOff: false, lostMs: 0 };
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
    reach: {
      isCutOff: () => reach.isCutOff,
      msSince: (sinceMs) => clock.monotonicMs() - sinceMs - reach.lostMs,
    },
    signal: new AbortController().signal,
  });
  const newAlert = (stampBy: InstanceId): AlertRecord =>
    ({ stampUs: time.nowMs() * 1_000, stampBy }) as AlertRecord;
  const { stampUs } = newAlert(OWN);
  const startedAtMs = clock.monotonicMs();
  const mayTell = (stampBy: InstanceId, tenant = TENANT, isAlone = false): boolean => {
    const alert = { ...newAlert(stampBy), stampUs };
    return confirmations.mayTell(tenant, [alert], { sinceMs: startedAtMs, isAlone });
  };
  return { clock, confirmations, sent, stampUs, newAlert, mayTell, reach, answer: () => answer() };
}
