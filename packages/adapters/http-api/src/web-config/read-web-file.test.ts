import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readWebFile } from "./read-web-file.ts";
import { WebConfigFile } from "./web-config-file.ts";

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "tocsin-web-"))));
afterAll(() => rmSync(folder, { recursive: true }));

describe("readWebFile()", () => {
  it("reads a file whole, and nothing of /dev/null", () => {
    const path = join(folder, "file");
    const text = "# x\n".repeat(10_000);
    writeFileSync(path, text);
    expect(readWebFile(path).toString()).toBe(text);
    expect(readWebFile("/dev/null").length).toBe(0);
  });

  it("refuses a pipe at once, and what has no end", () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    expect(() => readWebFile(path)).toThrow("it is a pipe, a file is wanted");
    expect(() => readWebFile("/dev/zero")).toThrow("it has more than 1048576 bytes");
    expect(() => new WebConfigFile(path).read()).toThrow(`Cannot read "${path}": it is a pipe`);
  });
});

describe("WebConfigFile.read()", () => {
  it("refuses bytes that are no text, with their place", () => {
    const path = join(folder, "web.yml");
    writeFileSync(path, Buffer.from("# a\n# \xff\n", "latin1"));
    expect(() => new WebConfigFile(path).read()).toThrow(`${path}:2:3: Cannot read`);
  });
});
