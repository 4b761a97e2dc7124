import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeStorageFolder } from "./stores.ts";

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
