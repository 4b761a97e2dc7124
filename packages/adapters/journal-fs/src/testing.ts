/** What the tests of the log share: real folders, real time, entries, and a disk that can fail. */
import type { AlertRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { JournalEntry, ReplayReport } from "@tocsin/engine/ports";
import { MetricRegistry, silentLogger, type Clock } from "@tocsin/foundation";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { SYSTEM_DISK, type Disk } from "./disk.ts";
import { FileJournal, type FileJournalDeps, type FileJournalOptions } from "./file-journal.ts";

/** Real time, in which sleeps can be made shorter. */
export function realClock(speed: number = 1): Clock {
  return {
    wallMs: () => Math.trunc(performance.timeOrigin + performance.now()),
    monotonicMs: () => performance.now() * speed,
    sleep: (delayMs, signal) => delay(delayMs / speed, undefined, { signal }),
  };
}

export function testDeps(clock: Clock = realClock()): FileJournalDeps {
  return { clock, logger: silentLogger, metrics: new MetricRegistry() };
}

export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tocsin-journal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Opened {
  readonly journal: FileJournal;
  readonly entries: JournalEntry[];
  readonly report: ReplayReport;
}

/** Opens a log and replays it; one that cannot be read is closed. */
export async function openJournal(
  options: FileJournalOptions,
  deps: FileJournalDeps = testDeps(),
): Promise<Opened> {
  const journal = await FileJournal.open(deps, options);
  const entries: JournalEntry[] = [];
  try {
    const report = await journal.replay(
      (entry) => void entries.push(entry),
      new AbortController().signal,
    );
    return { journal, entries, report };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** Opens, replays and closes: what a next start would see. */
export async function reread(options: FileJournalOptions): Promise<Omit<Opened, "journal">> {
  const { journal, entries, report } = await openJournal(options);
  await journal.close();
  return { entries, report };
}

export const TENANT = "team-a" as TenantId;

/** An entry with one group, told apart by `n`. */
export function groupEntry(n: number): JournalEntry {
  return {
    tenant: TENANT,
    state: { groups: [{ id: `group-${n}`, bornMs: n, urgent: false, tickMs: 0, afterMs: 0 }] },
  };
}

export function alertRecord(n: number, fields: Partial<AlertRecord> = {}): AlertRecord {
  return {
    names: ["alertname", "instance", "severity"],
    values: ["DiskFull", `db-${n}`, "critical"],
    fpHi: n * 7_919,
    fpLo: ~n,
    annotations: `{"summary":"Disk of db-${n} is full"}`,
    generatorUrl: "http://prometheus.example/graph",
    startsAtMs: 1_700_000_000_000,
    endsAtMs: 1_700_000_240_000,
    sent: undefined,
    past: undefined,
    updatedAtMs: 1_700_000_000_000,
    timeout: false,
    stampUs: 1_700_000_000_000_000,
    stampBy: "am-0" as InstanceId,
    prevUs: 0,
    prevBy: "",
    keepUntilMs: 1_700_002_000_000,
    ...fields,
  };
}

/** The same alert sent again a minute later, for the nth time. */
export function resent(alert: AlertRecord, times: number = 1): AlertRecord {
  return {
    ...alert,
    endsAtMs: alert.endsAtMs + times * 60_000,
    updatedAtMs: alert.updatedAtMs + times * 60_000,
    stampUs: alert.stampUs + times * 60_000_000,
    prevUs: alert.stampUs + (times - 1) * 60_000_000,
    prevBy: alert.stampBy,
    keepUntilMs: alert.keepUntilMs + times * 60_000,
  };
}

/** A disk whose calls are counted, and fail while `failure` is set. */
export class WatchedDisk implements Disk {
  appends = 0;
  syncs = 0;
  failure: { readonly of: "append" | "sync" | "create"; readonly error: Error } | undefined;

  async create(path: string): ReturnType<Disk["create"]> {
    this.#failIf("create");
    const file = await SYSTEM_DISK.create(path);
    return {
      append: async (bytes) => {
        this.appends += 1;
        // A full disk takes a part.
        if (this.failure?.of === "append") await file.append(bytes.subarray(0, bytes.length >> 1));
        this.#failIf("append");
        await file.append(bytes);
      },
      cut: (sizeBytes) => file.cut(sizeBytes),
      sync: async () => {
        this.syncs += 1;
        this.#failIf("sync");
        await file.sync();
      },
      close: () => file.close(),
    };
  }

  #failIf(of: "append" | "sync" | "create"): void {
    if (this.failure?.of === of) throw this.failure.error;
  }
}
