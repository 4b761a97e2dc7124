import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@tocsin/clock-system";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { FileReader } from "./file-reader.ts";

function made({ delayMs = 60_000, sizeMaxBytes = 1_000_000 } = {}): FileReader {
  return new FileReader({ clock: systemClock }, { sizeMaxBytes, delayMs });
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tocsin-reader-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function pipe(): string {
  const path = join(folder(), "pipe");
  execFileSync("mkfifo", [path]);
  return path;
}

describe("FileReader.read()", () => {
  it("reads a file whole, also an empty one", async () => {
    const path = join(folder(), "file");
    const text = "é".repeat(100_000);
    writeFileSync(path, text);
    expect((await made().read(path)).toString()).toBe(text);
    writeFileSync(path, "");
    expect((await made().read(path)).length).toBe(0);
  });

  it("rejects with the system's error", async () => {
    await expect(made().read(join(folder(), "none"))).rejects.toMatchObject({ code: "ENOENT" });
    await expect(made().read(folder())).rejects.toMatchObject({ code: "EISDIR" });
  });

  it("refuses what is too large while it reads, such as a device without an end", async () => {
    const message = "it has more than 1000000 bytes";
    await expect(made().read("/dev/zero")).rejects.toThrow(message);
    expect((await made().read("/dev/null")).length).toBe(0);
  });

  it("waits for the writer of a pipe, and for its end", async () => {
    const path = pipe();
    const reading = made().read(path);
    // Opening waits for the reader.
    const writer = await open(path, "w");
    await writer.write("route: ");
    await writer.write("{}");
    await writer.close();
    expect((await reading).toString()).toBe("route: {}");
  });

  it("gives up a pipe that nobody writes to, and reads others after that", async () => {
    const reader = made({ delayMs: 50 });
    const path = pipe();
    const message = "it took longer than 50 ms";
    await expect(reader.read(path)).rejects.toThrow(message);
    // It is not closed yet, as if its disk hung.
    const refused = `reading "${path}" still hangs`;
    await expect(reader.read("/dev/null")).rejects.toThrow(refused);
    const isRead = async (): Promise<void> =>
      expect((await reader.read("/dev/null")).length).toBe(0);
    await vi.waitFor(isRead, { timeout: 10_000 });
  });

  it("reads a file once for all who wait for it, and again for who comes later", async () => {
    const path = join(folder(), "file");
    writeFileSync(path, "before");
    const reader = made();
    const first = reader.read(path);
    const [second, third] = [reader.read(path), reader.read(path)];
    expect(third).toBe(second);
    await Promise.all([first, second]);
    writeFileSync(path, "after");
    expect((await reader.read(path)).toString()).toBe("after");
  });

  it("begins nothing while something hangs", async () => {
    const reader = made({ delayMs: 50 });
    const path = pipe();
    const first = reader.read(path);
    const second = reader.read("/dev/null");
    const third = reader.names("/dev");
    await expect(first).rejects.toThrow("it took longer than 50 ms");
    for (const waiting of [second, third]) {
      await expect(waiting).rejects.toThrow(`reading "${path}" still hangs`);
    }
  });
});

describe("FileReader.names() and find()", () => {
  it("look at what is there", async () => {
    const path = folder();
    writeFileSync(join(path, "a"), "");
    expect(await made().names(path)).toEqual(["a"]);
    await expect(made().names(join(path, "a"))).rejects.toMatchObject({ code: "ENOTDIR" });
    await made().find(join(path, "a"));
    await expect(made().find(join(path, "b"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
