import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { playCase, type ServerCase } from "./life.ts";
import { parseLogLine } from "./log-lines.ts";

const GOLDEN = join(import.meta.dirname, "../../golden/cli");
function casesOf(file: string): readonly ServerCase[] {
  const text = readFileSync(join(GOLDEN, file), "utf8");
  return (JSON.parse(text) as { readonly cases: readonly ServerCase[] }).cases; // Golden data.
}

describe.concurrent.for(["server-start.json", "server-process.json"])("%s", (file) => {
  it.for(casesOf(file))("$name is as recorded", { timeout: 120_000 }, async (server) => {
    expect(await playCase(server)).toBeUndefined();
  });
});

describe("parseLogLine()", () => {
  it("reads logfmt and JSON alike, and nothing else", () => {
    const fields = [
      ["time", "t"],
      ["msg", 'a "b" c'],
      ["n", "1"],
    ];
    expect([...(parseLogLine('time=t msg="a \\"b\\" c" n=1') ?? [])]).toEqual(fields);
    expect([...(parseLogLine('{"time":"t","msg":"a \\"b\\" c","n":1}') ?? [])]).toEqual(fields);
    expect(parseLogLine("Usage: tocsin")).toBeUndefined();
  });
});
