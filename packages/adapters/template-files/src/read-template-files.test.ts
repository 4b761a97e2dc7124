import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { loadTemplateFiles, readTemplateFiles, type TemplateFiles } from "./index.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "template-files-"));
  mkdirSync(join(folder, "one"));
  mkdirSync(join(folder, "two"));
  for (const path of ["a.tmpl", "b.tmpl", "c.txt", "one/a.tmpl", "two/[x].tmpl", "{a,b}.tmpl"]) {
    writeFileSync(join(folder, path), `content of ${path}`);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

function read(...patterns: string[]): string[] {
  const sources = readTemplateFiles(patterns.map((pattern) => join(folder, pattern)));
  return sources.map(({ text }) => text.replace("content of ", ""));
}

describe("readTemplateFiles()", () => {
  test("reads what matches in the order of the patterns, sorted within one", () => {
    expect(read("one/*", "[ab].tmpl")).toEqual(["one/a.tmpl", "a.tmpl", "b.tmpl"]);
  });

  test("names a source by its file's name alone", () => {
    expect(readTemplateFiles([join(folder, "one/*.tmpl")])).toEqual([
      { name: "a.tmpl", text: "content of one/a.tmpl" },
    ]);
  });

  test.each([
    {
      name: "a star in a folder's name",
      pattern: "*/*.tmpl",
      found: ["one/a.tmpl", "two/[x].tmpl"],
    },
    { name: "a question mark", pattern: "?.tmpl", found: ["a.tmpl", "b.tmpl"] },
    { name: "a negated class", pattern: "[^a-b].t*", found: ["c.txt"] },
    { name: "an escaped bracket", pattern: "two/\\[x].tmpl", found: ["two/[x].tmpl"] },
    { name: "braces as plain characters", pattern: "{a,b}.t?pl", found: ["{a,b}.tmpl"] },
    { name: "two stars as one", pattern: "**.txt", found: ["c.txt"] },
    { name: "no match", pattern: "*.html", found: [] },
    { name: "a plain path that is not there", pattern: "none.tmpl", found: [] },
  ])("reads $name", ({ pattern, found }) => {
    expect(read(pattern)).toEqual(found);
  });

  test("names what cannot be read", () => {
    expect(() => read("one")).toThrow(/^cannot read ".*\/one": EISDIR/);
  });

  test("refuses a pattern that is not well-formed", () => {
    expect(() => read("[a.tmpl")).toThrow("syntax error in pattern");
  });
});

const disk: TemplateFiles = {
  read: (path) => readFile(path, "utf8"),
  names: (path) => readdir(path),
  find: async (path) => void (await lstat(path)),
};

describe("loadTemplateFiles()", () => {
  const load = (pattern: string, files = disk): ReturnType<typeof loadTemplateFiles> =>
    loadTemplateFiles([join(folder, pattern)], files);

  test("reads the same files in the same order", async () => {
    for (const pattern of ["*/*.tmpl", "?.tmpl", "a.tmpl", "none.tmpl", "none/*"]) {
      expect(await load(pattern)).toEqual(readTemplateFiles([join(folder, pattern)]));
    }
  });

  test("names what cannot be read", async () => {
    await expect(load("one")).rejects.toThrow(/^cannot read ".*\/one": EISDIR/);
  });

  test("tells which folder or file was given up, and does not take it for empty", async () => {
    const giveUp = (): Promise<never> => Promise.reject(new Error("it took longer than 1 ms"));
    const hanging = { ...disk, names: giveUp, find: giveUp };
    await expect(load("one/*", hanging)).rejects.toThrow(/^cannot read ".*\/one": it took longer/);
    await expect(load("a.tmpl", hanging)).rejects.toThrow(/^cannot read ".*\/a.tmpl": it took/);
  });
});
