import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silentLogger, type Logger } from "@tocsin/foundation";
import { describe, expect, it, vi } from "vitest";
import { FileJournal } from "./file-journal.ts";
import { listSegments } from "./segment-files.ts";
import { FRAME_HEADER_SIZE_BYTES, SEGMENT_HEADER } from "./segment.ts";
import {
  alertRecord,
  groupEntry,
  openJournal,
  realClock,
  reread,
  resent,
  TENANT,
  tempFolder,
  testDeps,
  WatchedDisk,
} from "./testing.ts";

const NEVER = new AbortController().signal;

async function segmentsOf(storagePath: string): Promise<readonly string[]> {
  const segments = await listSegments(join(storagePath, "tocsin", "journal"));
  return segments.map((segment) => segment.path);
}

describe("FileJournal.replay()", () => {
  it("finds nothing in a new folder", async () => {
    const storagePath = await tempFolder();
    const { report } = await reread({ storagePath });
    expect(report).toEqual({
      empty: true,
      intact: true,
      sameBoot: true,
      entries: 0,
      lastAliveMs: 0,
    });
  });

  it("gives back what was appended, over several starts", async () => {
    const storagePath = await tempFolder();
    const before = realClock().wallMs();
    for (const n of [1, 2, 3]) {
      const { journal } = await openJournal({ storagePath });
      journal.append(groupEntry(n));
      await journal.written();
      await journal.close();
    }
    const { entries, report } = await reread({ storagePath });
    expect(entries).toEqual([groupEntry(1), groupEntry(2), groupEntry(3)]);
    expect(report).toMatchObject({ empty: false, intact: true, sameBoot: true, entries: 3 });
    expect(report.lastAliveMs).toBeGreaterThanOrEqual(before);
  });

  it("knows when the last process was alive, though one before it had a later clock", async () => {
    const storagePath = await tempFolder();
    const clock = realClock();
    for (const aheadMs of [3_600_000, 0]) {
      const then = { ...clock, wallMs: () => clock.wallMs() + aheadMs };
      const { journal } = await openJournal({ storagePath }, testDeps(then));
      journal.append(groupEntry(1));
      await journal.written();
      await journal.close();
    }
    const { report } = await reread({ storagePath });
    expect(report.lastAliveMs).toBeLessThanOrEqual(clock.wallMs());
  });

  it("restores re-sent alerts, which are written in a tenth of the space", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    const alerts = Array.from({ length: 50 }, (_, n) => alertRecord(n));
    journal.append({ tenant: TENANT, state: { alerts } });
    await journal.written();
    const [path = ""] = await segmentsOf(storagePath);
    const fullBytes = (await stat(path)).size;
    const again = alerts.map((alert) => resent(alert));
    journal.append({ tenant: TENANT, state: { alerts: again } });
    await journal.close();
    const touchBytes = (await stat(path)).size - fullBytes;
    expect(touchBytes / alerts.length).toBeLessThan(45);
    const { entries } = await reread({ storagePath });
    expect(entries.map((entry) => entry.state.alerts)).toEqual([alerts, again]);
  });

  it("cuts a torn tail, wherever it was torn, and does not call it damage", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    journal.append(groupEntry(1));
    await journal.written();
    const [path = ""] = await segmentsOf(storagePath);
    const wholeBytes = (await stat(path)).size;
    journal.append(groupEntry(2));
    await journal.close();
    const bytes = await readFile(path);
    for (let size = wholeBytes; size < bytes.length; size += 1) {
      await writeFile(path, bytes.subarray(0, size));
      for (const start of ["first", "second"]) {
        const { entries, report } = await reread({ storagePath });
        expect(entries, `${start} start after a cut at ${size}`).toEqual([groupEntry(1)]);
        expect(report.intact).toBe(true);
      }
      expect((await stat(path)).size).toBe(wholeBytes);
    }
  });

  it("takes an empty or half-headed last segment for torn", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    journal.append(groupEntry(1));
    await journal.close();
    const next = join(storagePath, "tocsin", "journal", "00000009.log");
    for (const size of [0, 3]) {
      await writeFile(next, SEGMENT_HEADER.subarray(0, size));
      const { report } = await reread({ storagePath });
      expect(report).toMatchObject({ intact: true, entries: 1 });
    }
  });

  it("reads all but the damaged record, whichever byte is flipped, and says so from then on", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    for (const n of [1, 2, 3]) journal.append(groupEntry(n));
    await journal.close();
    const [path = ""] = await segmentsOf(storagePath);
    const whole = join(storagePath, "tocsin", "journal", "whole");
    const mark = await readFile(whole);
    const bytes = await readFile(path);
    const lastFrame = bytes.lastIndexOf(Buffer.from([0xfe, 0xc5]));
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x40;
      await writeFile(path, flipped);
      await writeFile(whole, mark);
      const { entries, report } = await reread({ storagePath });
      expect(entries.length, `byte ${at}`).toBe(at < SEGMENT_HEADER.length ? 3 : 2);
      // A longer length in the last frame looks like a frame that was being written.
      const looksTorn = at >= lastFrame + 2 && at < lastFrame + 6;
      if (looksTorn) await writeFile(path, flipped);
      else expect(report.intact, `byte ${at}`).toBe(false);
      if (!looksTorn) expect((await reread({ storagePath })).report.intact).toBe(false);
    }
    expect(lastFrame).toBeGreaterThan(SEGMENT_HEADER.length + FRAME_HEADER_SIZE_BYTES);
  });

  it("says in the log that a journal is damaged, and of one that is torn how much", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    for (const n of [1, 2]) journal.append(groupEntry(n));
    await journal.close();
    const [path = ""] = await segmentsOf(storagePath);
    const bytes = await readFile(path);
    const said = async (content: Buffer): Promise<readonly string[]> => {
      await writeFile(path, content);
      const lines: string[] = [];
      const logger: Logger = {
        enabled: () => true,
        log: (level, message, fields) =>
          lines.push(`${level} ${message} ${String(fields?.["bytes"] ?? "")}`.trim()),
        with: () => logger,
      };
      const opened = await openJournal({ storagePath }, { ...testDeps(), logger });
      await opened.journal.close();
      return lines;
    };
    const lastFrame = bytes.lastIndexOf(Buffer.from([0xfe, 0xc5]));
    const tornBytes = bytes.length - 3 - lastFrame;
    expect(await said(bytes.subarray(0, -3))).toEqual([
      expect.stringMatching(`^warn Journal ends within a record, .* ${tornBytes}$`),
    ]);
    expect(await said(bytes)).toEqual([]);
    const flipped = Buffer.from(bytes);
    flipped[SEGMENT_HEADER.length + FRAME_HEADER_SIZE_BYTES] = 0xff;
    expect(await said(flipped)).toEqual([expect.stringContaining("error Journal is damaged")]);
  });

  it("finds no damage where a full disk has taken a part of a write", async () => {
    const storagePath = await tempFolder();
    const disk = new WatchedDisk();
    const { journal } = await openJournal({ storagePath, disk }, testDeps(realClock(50)));
    journal.append(groupEntry(1));
    await journal.synced();
    disk.failure = { of: "append", error: new Error("ENOSPC") };
    journal.append(groupEntry(2));
    await expect(journal.written()).rejects.toThrow("ENOSPC");
    disk.failure = undefined;
    await vi.waitFor(async () => {
      journal.append(groupEntry(3));
      await journal.synced();
    });
    await journal.close();
    const said: string[] = [];
    const logger: Logger = {
      enabled: () => true,
      log: (_level, message) => void said.push(message),
      with: () => logger,
    };
    const opened = await openJournal({ storagePath }, { ...testDeps(), logger });
    await opened.journal.close();
    expect(opened.entries).toEqual([groupEntry(1), groupEntry(3)]);
    expect(opened.report.intact).toBe(false);
    expect(said).toEqual([]);
  });

  it("calls a cut frame damage when a later segment follows", async () => {
    const storagePath = await tempFolder();
    for (const n of [1, 2]) {
      const { journal } = await openJournal({ storagePath });
      journal.append(groupEntry(n));
      await journal.close();
    }
    const [first = ""] = await segmentsOf(storagePath);
    await truncate(first, (await stat(first)).size - 1);
    const { entries, report } = await reread({ storagePath });
    expect(entries).toEqual([groupEntry(2)]);
    expect(report.intact).toBe(false);
  });

  it("tells of another boot until a checkpoint, which is due for it", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath, bootId: "boot-1" });
    journal.append(groupEntry(1));
    await journal.close();
    const options = { storagePath, bootId: "boot-2" };
    for (const _ of [1, 2]) expect((await reread(options)).report.sameBoot).toBe(false);
    const opened = await openJournal(options);
    expect(opened.journal.checkpointDue()).toBe(true);
    await opened.journal.checkpoint(opened.entries, NEVER);
    expect(opened.journal.checkpointDue()).toBe(false);
    await opened.journal.close();
    expect((await reread(options)).report).toMatchObject({ sameBoot: true, entries: 1 });
  });

  it("rejects with the signal's reason", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    for (let n = 0; n < 20_000; n += 1) journal.append(groupEntry(n));
    await journal.close();
    const reason = new Error("stopping");
    const second = await FileJournal.open(testDeps(), { storagePath });
    await expect(second.replay(() => {}, AbortSignal.abort(reason))).rejects.toBe(reason);
    await second.close();
  });
});

describe("FileJournal.written() and synced()", () => {
  it("make one write of all that is appended in a turn, and one sync for all who wait", async () => {
    const storagePath = await tempFolder();
    const disk = new WatchedDisk();
    const { journal } = await openJournal({ storagePath, disk });
    journal.append(groupEntry(0));
    await journal.synced();
    const { appends, syncs } = disk;
    const waits = Array.from({ length: 100 }, (_, n) => {
      journal.append(groupEntry(n));
      return n % 2 === 0 ? journal.synced() : journal.written();
    });
    await Promise.all(waits);
    expect(disk.appends - appends).toBe(1);
    expect(disk.syncs - syncs).toBe(1);
    await journal.close();
  });

  it("sync what nobody waits for within a second", async () => {
    const storagePath = await tempFolder();
    const disk = new WatchedDisk();
    const { journal } = await openJournal({ storagePath, disk }, testDeps(realClock(50)));
    journal.append(groupEntry(1));
    await journal.written();
    expect(disk.syncs).toBe(0);
    while (disk.syncs === 0) await realClock().sleep(5, NEVER);
    await journal.close();
  });

  it("write a sign of life when nothing else is written", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath }, testDeps(realClock(5_000)));
    while ((await segmentsOf(storagePath)).length === 0) await realClock().sleep(5, NEVER);
    await journal.close();
    const { entries, report } = await reread({ storagePath });
    expect(entries).toEqual([]);
    expect(report.lastAliveMs).toBeGreaterThan(0);
  });

  it("go over to a new segment when one is full", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath, segmentSizeMaxBytes: 1_000 });
    const alert = alertRecord(1);
    for (let n = 0; n < 100; n += 1) {
      journal.append({ tenant: TENANT, state: { alerts: [resent(alert, n + 1)] } });
      if (n % 10 === 0) await journal.synced();
    }
    await journal.close();
    expect((await segmentsOf(storagePath)).length).toBeGreaterThan(3);
    const { entries, report } = await reread({ storagePath });
    expect(report).toMatchObject({ intact: true, entries: 100 });
    expect(entries.at(-1)?.state.alerts).toEqual([resent(alert, 100)]);
  });
});

describe("FileJournal.checkpoint()", () => {
  it("replaces all segments before it, and keeps what is appended meanwhile", async () => {
    const storagePath = await tempFolder();
    const options = { storagePath, segmentSizeMaxBytes: 2_000 };
    const { journal } = await openJournal(options);
    for (let n = 0; n < 500; n += 1) {
      journal.append(groupEntry(n));
      if (n % 50 === 0) await journal.written();
    }
    expect(journal.checkpointDue()).toBe(true);
    function* state(): Generator<ReturnType<typeof groupEntry>> {
      for (let n = 1_000; n < 1_300; n += 1) {
        if (n === 1_100) journal.append(groupEntry(9_999));
        yield groupEntry(n);
      }
    }
    await journal.checkpoint(state(), NEVER);
    expect(journal.checkpointDue()).toBe(false);
    journal.append(groupEntry(10_000));
    await journal.close();
    const { entries, report } = await reread(options);
    const wanted = Array.from({ length: 300 }, (_, n) => groupEntry(n + 1_000));
    expect(entries).toEqual([...wanted, groupEntry(9_999), groupEntry(10_000)]);
    expect(report.intact).toBe(true);
    const names = await readdir(join(storagePath, "tocsin", "journal"));
    expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("leaves the log as it was when it is stopped or the disk fails", async () => {
    const storagePath = await tempFolder();
    const disk = new WatchedDisk();
    const { journal } = await openJournal({ storagePath, disk });
    journal.append(groupEntry(1));
    await journal.synced();
    const abort = new AbortController();
    function* endless(): Generator<ReturnType<typeof groupEntry>> {
      for (let n = 0; ; n += 1) {
        if (n === 1_000) abort.abort(new Error("enough"));
        yield groupEntry(n);
      }
    }
    await expect(journal.checkpoint(endless(), abort.signal)).rejects.toThrow("enough");
    disk.failure = { of: "sync", error: new Error("EIO") };
    await expect(journal.checkpoint([groupEntry(2)], NEVER)).rejects.toMatchObject({
      code: "data-loss",
    });
    disk.failure = undefined;
    await journal.close();
    expect((await reread({ storagePath })).entries).toEqual([groupEntry(1)]);
  });
});

describe("FileJournal on a failing disk", () => {
  it.each(["append", "sync", "create"] as const)(
    "rejects with data-loss at %s, then recovers",
    async (of) => {
      const storagePath = await tempFolder();
      const disk = new WatchedDisk();
      // Fast, so that the second until the next attempt is short.
      const { journal } = await openJournal({ storagePath, disk }, testDeps(realClock(20)));
      if (of !== "create") journal.append(groupEntry(1));
      await journal.synced();
      disk.failure = { of, error: Object.assign(new Error("no space left"), { code: "ENOSPC" }) };
      journal.append(groupEntry(2));
      await expect(journal.synced()).rejects.toMatchObject({
        code: "data-loss",
        message: "Cannot write to the journal: no space left",
      });
      journal.append(groupEntry(3));
      await expect(journal.written()).rejects.toMatchObject({ code: "data-loss" });
      disk.failure = undefined;
      await realClock().sleep(60, NEVER);
      journal.append(groupEntry(4));
      await journal.synced();
      expect(journal.checkpointDue()).toBe(true);
      await journal.close();
      const { entries, report } = await reread({ storagePath });
      expect(report.intact).toBe(false);
      expect(entries).toContainEqual(groupEntry(4));
      expect(entries).not.toContainEqual(groupEntry(3));
      const again = await openJournal({ storagePath });
      await again.journal.checkpoint(again.entries, NEVER);
      await again.journal.close();
      expect((await reread({ storagePath })).report.intact).toBe(true);
    },
  );

  it("answers each who waits, also for a sync that fails while others are written", async () => {
    const storagePath = await tempFolder();
    const disk = new WatchedDisk();
    const { journal } = await openJournal({ storagePath, disk });
    disk.failure = { of: "sync", error: new Error("EIO") };
    const waits = [1, 2, 3].map((n) => {
      journal.append(groupEntry(n));
      return journal.synced();
    });
    const results = await Promise.allSettled(waits);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "rejected"]);
    await journal.close();
  });
});

describe("a process killed with SIGKILL", () => {
  const CHILD = `
    import { FileJournal } from "./file-journal.ts";
    import { groupEntry, testDeps } from "./testing.ts";
    const journal = await FileJournal.open(testDeps(), { storagePath: process.argv[1] });
    await journal.replay(() => {}, new AbortController().signal);
    setInterval(() => {}, 1_000); // Whoever has written enough waits to be killed.
    for (let n = 0; n < 5_000; n += 1) {
      journal.append(groupEntry(n));
      await journal.written();
      process.stdout.write(n + "\\n");
    }`;

  it("leaves a log with all that was written, and a folder that can be used", async () => {
    const storagePath = await tempFolder();
    const args = ["--conditions=tocsin-source", "--input-type=module", "-e", CHILD, storagePath];
    const child = spawn(process.execPath, args, {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = "";
    child.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()));
    while (told.length < 2_000) await realClock().sleep(5, NEVER);
    await expect(openJournal({ storagePath })).rejects.toMatchObject({ code: "conflict" });
    child.kill("SIGKILL");
    await once(child, "close");
    const acknowledged = told.split("\n").length - 1;
    const { entries, report } = await reread({ storagePath });
    expect(report).toMatchObject({ intact: true, sameBoot: true, empty: false });
    expect(entries.length).toBeGreaterThanOrEqual(acknowledged);
    expect(entries[acknowledged - 1]).toEqual(groupEntry(acknowledged - 1));
  });
});

describe("FileJournal.replay() of an emptied segment", () => {
  it("warns of it, and of nothing on a first start and after a checkpoint", async () => {
    const storagePath = await tempFolder();
    const warnings: unknown[] = [];
    const log: Logger["log"] = (level, message, fields) => {
      if (level === "warn") warnings.push([message, fields]);
    };
    const deps = { ...testDeps(), logger: { ...silentLogger, log } };
    const first = await openJournal({ storagePath }, deps);
    first.journal.append(groupEntry(1));
    await first.journal.checkpoint([groupEntry(1)], NEVER);
    await first.journal.close();
    const second = await openJournal({ storagePath }, deps);
    second.journal.append(groupEntry(2));
    await second.journal.close();
    expect(warnings).toEqual([]);
    const folder = join(storagePath, "tocsin", "journal");
    const name = (await readdir(folder)).findLast((one) => one.endsWith(".log")) ?? "";
    await truncate(join(folder, name), 0);
    const third = await openJournal({ storagePath }, deps);
    await third.journal.close();
    expect(warnings).toEqual([
      [expect.stringContaining("Journal segment is empty"), { file: join(folder, name) }],
    ]);
  });
});

describe("FileJournal.open()", () => {
  it("refuses a folder that is in use, however deep it lies", async () => {
    const storagePath = join(await tempFolder(), "deep".repeat(40));
    const { journal } = await openJournal({ storagePath });
    await expect(openJournal({ storagePath })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("another process holds it") as string,
    });
    await journal.close();
    await reread({ storagePath });
  });

  it("rejects with data-loss when there can be no folder", async () => {
    const file = join(await tempFolder(), "file");
    await writeFile(file, "");
    await expect(openJournal({ storagePath: file })).rejects.toMatchObject({ code: "data-loss" });
  });
});
