import { describe, expect, it } from "vitest";
import type { Verdict } from "./oracle.ts";
import { formatDetails, formatTable } from "./report.ts";
import type { Outcome } from "./run.ts";

const VERDICT: Verdict = {
  owed: 40,
  lost: 1,
  late: 2,
  told: 50,
  duplicates: 3,
  explainedDuplicates: 4,
  contradictions: 5,
  falseResolves: 6,
  silencedTold: 7,
  lostWrites: 8,
  partlyLostWrites: 9,
  delayP50Ms: 1_004,
  delayMaxMs: undefined,
  examples: ["lost: Disk/1 firing"],
};
const OUTCOME: Outcome = {
  scenario: "calm",
  program: "tocsin",
  version: "1",
  seed: 7,
  replicas: 3,
  network: "loopback",
  verdict: VERDICT,
  probes: [
    {
      kind: "silences",
      what: "silences are taken",
      asked: 9,
      wrong: 2,
      slowestMs: 12.4,
      examples: ["503"],
    },
    { kind: "other", what: "objects are there", asked: 3, wrong: 0, slowestMs: 1, examples: [] },
  ],
  refusedPosts: 0,
  broken: ["lost: 1"],
  machineStops: 0,
  history: undefined,
};

describe("formatTable()", () => {
  it("shows each figure under its head", () => {
    const [head = "", , row = ""] = formatTable([OUTCOME]).split("\n");
    const cells = row.split("|").map((cell) => cell.trim());
    const of = (name: string): string | undefined =>
      cells[head.split("|").findIndex((cell) => cell.trim() === name)];
    const figures = ["seed", "owed", "lost", "late", "twice", "explained", "contradicted"];
    expect(figures.map(of)).toEqual(["7", "40", "1", "2", "3", "4", "11"]);
    const writes = ["silenced but told", "writes lost", "not everywhere", "silences refused"];
    expect(writes.map(of)).toEqual(["7", "8", "9", "2/9"]);
    expect(["lists wrong", "p50 s", "max s"].map(of)).toEqual(["", "1.00", ""]);
    expect(row).toContain("BROKEN");
  });

  it("puts programs that ran the same scenario side by side", () => {
    const other = { ...OUTCOME, scenario: "storm" };
    const peer = { ...OUTCOME, program: "alertmanager" as const, broken: [] };
    const rows = formatTable([OUTCOME, other, peer]).split("\n").slice(2);
    expect(rows.map((row) => row.split(" | ").slice(0, 2).join())).toEqual([
      "| calm,tocsin",
      "| calm,alertmanager",
      "| storm,tocsin",
    ]);
    expect(rows[1]).toContain("ok");
  });
});

describe("formatDetails()", () => {
  it("says what was asked, with examples of what went wrong, and what was lost", () => {
    expect(formatDetails(OUTCOME).split("\n")).toEqual([
      "  silences are taken: 7 of 9, slowest 12 ms",
      "    503",
      "  objects are there: 3 of 3, slowest 1 ms",
      "  lost: Disk/1 firing",
    ]);
  });
});
