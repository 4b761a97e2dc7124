import { describe, expect, it } from "vitest";
import { alertOf, TENANT } from "../tenant/fixture.ts";
import { Bench } from "../testing/bench.ts";
import { Owner } from "../testing/owner.ts";
import { viewOf } from "../testing/documents.ts";
import { settle, START_MS } from "../testing/manual-clock.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { drawStamp, writeAlerts } from "./write-alerts.ts";

describe("writeAlerts()", () => {
  it("is acknowledged by two of three with one stamp, while the third is stopped", async () => {
    const bench = new Bench();
    bench.stopped(bench.third);
    await write(bench, "a", "b");
    const stampUs = START_MS * 1_000;
    expect(bench.own.stamps(TENANT)).toEqual([stampUs, stampUs]);
    expect(bench.other.stamps(TENANT)).toEqual([stampUs, stampUs]);
    expect(bench.clock.monotonicMs()).toBe(0);
  });

  it("is refused at once, with a reason, when two of three are gone", async () => {
    const bench = new Bench();
    bench.gone(bench.other, bench.third);
    await expect(write(bench, "a")).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(
        /^Alerts not acknowledged: 2 owners must store them .*"am-\d": refused/,
      ) as string,
    });
  });

  it("is refused at the deadline when two of three are stopped", async () => {
    const bench = new Bench();
    bench.stopped(bench.other);
    bench.stopped(bench.third);
    const refused = failed(write(bench, "a"));
    await bench.clock.advance(3_900);
    expect(refused.message).toBe("");
    await bench.clock.advance(200);
    expect(refused.message).toContain("took longer than 4000 ms");
  });

  it("stamps anew above what an owner holds when it would be behind (A7)", async () => {
    const bench = new Bench();
    const aheadUs = (START_MS + 5_000) * 1_000;
    for (const owner of [bench.other, bench.third]) {
      owner.fleet.applyBatch({
        tenant: TENANT,
        nowMs: START_MS + 5_000,
        stampUs: aheadUs,
        stampBy: OTHER,
        alerts: [alertOf({ alertname: "a" }, START_MS + 5_000)],
      });
    }
    await write(bench, "a");
    for (const owner of [bench.own, bench.other, bench.third]) {
      expect(owner.stamps(TENANT)[0]).toBeGreaterThan(aheadUs);
    }
  });

  it.each([
    { what: "is not lifted above a later write", underWayMs: 1_000, lifts: false },
    { what: "when it was quick is lifted above what came late", underWayMs: 900, lifts: true },
  ])("$what that replaced it here, and that others have (I13)", async ({ underWayMs, lifts }) => {
    const bench = new Bench();
    const release = Promise.withResolvers<void>();
    for (const owner of [bench.other, bench.third]) {
      bench.transport.answers.set(owner.id, async (request) => {
        await release.promise;
        return owner.answer(request);
      });
    }
    const done = write(bench, "a");
    await settle();
    const laterUs = (START_MS + 2_000) * 1_000;
    for (const owner of [bench.own, bench.other, bench.third]) {
      owner.fleet.applyBatch({
        tenant: TENANT,
        nowMs: START_MS + 2_000,
        stampUs: laterUs,
        stampBy: OTHER,
        alerts: [alertOf({ alertname: "a" }, START_MS + 2_000)],
      });
    }
    await bench.clock.advance(underWayMs);
    release.resolve();
    await done;
    for (const owner of [bench.own, bench.other, bench.third]) {
      const [stampUs] = owner.stamps(TENANT);
      expect(stampUs === laterUs).toBe(!lifts);
    }
  });

  it.each([
    {
      what: "is not lifted above one that began more than a second later",
      laterMs: 1_500,
      lifts: false,
    },
    {
      what: "is lifted above one of the same second, which may have begun before it",
      laterMs: 900,
      lifts: true,
    },
    { what: "is lifted above one from a clock that is ahead (A7)", laterMs: 2_500, lifts: true },
    { what: "is not lifted above its end", laterMs: 400, endedMs: 400, lifts: false },
    { what: "is lifted above the end of what was before", laterMs: 400, endedMs: -1, lifts: true },
    { what: "is lifted above an end from such a clock", laterMs: 2_500, endedMs: 400, lifts: true },
  ])("under way for two seconds $what", async ({ laterMs, endedMs, lifts }) => {
    const bench = new Bench();
    const release = Promise.withResolvers<void>();
    const laterUs = (START_MS + laterMs) * 1_000;
    const ended = endedMs !== undefined && {
      startsAtMs: START_MS - 5_000,
      endsAtMs: START_MS + endedMs,
    };
    for (const owner of [bench.other, bench.third]) {
      owner.fleet.applyBatch({
        tenant: TENANT,
        nowMs: START_MS + laterMs,
        stampUs: laterUs,
        stampBy: OTHER,
        alerts: [alertOf({ alertname: "a" }, START_MS + laterMs, ended || {})],
      });
      bench.transport.answers.set(owner.id, async (request) => {
        await release.promise;
        return owner.answer(request);
      });
    }
    const done = write(bench, "a");
    await bench.clock.advance(2_000);
    release.resolve();
    await done;
    const [stampUs] = bench.third.stamps(TENANT);
    expect(stampUs === laterUs).toBe(!lifts);
  });

  it("that waited before it was sent is no later one for that", async () => {
    const bench = new Bench();
    const stamp = drawStamp(bench.deps);
    await bench.clock.advance(2_000);
    const laterUs = (START_MS + 1_500) * 1_000;
    for (const owner of [bench.other, bench.third]) {
      owner.fleet.applyBatch({
        tenant: TENANT,
        nowMs: START_MS + 1_500,
        stampUs: laterUs,
        stampBy: OTHER,
        alerts: [alertOf({ alertname: "a" }, START_MS + 1_500)],
      });
    }
    const alerts = [alertOf({ alertname: "a" }, START_MS + 2_000)];
    const { signal } = new AbortController();
    await writeAlerts(bench.deps, { tenant: TENANT, alerts, pauses: 0, stamp }, signal);
    expect(bench.third.stamps(TENANT)).toEqual([laterUs]);
  });

  it("stamps anew without waiting for an owner that is stopped", async () => {
    const bench = new Bench();
    bench.other.fleet.applyBatch({
      tenant: TENANT,
      nowMs: START_MS + 5_000,
      stampUs: (START_MS + 5_000) * 1_000,
      stampBy: OTHER,
      alerts: [alertOf({ alertname: "a" }, START_MS + 5_000)],
    });
    bench.stopped(bench.third);
    let isDone = false;
    void write(bench, "a").then(() => (isDone = true));
    await settle();
    expect(isDone).toBe(true);
    expect(bench.own.stamps(TENANT)[0]).toBeGreaterThan((START_MS + 5_000) * 1_000);
  });

  it("leaves the stamps of those alerts alone that a quorum has taken", async () => {
    const bench = new Bench();
    for (const owner of [bench.other, bench.third]) {
      owner.fleet.applyBatch({
        tenant: TENANT,
        nowMs: START_MS + 5_000,
        stampUs: (START_MS + 5_000) * 1_000,
        stampBy: OTHER,
        alerts: [alertOf({ alertname: "a" }, START_MS + 5_000)],
      });
    }
    await write(bench, "a", "b");
    const stamps = bench.third.stamps(TENANT).toSorted((a, b) => a - b);
    expect(stamps[0]).toBe(START_MS * 1_000);
    expect(stamps[1]).toBeGreaterThan((START_MS + 5_000) * 1_000);
  });

  it("stamps nothing any more after a stop of the process (A4)", async () => {
    const bench = new Bench();
    const answers: (() => void)[] = [];
    for (const owner of [bench.other, bench.third]) {
      bench.transport.answers.set(owner.id, (request) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        answers.push(resolve);
        return promise.then(() => {
          const { kind, body } = request as { kind: "write-alerts"; body: { batches: unknown } };
          expect([kind, body]).toBeDefined();
          return {
            kind: "taken",
            results: [{ behind: [{ index: 0, stampUs: 9e15, isEnd: false }] }],
          };
        });
      });
    }
    const refused = failed(write(bench, "a"));
    await settle();
    bench.pauses += 1;
    for (const resolve of answers) resolve();
    await settle();
    expect(refused.message).toContain("could not be stamped in time");
    expect(bench.transport.calls).toHaveLength(2);
  });

  it("gives up at the deadline when owners are always ahead", async () => {
    const bench = new Bench();
    let stampUs = 9e15;
    for (const id of [OTHER, THIRD]) {
      bench.transport.answers.set(id, () => {
        bench.clock.jump(500);
        stampUs += 1_000;
        return { kind: "taken", results: [{ behind: [{ index: 0, stampUs, isEnd: false }] }] };
      });
    }
    await expect(write(bench, "a")).rejects.toThrow("could not be stamped in time");
  });

  it("takes a newer view and asks again under it (A13)", async () => {
    const bench = new Bench();
    bench.ahead(bench.other, 5);
    bench.stopped(bench.third);
    await write(bench, "a");
    expect(bench.view.version).toBe(5);
    expect(bench.other.stamps(TENANT)).toHaveLength(1);
  });

  it("needs a quorum of the owners to come too when it hears of them on the way (A13)", async () => {
    const bench = new Bench();
    const [fourth, fifth] = ["am-4", "am-5"].map((id) => new Owner(idOf(id), bench.clock));
    bench.stopped(bench.third);
    bench.ahead(bench.other, 5, [OTHER, fourth!.id, fifth!.id]);
    await expect(write(bench, "a")).rejects.toThrow("2 owners must store them and too few could");
    bench.up(fourth!);
    await write(bench, "b");
    expect(fourth!.stamps(TENANT)).toHaveLength(1);
  });

  it("does not count an owner that refuses, the own one included", async () => {
    const bench = new Bench();
    bench.third.refusal = "waking up";
    await write(bench, "a");
    bench.refusal = "waking up too";
    await expect(write(bench, "b")).rejects.toThrow("am-1: waking up too; am-3: waking up");
  });

  it("as the only owner stores at once, stamps anew when behind, and says why when it cannot", async () => {
    const bench = new Bench();
    bench.view = viewOf([OWN]);
    bench.own.journal.failure = new Error("disk full");
    const aheadUs = (START_MS + 5_000) * 1_000;
    bench.own.fleet.applyBatch({
      tenant: TENANT,
      nowMs: START_MS + 5_000,
      stampUs: aheadUs,
      stampBy: OTHER,
      alerts: [alertOf({ alertname: "a" }, START_MS + 5_000)],
    });
    await write(bench, "a");
    expect(bench.own.stamps(TENANT)[0]).toBeGreaterThan(aheadUs);
    bench.refusal = "waking up";
    await expect(write(bench, "a")).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(
        "is the only owner and could not store them (waking up)",
      ) as string,
    });
  });

  it("takes alerts in memory when the own disk is broken (PROTOCOL 9)", async () => {
    const bench = new Bench();
    bench.stopped(bench.third);
    bench.own.journal.failure = new Error("disk full");
    await write(bench, "a");
    expect(bench.own.stamps(TENANT)).toHaveLength(1);
  });
});

function write(bench: Bench, ...names: readonly string[]): Promise<void> {
  const nowMs = bench.own.time.nowMs();
  const alerts = names.map((alertname) => alertOf({ alertname }, nowMs));
  return writeAlerts(
    bench.deps,
    { tenant: TENANT, alerts, pauses: 0 },
    new AbortController().signal,
  );
}

/** Why a promise has rejected, once it has. */
function failed(promise: Promise<unknown>): { message: string } {
  const seen = { message: "" };
  promise.catch((error: unknown) => (seen.message = String(error)));
  return seen;
}
