import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemClock, systemRandom } from "@tocsin/clock-system";
import { MetricRegistry, type Logger } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { Options } from "./flags/index.ts";
import { makeStorageFolder, openStateStore } from "./stores.ts";

it("makeStorageFolder() makes what is not there, and refuses a file in Alertmanager's words", () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-storage-"));
  try {
    const deep = join(folder, "a", "b");
    makeStorageFolder(deep);
    makeStorageFolder(deep);
    expect(statSync(deep).isDirectory()).toBe(true);
    const file = join(folder, "file");
    writeFileSync(file, "");
    const words = (path: string) =>
      `unable to create data directory: mkdir ${path}: not a directory`;
    expect(() => makeStorageFolder(file)).toThrow(words(file));
    expect(() => makeStorageFolder(join(file, "c"))).toThrow(words(join(file, "c")));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.skipIf(!existsSync("/proc/self"))(
  "makeStorageFolder() says at once where nothing can be made",
  () => {
    expect(() => makeStorageFolder("/proc/nothing/here")).toThrow(
      "unable to create data directory: mkdir /proc/nothing/here: no such file or directory",
    );
  },
);

it("openStateStore() refuses a folder that cannot be used, but to a member of a ring", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-state-"));
  try {
    const folderPath = join(folder, "file");
    writeFileSync(folderPath, "");
    const lines: string[] = [];
    const log: Logger["log"] = (level, message) => void lines.push(`${level}: ${message}`);
    const logger: Logger = { enabled: () => true, log, with: () => logger };
    const deps = {
      clock: systemClock,
      random: systemRandom,
      logger,
      metrics: new MetricRegistry(),
    };
    const options = (store: Options["ring"]["store"]) => ({
      state: { store: { kind: "file", folderPath } as const },
      ring: { store, instanceId: "am-1" as InstanceId, replicationFactor: 3 },
    });
    const alone = openStateStore(deps, options({ kind: "memory" }));
    await expect(alone).rejects.toThrow("Cannot clean folder");
    expect(lines).toEqual([]);
    const store = await openStateStore(deps, options({ kind: "redis", url: "redis://r" }));
    expect(lines).toEqual(["error: State folder cannot be used: nothing can be stored in it"]);
    await expect(store.tenants(new AbortController().signal)).rejects.toThrow("Cannot list");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
