import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openJournal, tempFolder } from "./testing.ts";

/** What a cluster of one keeps as its view. */
const VIEW = `{"version":1,"settled":["a"],"target":["a"],"members":[]}`;

describe("FileJournal.readMeta()", () => {
  it("is what writeMeta() wrote last", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    expect(await journal.readMeta()).toBeUndefined();
    await journal.writeMeta({ incarnation: 1, view: undefined, hasCaughtUp: false });
    expect(await journal.readMeta()).toEqual({
      incarnation: 1,
      view: undefined,
      hasCaughtUp: false,
    });
    await journal.writeMeta({ incarnation: 2, view: VIEW, hasCaughtUp: true });
    expect(await journal.readMeta()).toEqual({ incarnation: 2, view: VIEW, hasCaughtUp: true });
    await journal.close();
  });

  it.each([
    ["", "it is empty"],
    ["{", "it is no JSON object"],
    ["null", "it is no JSON object"],
    [`{"incarnation":1}garbage`, "it is no JSON object"],
    ["[]", '"incarnation" is no whole number'],
    [`{"incarnation":"x"}`, '"incarnation" is no whole number'],
    [`{"incarnation":1,"view":2}`, '"view" is no ring document'],
    [`{"incarnation":1,"view":"{\\"version\\"?3}"}`, '"view" is no ring document'],
    [JSON.stringify({ incarnation: 1, view: VIEW.replace("members", "mem2ers") }), '"view" is no'],
  ])("rejects %j with data-loss, and says what to do", async (text, reason) => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    const path = join(storagePath, "tocsin", "journal", "meta.json");
    await writeFile(path, text);
    const error = await journal.readMeta().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "data-loss" });
    expect((error as Error).message).toContain(`Cannot read "${path}": ${reason}`);
    expect((error as Error).message).toContain("put back a copy of it, or move it away");
    await journal.close();
  });
});

describe("FileJournal.outdateMeta()", () => {
  it("lets what was written last count as outdated until something is written again", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    await journal.outdateMeta();
    expect(await journal.readMeta()).toBeUndefined();
    const meta = { incarnation: 4, view: VIEW, hasCaughtUp: true };
    await journal.writeMeta(meta);
    for (const _ of [1, 2]) {
      await journal.outdateMeta();
      expect(await journal.readMeta()).toEqual({ ...meta, isOutdated: true });
    }
    await journal.writeMeta({ ...meta, incarnation: 6 });
    expect(await journal.readMeta()).toEqual({ ...meta, incarnation: 6 });
    await journal.outdateMeta();
    expect(await journal.readMeta()).toMatchObject({ incarnation: 6, isOutdated: true });
    await journal.close();
  });
});

describe("FileJournal.writeMeta()", () => {
  it("rejects with data-loss and the system's reason", async () => {
    const storagePath = await tempFolder();
    const { journal } = await openJournal({ storagePath });
    // A folder stands where the text is put first.
    await mkdir(join(storagePath, "tocsin", "journal", "meta.json.tmp"));
    const writing = journal.writeMeta({ incarnation: 1, view: undefined, hasCaughtUp: false });
    await expect(writing).rejects.toMatchObject({
      code: "data-loss",
      message: expect.stringMatching(/^Cannot write ".*meta\.json": EISDIR/) as string,
    });
    await journal.close();
  });
});
