import { describe, expect, it } from "vitest";
import { AppError } from "@tocsin/foundation";
import type { SilenceRecord } from "@tocsin/domain/model";
import type { SilenceDraft } from "../api/types.ts";
import { TENANT } from "../tenant/fixture.ts";
import { Bench } from "../testing/bench.ts";
import { viewOf } from "../testing/documents.ts";
import { settle, START_MS } from "../testing/manual-clock.ts";
import type { Owner } from "../testing/owner.ts";
import { OWN } from "../testing/watch.ts";
import { expireSilence, putSilence } from "./write-silences.ts";

const DRAFT: SilenceDraft = {
  id: "",
  matcherSets: [[{ type: "=", name: "alertname", value: "a" }]],
  startsAtMs: START_MS,
  endsAtMs: START_MS + 3_600_000,
  createdBy: "ann",
  comment: "works",
  annotations: {},
};

describe("putSilence()", () => {
  it("stands on a quorum, synced to the own disk, when it returns an ID", async () => {
    const bench = new Bench();
    bench.stopped(bench.third);
    const id = await put(bench);
    expect(silenceOf(bench.own, id)?.comment).toBe("works");
    expect(silenceOf(bench.other, id)?.comment).toBe("works");
    expect(bench.own.journal.waits).toContain("synced");
  });

  it("changes what a quorum knows, though this instance has never seen it", async () => {
    const bench = new Bench();
    const id = await put(bench);
    bench.own.fleet.drop(TENANT);
    const changed = await put(bench, { ...DRAFT, id, comment: "longer works" });
    expect(changed).toBe(id);
    expect(silenceOf(bench.third, id)?.comment).toBe("longer works");
    expect(silenceOf(bench.own, id)?.comment).toBe("longer works");
  });

  it("stamps a change above what was read, however far behind the own clock is (A8)", async () => {
    const bench = new Bench();
    const id = await put(bench);
    const before = silenceOf(bench.other, id);
    bench.clock.wallOffsetMs -= 60_000;
    await put(bench, { ...DRAFT, id, comment: "again" });
    const after = silenceOf(bench.other, id);
    expect(after?.stampUs).toBeGreaterThan(before?.stampUs ?? Infinity);
    expect(after?.updatedAtMs).toBeGreaterThan(before?.updatedAtMs ?? Infinity);
  });

  it("knows no silence that a quorum does not know", async () => {
    const bench = new Bench();
    await expect(put(bench, { ...DRAFT, id: "nobody" })).rejects.toMatchObject({
      code: "not-found",
      message: "silence nobody not found",
    });
  });

  it("tells what was done, and the end of what could not be changed in place", async () => {
    const bench = new Bench();
    const id = await put(bench);
    const { startsAtMs } = silenceOf(bench.own, id) ?? DRAFT;
    await put(bench, { ...DRAFT, id, startsAtMs, comment: "changed" });
    const matcherSets = [[{ type: "=" as const, name: "alertname", value: "b" }]];
    const replaced = await put(bench, { ...DRAFT, id, matcherSets, comment: "replaced" });
    await expire(bench, replaced);
    await expire(bench, replaced);
    expect(bench.silenceActs).toEqual([
      "create works",
      "update changed",
      "expire changed",
      "create replaced",
      "expire replaced",
    ]);
  });

  it("refuses one more than the limit, ended ones counted, and what is too large", async () => {
    const bench = new Bench();
    const id = await put(bench);
    await expire(bench, id);
    bench.own.fleet.drop(TENANT);
    bench.silenceLimits.countMax = 1;
    await expect(put(bench)).rejects.toMatchObject({
      code: "invalid-argument",
      message: "Cannot store silence: the tenant has 1 of at most 1 silences",
    });
    bench.silenceLimits.countMax = 2;
    bench.silenceLimits.sizeMaxBytes = 50;
    await expect(put(bench)).rejects.toThrow(
      /^Cannot store silence: it has \d+ bytes of at most 50$/,
    );
    expect(bench.silenceActs).toEqual(["create works", "expire works"]);
  });

  it("refuses a draft that is wrong", async () => {
    const bench = new Bench();
    const wrong = { ...DRAFT, endsAtMs: START_MS - 1 };
    await expect(put(bench, wrong)).rejects.toMatchObject({ code: "invalid-argument" });
    expect(bench.transport.calls).toEqual([]);
  });

  it("takes a refused new silence back wherever it was stored, so that no ghost mutes (A24)", async () => {
    const bench = new Bench();
    bench.other.refusal = "waking up";
    bench.third.refusal = "waking up";
    await expect(put(bench)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("What was stored of it is taken back") as string,
    });
    await settle();
    const [ghost] = bench.own.fleet.get(TENANT)?.fullState().silences ?? [];
    expect(ghost?.expiredOnRequest).toBe(true);
    expect(ghost?.endsAtMs).toBeLessThanOrEqual(START_MS);
    bench.other.refusal = undefined;
    bench.other.fleet.merge(TENANT, { silences: [ghost as SilenceRecord] });
    expect(silenceOf(bench.other, ghost?.id ?? "")?.expiredOnRequest).toBe(true);
  });

  it("has taken it back on the own disk before a quorum is in reach again", async () => {
    const bench = new Bench();
    bench.stopped(bench.other);
    bench.stopped(bench.third);
    const refused = put(bench).catch((error: unknown) => String(error));
    await settle();
    bench.suspected.add(bench.other.id).add(bench.third.id);
    await bench.clock.advance(4_100);
    await expect(refused).resolves.toContain("What was stored of it is taken back");
    expect(bench.own.journal.waits).toEqual(["synced", "synced"]);
  });

  it("says that a change may have happened when no quorum took it, and takes nothing back", async () => {
    const bench = new Bench();
    const id = await put(bench);
    bench.other.refusal = "disk full";
    bench.third.refusal = "disk full";
    await expect(put(bench, { ...DRAFT, id, comment: "again" })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/may have been changed, or not: .*disk full/) as string,
    });
    expect(silenceOf(bench.own, id)?.expiredOnRequest).toBe(false);
  });

  it("changes nothing when no quorum can be read", async () => {
    const bench = new Bench();
    const id = await put(bench);
    bench.gone(bench.other, bench.third);
    await expect(put(bench, { ...DRAFT, id })).rejects.toThrow(
      "Silence not read: 1 of 2 needed owners answered",
    );
  });

  it("does not count a disk that failed to sync", async () => {
    const bench = new Bench();
    bench.own.journal.failure = new Error("disk full");
    await put(bench);
    bench.stopped(bench.third);
    bench.gone(bench.other);
    const refused = put(bench).catch((error: unknown) => String(error));
    await bench.clock.advance(4_100);
    await expect(refused).resolves.toContain("2 owners must store it");
  });
});

describe("putSilence() with one owner", () => {
  it("says why it is not stored, and of no other owners", async () => {
    const bench = new Bench();
    bench.view = viewOf([OWN]);
    bench.own.journal.failure = new AppError("data-loss", "Cannot write to the journal: ENOSPC");
    await expect(put(bench)).rejects.toThrow(
      "Silence not created: it could not be stored (Cannot write to the journal: ENOSPC). " +
        "What was stored of it is taken back",
    );
  });
});

describe("expireSilence()", () => {
  it("ends it on a quorum for good, judged ended at its own instant on every clock", async () => {
    const bench = new Bench();
    const id = await put(bench);
    bench.clock.jump(1_000);
    await expire(bench, id);
    const ended = silenceOf(bench.other, id);
    expect(ended).toMatchObject({ expiredOnRequest: true, endsAtMs: START_MS + 1_000 });
    expect(ended?.updatedAtMs).toBeGreaterThan(START_MS + 1_000);
  });

  it("wins over a change that was read before it and is written after it (A8)", async () => {
    const bench = new Bench();
    const id = await put(bench);
    const before = silenceOf(bench.other, id) as SilenceRecord;
    bench.clock.jump(1_000);
    await expire(bench, id);
    const late = { ...before, stampUs: before.stampUs + 1e12, comment: "later" };
    bench.other.fleet.merge(TENANT, { silences: [late] });
    expect(silenceOf(bench.other, id)).toMatchObject({ expiredOnRequest: true });
  });

  it("changes nothing the second time", async () => {
    const bench = new Bench();
    const id = await put(bench);
    bench.clock.jump(1_000);
    await expire(bench, id);
    const once = silenceOf(bench.other, id);
    bench.clock.jump(1_000);
    await expire(bench, id);
    expect(silenceOf(bench.other, id)).toEqual(once);
  });

  it("says that nobody knows it, or that it may have happened", async () => {
    const bench = new Bench();
    await expect(expire(bench, "nobody")).rejects.toMatchObject({ code: "not-found" });
    const id = await put(bench);
    bench.other.refusal = "waking up";
    bench.third.refusal = "waking up";
    await expect(expire(bench, id)).rejects.toThrow("may have been changed, or not");
  });

  it("is refused while this instance takes no writes", async () => {
    const bench = new Bench();
    bench.refusal = "This instance was stopped";
    await expect(expire(bench, "any")).rejects.toThrow("This instance was stopped");
    expect(bench.transport.calls).toEqual([]);
  });
});

function put(bench: Bench, draft: SilenceDraft = DRAFT): Promise<string> {
  return putSilence(bench.deps, { tenant: TENANT, draft }, new AbortController().signal);
}

function expire(bench: Bench, id: string): Promise<void> {
  return expireSilence(bench.deps, { tenant: TENANT, id }, new AbortController().signal);
}

function silenceOf(owner: Owner, id: string): SilenceRecord | undefined {
  return owner.fleet.get(TENANT)?.silence(id);
}
