import { AppError, type Logger } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import type { InstanceMeta } from "../ports/index.ts";
import { MetaKeeper } from "./meta-keeper.ts";

/** A disk that fills up and has room again, and what is said meanwhile. */
class FullDisk {
  isFull = true;
  isOutdated = false;
  stored: InstanceMeta | undefined;
  tries = 0;
  readonly said: string[] = [];
  readonly keeper: MetaKeeper;

  constructor() {
    const logger: Logger = {
      enabled: () => true,
      log: (level, message) => void this.said.push(`${level} ${message}`),
      with: () => logger,
    };
    this.keeper = new MetaKeeper({ journal: this, logger });
  }

  async writeMeta(meta: InstanceMeta): Promise<void> {
    this.tries += 1;
    await Promise.resolve();
    if (this.isFull) throw new AppError("data-loss", "Cannot write: no room");
    this.stored = meta;
  }

  outdateMeta(): Promise<void> {
    this.isOutdated = true;
    return Promise.resolve();
  }
}

function metaOf(incarnation: number): InstanceMeta {
  return { incarnation, view: undefined, hasCaughtUp: false };
}

describe("MetaKeeper", () => {
  it("goes on from memory on a full disk if the store knows the incarnation, and says so", async () => {
    const disk = new FullDisk();
    await disk.keeper.writeFirst(metaOf(2), true);
    expect(disk.isOutdated).toBe(true);
    expect(disk.said).toEqual([expect.stringMatching(/^error Starting although the disk cannot/)]);
    disk.keeper.retry();
    await disk.keeper.settled();
    expect(disk.said).toHaveLength(1);
    disk.isFull = false;
    disk.keeper.retry();
    await disk.keeper.settled();
    expect(disk.stored).toEqual(metaOf(2));
    expect(disk.said.slice(1)).toEqual(["info The disk can be written again"]);
    const { tries } = disk;
    disk.keeper.retry();
    await disk.keeper.settled();
    expect(disk.tries).toBe(tries);
  });

  it("refuses to go on when only the disk could have known the incarnation", async () => {
    const disk = new FullDisk();
    await expect(disk.keeper.writeFirst(metaOf(2), false)).rejects.toThrow("no room");
    expect(disk.isOutdated).toBe(false);
  });

  it("writes the newest of what a full disk did not take", async () => {
    const disk = new FullDisk();
    disk.keeper.write(metaOf(1));
    await disk.keeper.settled();
    disk.keeper.write(metaOf(3));
    disk.keeper.retry();
    await disk.keeper.settled();
    disk.isFull = false;
    disk.keeper.retry();
    await disk.keeper.settled();
    expect(disk.stored).toEqual(metaOf(3));
    expect(disk.said).toEqual([]);
  });
});
