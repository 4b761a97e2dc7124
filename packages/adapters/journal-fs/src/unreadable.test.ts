/** A start that finds something else where a file of the journal was says which, why, and what to do. */
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { groupEntry, openJournal, reread, tempFolder } from "./testing.ts";

type Spoil = (path: string) => Promise<unknown>;

async function spoilt(name: string, spoil: Spoil): Promise<readonly [string, Error]> {
  const storagePath = await tempFolder();
  const { journal } = await openJournal({ storagePath });
  journal.append(groupEntry(1));
  await journal.synced();
  await journal.close();
  const path = join(storagePath, "tocsin", "journal", name);
  await rm(path);
  await spoil(path);
  const error: unknown = await reread({ storagePath }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "data-loss" });
  return [path, error as Error]; // Or the line before has failed.
}

describe("FileJournal.replay() of what cannot be read", () => {
  it.each<[string, RegExp, Spoil]>([
    ["a folder", /^it is a folder$/, (path) => mkdir(path)],
    ["a link to itself", /^ELOOP: /, (path) => symlink(path, path)],
    ["a device", /^it is no file$/, (path) => symlink("/dev/null", path)],
  ])("names a segment that is %s, and says what to do", async (_, reason, spoil) => {
    const [path, { message }] = await spoilt("00000001.log", spoil);
    const start = `Cannot read "${path}": `;
    expect(message.slice(0, start.length)).toBe(start);
    const [why, ...advice] = message.slice(start.length).split("; ");
    expect(why).toMatch(reason);
    expect(advice.join()).toContain('put back a copy of it, or move it and the file "whole" away');
  });

  it("names a small file, and says what to do", async () => {
    const [path, { message }] = await spoilt("whole", (at) => mkdir(at));
    expect(message).toContain(`Cannot read "${path}": EISDIR: `);
    expect(message).toContain("; put back a copy of it, or move it away");
  });
});
