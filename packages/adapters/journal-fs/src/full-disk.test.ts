/** A real disk that is full: a file system of 1 MiB in memory, where the machine lets us make one. */
import { execFileSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { groupEntry, openJournal, realClock, reread, tempFolder, testDeps } from "./testing.ts";

const NEVER = new AbortController().signal;

function mountTiny(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
    onTestFinished(() => void execFileSync("umount", [folder]));
    return true;
  } catch {
    return false;
  }
}

describe("FileJournal on a full disk", () => {
  it("rejects with data-loss, marks the log, and goes on when there is room", async (context) => {
    const storagePath = await tempFolder();
    if (!mountTiny(storagePath)) context.skip("mounting a file system is not permitted here");
    const { journal } = await openJournal({ storagePath }, testDeps(realClock(20)));
    journal.append(groupEntry(1));
    await journal.synced();
    const ballast = join(storagePath, "ballast");
    await writeFile(ballast, Buffer.alloc(2 * 1024 * 1024)).catch(() => {});
    const failures = await Promise.allSettled(
      Array.from({ length: 2_000 }, async (_, n) => {
        journal.append(groupEntry(n));
        await journal.written();
      }),
    );
    expect(failures.map((failure) => failure.status)).toContain("rejected");
    await rm(ballast);
    await realClock().sleep(60, NEVER);
    journal.append(groupEntry(7));
    await journal.synced();
    await journal.close();
    const { entries, report } = await reread({ storagePath });
    expect(report.intact).toBe(false);
    expect(entries[0]).toEqual(groupEntry(1));
    expect(entries.at(-1)).toEqual(groupEntry(7));
  });
});
