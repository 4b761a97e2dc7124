import { execFileSync } from "node:child_process";
import {
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  constants,
  closeSync,
  rmSync,
} from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { FileOutput, type Disk } from "./file-output.ts";

const DEPS = {
  clock: {
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    sleep: (delayMs: number, signal: AbortSignal) => delay(delayMs, undefined, { signal }),
  },
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tocsin-events-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** A pipe, and who reads it without waiting. */
function pipe(): {
  readonly path: string;
  readonly read: () => number;
  readonly text: () => string;
} {
  const path = join(folder(), "pipe");
  execFileSync("mkfifo", [path]);
  let reader: number | undefined;
  const text: Buffer[] = [];
  onTestFinished(() => {
    if (reader !== undefined) closeSync(reader);
  });
  return {
    path,
    read: () => {
      reader ??= openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const chunk = Buffer.alloc(1 << 20);
      try {
        const count = readSync(reader, chunk);
        text.push(chunk.subarray(0, count));
        return count;
      } catch {
        return 0;
      }
    },
    text: () => Buffer.concat(text).toString(),
  };
}

describe("FileOutput", () => {
  it("appends to a file, and takes devices", async () => {
    const path = join(folder(), "events.jsonl");
    for (const line of ["a", "b"]) {
      const output = await FileOutput.open(path, DEPS);
      await output.send([line, line]);
      await output.close();
    }
    expect(readFileSync(path, "utf8")).toBe("a\na\nb\nb\n");
    const nowhere = await FileOutput.open("/dev/null", DEPS);
    await nowhere.send(["a"]);
    await nowhere.close();
    const full = await FileOutput.open("/dev/full", DEPS);
    await expect(full.send(["a"])).rejects.toThrow("ENOSPC");
    await full.close();
  });

  it("refuses a pipe that nobody reads, and does not wait for a reader", async () => {
    const { path } = pipe();
    await expect(FileOutput.open(path, DEPS)).rejects.toThrow(
      `open ${path}: it is a pipe that nobody reads`,
    );
  });

  it("writes to a pipe that is read, and gives up what does not fit, the second time at once", async () => {
    const { path, read, text } = pipe();
    read();
    const output = await FileOutput.open(path, DEPS);
    await output.send(["first"]);
    const long = "x".repeat(100_000);
    await expect(output.send([long])).rejects.toThrow("the pipe is full");
    const startedAtMs = performance.now();
    await expect(output.send([long])).rejects.toThrow("the pipe is full");
    expect(performance.now() - startedAtMs).toBeLessThan(500);
    while (read() > 0);
    await output.send(["last"]);
    while (read() > 0);
    await output.close();
    // What was cut ends its line.
    expect(
      text()
        .split("\n")
        .map((line) => line.slice(0, 5)),
    ).toEqual(["first", "xxxxx", "last", ""]);
  });
});

/** A disk on which whatever is written or opened hangs until `goOn`, and whose time is over at once. */
function hangingDisk() {
  let going = Promise.resolve();
  let goOn = (): void => {};
  let openCount = 0;
  const disk: Disk = {
    stat,
    open: async (...asked: Parameters<typeof open>) => {
      await going;
      const file = await open(...asked);
      openCount += 1;
      return {
        stat: () => file.stat(),
        write: async (bytes: Buffer, at: number) => {
          await going;
          return file.write(bytes, at);
        },
        close: () => {
          openCount -= 1;
          return file.close();
        },
      } as FileHandle; // All that is used of it.
    },
  };
  const clock = { ...DEPS.clock, sleep: () => delay(20) };
  const hang = (): void => void (going = new Promise((resolve) => (goOn = resolve)));
  return { deps: { clock, disk }, hang, goOn: () => goOn(), opened: () => openCount };
}

describe("FileOutput on a disk that hangs", () => {
  const GIVEN_UP = "The disk took longer than 5000 ms";

  it("gives lines up, then at once until it goes on", async () => {
    const path = join(folder(), "events.jsonl");
    const { deps, hang, goOn } = hangingDisk();
    const output = await FileOutput.open(path, deps);
    hang();
    await expect(output.send(["a"])).rejects.toThrow(GIVEN_UP);
    await expect(output.send(["b"])).rejects.toThrow("the disk still hangs");
    goOn();
    await vi.waitFor(() => output.send(["c"]));
    expect(readFileSync(path, "utf8")).toBe("a\nc\n");
    await output.close();
  });

  it("is not waited for when it is opened or closed, and keeps no file", async () => {
    const path = join(folder(), "events.jsonl");
    const { deps, hang, goOn, opened } = hangingDisk();
    const output = await FileOutput.open(path, deps);
    hang();
    await expect(FileOutput.open(path, deps)).rejects.toThrow(GIVEN_UP);
    await expect(output.send(["a"])).rejects.toThrow(GIVEN_UP);
    await expect(output.close()).rejects.toThrow("the disk still hangs");
    goOn();
    await vi.waitFor(() => expect(opened()).toBe(0));
    expect(readFileSync(path, "utf8")).toBe("a\n");
  });
});
