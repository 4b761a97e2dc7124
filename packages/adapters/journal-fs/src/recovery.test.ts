/** What follows when a disk that has failed can be written again. */
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  groupEntry,
  openJournal,
  realClock,
  tempFolder,
  testDeps,
  WatchedDisk,
} from "./testing.ts";

const NEVER = new AbortController().signal;
const FULL = Object.assign(new Error("no space left"), { code: "ENOSPC" });

describe("FileJournal.checkpointDue() after the disk has failed", () => {
  it("says yes when there is room again, although nothing is appended", async () => {
    const disk = new WatchedDisk();
    let aheadMs = 0;
    const right = realClock(20);
    const clock = { ...right, monotonicMs: () => right.monotonicMs() + aheadMs };
    const options = { storagePath: await tempFolder(), disk };
    const { journal } = await openJournal(options, testDeps(clock));
    // The process is young no more, so that signs of life are a minute apart.
    aheadMs = 600_000;
    onTestFinished(() => journal.close());
    disk.failure = { of: "append", error: FULL };
    journal.append(groupEntry(1));
    await expect(journal.synced()).rejects.toMatchObject({ code: "data-loss" });
    await realClock().sleep(150, NEVER);
    expect(journal.checkpointDue()).toBe(false);
    disk.failure = undefined;
    await vi.waitFor(() => expect(journal.checkpointDue()).toBe(true), { timeout: 1_500 });
    await journal.checkpoint([groupEntry(1)], NEVER);
    expect(journal.checkpointDue()).toBe(false);
  });

  it("says no for a while after a checkpoint that failed, longer each time", async () => {
    let nowMs = 0;
    const clock = { ...realClock(), monotonicMs: () => nowMs };
    const disk = new WatchedDisk();
    const { journal } = await openJournal(
      { storagePath: await tempFolder(), disk, bootId: "boot-1" },
      testDeps(clock),
    );
    onTestFinished(() => journal.close());
    disk.failure = { of: "append", error: FULL };
    journal.append(groupEntry(1));
    await expect(journal.synced()).rejects.toMatchObject({ code: "data-loss" });
    disk.failure = undefined;
    nowMs += 1_000;
    journal.append(groupEntry(2));
    await journal.synced();
    const restsMs = [];
    for (let time = 0; time < 7; time += 1) {
      disk.failure = { of: "create", error: FULL };
      await expect(journal.checkpoint([groupEntry(1)], NEVER)).rejects.toThrow("no space left");
      disk.failure = undefined;
      const sinceMs = nowMs;
      while (!journal.checkpointDue()) nowMs += 1_000;
      restsMs.push(nowMs - sinceMs);
    }
    expect(restsMs).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });
});
