/** A real disk that is full: a file system of 1 MiB in memory, where the machine lets us make one. */
import type { Logger } from "@tocsin/foundation";
import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { groupEntry, openJournal, realClock, reread, tempFolder, testDeps } from "./testing.ts";

const NEVER = new AbortController().signal;

function mountTiny(folder: string, options = "size=1m"): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "ignore" });
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

  it("opens, replays and outdates its meta there, and is well when there is room", async (context) => {
    const storagePath = await tempFolder();
    if (!mountTiny(storagePath)) context.skip("mounting a file system is not permitted here");
    const before = await openJournal({ storagePath });
    const meta = { incarnation: 3, view: undefined, hasCaughtUp: true };
    await before.journal.writeMeta(meta);
    before.journal.append(groupEntry(1));
    await before.journal.close();
    const ballast = join(storagePath, "ballast");
    await writeFile(ballast, Buffer.alloc(2 * 1024 * 1024)).catch(() => {});
    const { journal, entries } = await openJournal({ storagePath });
    expect(entries).toEqual([groupEntry(1)]);
    await expect(journal.writeMeta({ ...meta, incarnation: 4 })).rejects.toThrow("ENOSPC");
    await journal.outdateMeta();
    expect(await journal.readMeta()).toEqual({ ...meta, isOutdated: true });
    await rm(ballast);
    await journal.writeMeta({ ...meta, incarnation: 4 });
    expect(await journal.readMeta()).toEqual({ ...meta, incarnation: 4 });
    await journal.close();
  });

  it("opens without a lock where no file can be made, and takes it later", async (context) => {
    const storagePath = await tempFolder();
    if (!mountTiny(storagePath, "size=1m,nr_inodes=20")) {
      context.skip("mounting a file system is not permitted here");
    }
    await mkdir(join(storagePath, "tocsin", "journal"), { recursive: true });
    const taken: string[] = [];
    await expect(
      (async () => {
        for (let n = 0; ; n += 1) {
          const path = join(storagePath, `taken-${n}`);
          await writeFile(path, "");
          taken.push(path);
        }
      })(),
    ).rejects.toThrow("ENOSPC");
    const said: string[] = [];
    const logger: Logger = {
      enabled: () => true,
      log: (_level, message) => void said.push(message),
      with: () => logger,
    };
    const deps = { ...testDeps(realClock(20)), logger };
    const { journal, report } = await openJournal({ storagePath }, deps);
    expect(report).toMatchObject({ empty: true, intact: true });
    expect(said).toContain("Folder cannot be locked, its disk is full");
    expect(journal.checkpointDue()).toBe(true);
    for (const path of taken) await rm(path);
    await vi.waitFor(() => expect(said).toContain("Folder is locked"), { timeout: 20_000 });
    await expect(openJournal({ storagePath })).rejects.toMatchObject({ code: "conflict" });
    await journal.checkpoint([], NEVER);
    expect(journal.checkpointDue()).toBe(false);
    await journal.close();
  });
});
