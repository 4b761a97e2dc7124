import type { LogRecord, SilenceRecord } from "@tocsin/domain/model";
import { mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataFiles } from "./data-files.ts";
import { realClock, tempFolder, WatchedDisk } from "./testing.ts";

const clock = realClock();
const { signal } = new AbortController();
const AT_MS = 1_780_000_000_000;

function silence(n: number): SilenceRecord {
  return {
    id: `silence-${n}`,
    matcherSets: [
      [
        { type: "=~", name: "instance", value: `db-${n}.*` },
        { type: "!=", name: "severity", value: "info" },
      ],
      [{ type: "!~", name: "job", value: "a|b" }],
    ],
    startsAtMs: AT_MS,
    endsAtMs: AT_MS + 60_000,
    updatedAtMs: AT_MS,
    createdBy: "ann",
    comment: "works",
    annotations: { ticket: "T-1" },
    expiredOnRequest: false,
    stampUs: AT_MS * 1_000,
    stampBy: "alertmanager" as SilenceRecord["stampBy"],
    keepUntilMs: AT_MS + 600_000,
  };
}

const ENTRY: LogRecord = {
  key: '["{}:{}","hook","slack",1]' as LogRecord["key"],
  groupKey: "{}:{}" as LogRecord["groupKey"],
  receiver: "hook",
  integration: "slack",
  index: 1,
  firing: ["00000000000000ff", "ffffffffffffffff"],
  resolved: ["8000000000000000"],
  timestampMs: AT_MS,
  tickMs: AT_MS,
  receiverData: {
    thread: { kind: "text", text: "1.2" },
    count: { kind: "int", int: -3 },
    ratio: { kind: "double", double: 0.5 },
  },
  versionUs: AT_MS * 1_000,
  versionBy: "alertmanager" as LogRecord["versionBy"],
  keepUntilMs: AT_MS + 600_000,
};

const onBroken = (): void => expect.unreachable();

describe("DataFiles", () => {
  it("gives back what was written, however much, and leaves nothing else behind", async () => {
    const folder = await tempFolder();
    const files = new DataFiles({ clock }, { storagePath: folder });
    const silences = Array.from({ length: 6_000 }, (_, n) => silence(n));
    const sizeBytes = await files.writeSilences(silences, signal);
    expect(sizeBytes).toBeGreaterThan(1024 * 1024);
    expect((await readFile(join(folder, "silences"))).length).toBe(sizeBytes);
    await files.writeLog([ENTRY], signal);
    expect(await files.readSilences(onBroken, signal)).toEqual(silences);
    const [read, ...more] = await files.readLog(signal);
    expect(more).toEqual([]);
    expect({ ...read, key: ENTRY.key }).toEqual(ENTRY);
    expect((await readdir(folder)).toSorted()).toEqual(["nflog", "silences"]);
  });

  it("finds nothing where there are no files, or empty ones", async () => {
    const folder = await tempFolder();
    const files = new DataFiles({ clock }, { storagePath: folder });
    expect(await files.readSilences(onBroken, signal)).toEqual([]);
    await files.writeSilences([], signal);
    await writeFile(join(folder, "nflog"), "");
    expect(await files.readSilences(onBroken, signal)).toEqual([]);
    expect(await files.readLog(signal)).toEqual([]);
  });

  it("rejects a file that was cut off, with its name, the place and what to do", async () => {
    const folder = await tempFolder();
    const files = new DataFiles({ clock }, { storagePath: folder });
    const sizeBytes = await files.writeSilences([silence(1), silence(2)], signal);
    await truncate(join(folder, "silences"), sizeBytes - 1);
    await expect(files.readSilences(onBroken, signal)).rejects.toMatchObject({
      code: "data-loss",
      message: expect.stringMatching(
        /^Cannot read the data file ".*silences": .* entry at byte \d+ of .*; put back a copy/,
      ) as string,
    });
  });

  it("rejects what is no file", async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, "nflog"));
    const files = new DataFiles({ clock }, { storagePath: folder });
    await expect(files.readLog(signal)).rejects.toMatchObject({ code: "data-loss" });
  });

  it("keeps the former file when the disk is full, and succeeds when it is not any more", async () => {
    const folder = await tempFolder();
    const disk = new WatchedDisk();
    const files = new DataFiles({ clock }, { storagePath: folder, disk });
    await files.writeSilences([silence(1)], signal);
    disk.failure = { of: "append", error: new Error("ENOSPC") };
    await expect(files.writeSilences([silence(2)], signal)).rejects.toMatchObject({
      code: "data-loss",
      message: expect.stringContaining("Cannot write the data file") as string,
    });
    expect(await files.readSilences(onBroken, signal)).toEqual([silence(1)]);
    expect(await readdir(folder)).toEqual(["silences"]);
    disk.failure = undefined;
    await files.writeSilences([silence(2)], signal);
    expect(await files.readSilences(onBroken, signal)).toEqual([silence(2)]);
  });
});
