import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSecretFile } from "./secrets.ts";

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "tocsin-secrets-"))));
afterAll(() => rmSync(folder, { recursive: true }));

describe("readSecretFile()", () => {
  it("reads a file without the white space around it", async () => {
    const path = join(folder, "secret");
    writeFileSync(path, " s3cret\n");
    expect(await readSecretFile(path)).toBe("s3cret");
  });

  it("refuses a pipe at once, what is not there, and what has no end", async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    await expect(readSecretFile(path)).rejects.toThrow(`open ${path}: it is a pipe`);
    const none = join(folder, "none");
    await expect(readSecretFile(none)).rejects.toThrow(`open ${none}: no such file or directory`);
    await expect(readSecretFile("/dev/zero")).rejects.toThrow("open /dev/zero: file too large");
  });
});
